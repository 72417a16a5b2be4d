using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace OrleansBilling.Accounts;

/// <summary>Opens accounts. A login and its customer are written together or not at all.</summary>
public sealed class AccountDirectory(
    UserManager<AppUser> users, AccountsDbContext people, IOptions<MerchantOptions> merchant, IdentityErrorDescriber errors, TimeProvider time)
{
    /// <returns>The new login, or what was wrong, in the reader's language. Nothing was written then.</returns>
    public async Task<(AppUser? Account, IReadOnlyList<IdentityError> Errors)> OpenAsync(string name, string email, string password, string? role = null)
    {
        DateTimeOffset now = time.GetUtcNow();
        Customer customer = new() { Id = PrefixedId.New("cus", time), Merchant = merchant.Value.Id, Name = name.Trim(), Email = email.Trim(), CreatedAt = now };
        AppUser account = new() { Id = PrefixedId.New("usr", time), UserName = customer.Email, CustomerId = customer.Id, Role = role, CreatedAt = now };
        people.Customers.Add(customer);
        try
        {
            // Saves the customer too: Identity's store uses the same context.
            IdentityResult result = await users.CreateAsync(account, password);
            return result.Succeeded ? (account, []) : (null, [.. result.Errors]);
        }
        catch (DbUpdateException) when (TakenMeanwhile(account.NormalizedUserName))
        {
            return (null, [errors.DuplicateUserName(customer.Email)]);
        }
    }

    // Two people, or one person's double click, asked for the same address at once: the database let one through.
    private bool TakenMeanwhile(string? normalizedEmail)
    {
        people.ChangeTracker.Clear();
        return people.Accounts.AsNoTracking().Any(account => account.NormalizedUserName == normalizedEmail);
    }
}
