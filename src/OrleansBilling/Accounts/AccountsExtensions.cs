using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Identity.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using OrleansBilling.Storage;

namespace OrleansBilling.Accounts;

internal static class AccountsExtensions
{
    public static readonly TimeSpan LockedFor = TimeSpan.FromMinutes(15);

    public const int WrongPasswordsUntilLocked = 5;

    private static readonly TimeSpan SignedInFor = TimeSpan.FromDays(14);

    public static IServiceCollection AddAccounts(this IServiceCollection services)
    {
        services.AddDbContext<AccountsDbContext>((provider, options) => UseDatabase(options, provider.GetRequiredService<Database>()));
        services.AddScoped<AccountDirectory>();
        services.AddIdentityCore<AppUser>(Rules)
            .AddUserStore<UserOnlyStore<AppUser, AccountsDbContext>>()
            .AddClaimsPrincipalFactory<AccountClaimsFactory>()
            .AddErrorDescriber<LocalizedIdentityErrors>()
            .AddSignInManager();
        services.AddAuthentication(IdentityConstants.ApplicationScheme).AddIdentityCookies(cookies => cookies.ApplicationCookie!.Configure(Cookie));
        services.AddAuthorizationBuilder().AddPolicy(AccountRoles.Operator, policy => policy.RequireRole(AccountRoles.Operator));
        services.AddRateLimiter(SignInLimits.Configure);
        return services;
    }

    private static void UseDatabase(DbContextOptionsBuilder options, Database database)
    {
        if (database.DataSource is NpgsqlDataSource postgres)
        {
            options.UseNpgsql(postgres);
        }
        else
        {
            // From the pool of everything else, so that this connection too waits for its turn and syncs fully.
            options.UseSqlite(database.DataSource.OpenConnection(), contextOwnsConnection: true);
        }
    }

    private static void Rules(IdentityOptions identity)
    {
        // Length is what makes a password strong; rules about digits and signs only make it hard to remember (NIST SP 800-63B).
        identity.Password.RequiredLength = 10;
        identity.Password.RequiredUniqueChars = 5;
        identity.Password.RequireDigit = false;
        identity.Password.RequireLowercase = false;
        identity.Password.RequireUppercase = false;
        identity.Password.RequireNonAlphanumeric = false;
        identity.Lockout.MaxFailedAccessAttempts = WrongPasswordsUntilLocked;
        identity.Lockout.DefaultLockoutTimeSpan = LockedFor;
        // The user name is an e-mail address, checked by the form; the default forbids characters that addresses may have.
        identity.User.AllowedUserNameCharacters = "";
    }

    private static void Cookie(CookieAuthenticationOptions cookie)
    {
        cookie.Cookie.Name = "session";
        cookie.Cookie.HttpOnly = true;
        cookie.Cookie.SameSite = SameSiteMode.Lax;
        cookie.Cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
        cookie.ExpireTimeSpan = SignedInFor;
        cookie.SlidingExpiration = true;
        cookie.LoginPath = "/account/sign-in";
        cookie.LogoutPath = "/account/sign-out";
        cookie.ReturnUrlParameter = "returnUrl";
        // Answered at the address that was asked for; the error page explains.
        cookie.Events.OnRedirectToAccessDenied = denied =>
        {
            denied.Response.StatusCode = StatusCodes.Status403Forbidden;
            return Task.CompletedTask;
        };
    }
}
