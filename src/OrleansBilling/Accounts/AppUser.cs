using Microsoft.AspNetCore.Identity;

namespace OrleansBilling.Accounts;

/// <summary>A login. Signs in by e-mail address, which is also its user name. Its customer is what subscriptions belong to.</summary>
public sealed class AppUser : IdentityUser
{
    // Not a column: every login can be locked, and Identity asks this property.
    public AppUser() => LockoutEnabled = true;

    /// <summary><c>cus_…</c>. Every login has one, an operator's too.</summary>
    public required string CustomerId { get; set; }

    /// <summary><see cref="AccountRoles.Operator"/>, or null for a customer.</summary>
    public string? Role { get; set; }

    public required DateTimeOffset CreatedAt { get; set; }
}

public static class AccountRoles
{
    /// <summary>Name of the role and of the authorization policy that asks for it.</summary>
    public const string Operator = "operator";
}
