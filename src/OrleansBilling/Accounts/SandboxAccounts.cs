using Microsoft.AspNetCore.Identity;

namespace OrleansBilling.Accounts;

/// <summary>
/// Two logins that exist only where the provider is simulated, so that the site can be tried at once. Their passwords are public: they are shown on the
/// sign-in page there.
/// </summary>
public sealed record SandboxAccount(string Email, string Password, string Name, string? Role)
{
    public static IReadOnlyList<SandboxAccount> All { get; } =
    [
        new("reviewer@example.com", "sandbox-reviewer", "김심사", Role: null),
        new("operator@example.com", "sandbox-operator", "이운영", AccountRoles.Operator),
    ];

    /// <summary>Opens those that are missing. Repeating it changes nothing.</summary>
    internal static async Task OpenAllAsync(IServiceProvider services)
    {
        await using AsyncServiceScope scope = services.CreateAsyncScope();
        foreach (SandboxAccount sandbox in All)
        {
            await sandbox.OpenAsync(scope.ServiceProvider);
        }
    }

    private async Task OpenAsync(IServiceProvider services)
    {
        if (await services.GetRequiredService<UserManager<AppUser>>().FindByNameAsync(Email) is not null)
        {
            return;
        }

        (AppUser? account, IReadOnlyList<IdentityError> errors) =
            await services.GetRequiredService<AccountDirectory>().OpenAsync(Name, Email, Password, Role);
        // Of several silos that start together one opens it first.
        if (account is null && errors.All(error => error.Code != nameof(IdentityErrorDescriber.DuplicateUserName)))
        {
            throw new InvalidOperationException($"The sandbox account {Email} could not be opened: {string.Join(' ', errors.Select(error => error.Description))}");
        }
    }
}
