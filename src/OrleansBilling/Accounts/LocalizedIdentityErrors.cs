using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Localization;
using OrleansBilling.Resources;

namespace OrleansBilling.Accounts;

/// <summary>Identity's complaints that a person can cause on our pages, in the reader's language. The rest are our own mistakes and stay English.</summary>
internal sealed class LocalizedIdentityErrors(IStringLocalizer<Texts> texts) : IdentityErrorDescriber
{
    public override IdentityError DuplicateUserName(string userName) => Say(nameof(DuplicateUserName), "account.error.emailTaken");

    public override IdentityError InvalidUserName(string? userName) => Say(nameof(InvalidUserName), "account.error.email");

    public override IdentityError PasswordTooShort(int length) => Say(nameof(PasswordTooShort), "account.error.passwordShort", length);

    public override IdentityError PasswordRequiresUniqueChars(int uniqueChars) =>
        Say(nameof(PasswordRequiresUniqueChars), "account.error.passwordUnique", uniqueChars);

    public override IdentityError ConcurrencyFailure() => Say(nameof(ConcurrencyFailure), "account.error.again");

    public override IdentityError DefaultError() => Say(nameof(DefaultError), "account.error.again");

    private IdentityError Say(string code, string key, params object[] values) => new() { Code = code, Description = texts[key, values] };
}
