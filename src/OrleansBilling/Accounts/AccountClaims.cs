using System.Security.Claims;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace OrleansBilling.Accounts;

public static class AccountClaims
{
    internal const string CustomerIdType = "customer_id";

    /// <summary>The signed-in person's customer id.</summary>
    /// <exception cref="InvalidOperationException">Nobody is signed in: the page lacks its [Authorize].</exception>
    public static string CustomerId(this ClaimsPrincipal person) =>
        person.FindFirstValue(CustomerIdType) ?? throw new InvalidOperationException("Nobody is signed in.");

    /// <summary>The signed-in person's name as the cookie has it; empty when nobody is.</summary>
    public static string DisplayName(this ClaimsPrincipal person) => person.Identity?.Name ?? "";

    public static bool IsOperator(this ClaimsPrincipal person) => person.IsInRole(AccountRoles.Operator);
}

/// <summary>What the sign-in cookie says about a person. Written out, because the framework's own factory asks for tables of claims that we do not have.</summary>
internal sealed class AccountClaimsFactory(AccountsDbContext people, IOptions<IdentityOptions> identity) : IUserClaimsPrincipalFactory<AppUser>
{
    public async Task<ClaimsPrincipal> CreateAsync(AppUser user)
    {
        string name = await people.Customers.Where(customer => customer.Id == user.CustomerId).Select(customer => customer.Name).SingleAsync();
        ClaimsIdentityOptions types = identity.Value.ClaimsIdentity;
        ClaimsIdentity person = new(IdentityConstants.ApplicationScheme, types.UserNameClaimType, types.RoleClaimType);
        person.AddClaim(new Claim(types.UserIdClaimType, user.Id));
        person.AddClaim(new Claim(types.UserNameClaimType, name));
        person.AddClaim(new Claim(types.SecurityStampClaimType, user.SecurityStamp!));
        person.AddClaim(new Claim(AccountClaims.CustomerIdType, user.CustomerId));
        if (user.Role is not null)
        {
            person.AddClaim(new Claim(types.RoleClaimType, user.Role));
        }

        return new ClaimsPrincipal(person);
    }
}
