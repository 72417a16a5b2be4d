using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;

namespace OrleansBilling.Accounts;

/// <summary>Maps the two tables of people. It never creates or changes a table: that is done by Storage/Schema/common/0200-customers-and-accounts.sql.</summary>
public sealed class AccountsDbContext(DbContextOptions<AccountsDbContext> options) : DbContext(options)
{
    // As everywhere in the database; SQLite has no type for instants.
    private static readonly ValueConverter<DateTimeOffset, long> Milliseconds =
        new(instant => instant.ToUnixTimeMilliseconds(), milliseconds => DateTimeOffset.FromUnixTimeMilliseconds(milliseconds));

    public DbSet<AppUser> Accounts => Set<AppUser>();

    public DbSet<Customer> Customers => Set<Customer>();

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.Entity<Customer>(MapCustomer);
        modelBuilder.Entity<AppUser>(MapAccount);
    }

    private static void MapCustomer(EntityTypeBuilder<Customer> customer)
    {
        customer.ToTable("customers").HasKey(c => c.Id);
        customer.Property(c => c.Id).HasColumnName("customer_id");
        customer.Property(c => c.Merchant).HasColumnName("merchant");
        customer.Property(c => c.ExternalId).HasColumnName("external_id");
        customer.Property(c => c.Name).HasColumnName("name");
        customer.Property(c => c.Email).HasColumnName("email");
        customer.Property(c => c.CreatedAt).HasColumnName("created_at_ms").HasConversion(Milliseconds);
    }

    private static void MapAccount(EntityTypeBuilder<AppUser> account)
    {
        account.ToTable("accounts").HasKey(a => a.Id);
        account.HasOne<Customer>().WithMany().HasForeignKey(a => a.CustomerId);
        account.Property(a => a.Id).HasColumnName("account_id");
        account.Property(a => a.CustomerId).HasColumnName("customer_id");
        account.Property(a => a.UserName).HasColumnName("email");
        account.Property(a => a.NormalizedUserName).HasColumnName("normalized_email");
        account.Property(a => a.PasswordHash).HasColumnName("password_hash");
        account.Property(a => a.SecurityStamp).HasColumnName("security_stamp");
        account.Property(a => a.ConcurrencyStamp).HasColumnName("concurrency_stamp").IsConcurrencyToken();
        account.Property(a => a.Role).HasColumnName("role");
        account.Property(a => a.AccessFailedCount).HasColumnName("failed_sign_ins");
        account.Property(a => a.LockoutEnd).HasColumnName("locked_until_ms").HasConversion(Milliseconds);
        account.Property(a => a.CreatedAt).HasColumnName("created_at_ms").HasConversion(Milliseconds);
        // What this program does not use: the address is the user name, nothing is confirmed by mail or telephone yet, and every login can be locked.
        account.Ignore(a => a.Email).Ignore(a => a.NormalizedEmail).Ignore(a => a.EmailConfirmed)
            .Ignore(a => a.PhoneNumber).Ignore(a => a.PhoneNumberConfirmed).Ignore(a => a.TwoFactorEnabled).Ignore(a => a.LockoutEnabled);
    }
}
