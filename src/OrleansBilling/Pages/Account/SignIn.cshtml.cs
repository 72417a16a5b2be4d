using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.Extensions.Localization;
using OrleansBilling.Accounts;
using OrleansBilling.Resources;
using OrleansBilling.Site;
using OrleansBilling.Toss;

namespace OrleansBilling.Pages.Account;

[EnableRateLimiting(SignInLimits.Policy)]
public sealed class SignInModel(SignInManager<AppUser> signIn, UserManager<AppUser> users, SiteFacts site, IStringLocalizer<Texts> texts) : PageModel
{
    [BindProperty, Required(ErrorMessage = "account.error.email"), StringLength(100, ErrorMessage = "account.error.email")]
    public string Email { get; set; } = "";

    [BindProperty, Required(ErrorMessage = "account.error.passwordMissing"), StringLength(200, ErrorMessage = "account.error.passwordLong"), DataType(DataType.Password)]
    public string Password { get; set; } = "";

    [BindProperty(SupportsGet = true)]
    public string? ReturnUrl { get; set; }

    /// <summary>Empty everywhere but in a sandbox with the simulator.</summary>
    public IReadOnlyList<SandboxAccount> SandboxAccounts => site.Environment == TossEnvironment.Simulator ? SandboxAccount.All : [];

    public IActionResult OnGet() => User.Identity?.IsAuthenticated == true ? LocalRedirect(LocalUrl.OrHome(ReturnUrl)) : Page();

    public async Task<IActionResult> OnPostAsync()
    {
        if (!ModelState.IsValid)
        {
            return Page();
        }

        Microsoft.AspNetCore.Identity.SignInResult result = await CheckAsync();
        if (result.Succeeded)
        {
            return LocalRedirect(LocalUrl.OrHome(ReturnUrl));
        }

        ModelState.AddModelError("", result.IsLockedOut ? texts["account.error.locked", (int)AccountsExtensions.LockedFor.TotalMinutes] : texts["account.error.wrong"]);
        return Page();
    }

    private async Task<Microsoft.AspNetCore.Identity.SignInResult> CheckAsync()
    {
        if (await users.FindByNameAsync(Email.Trim()) is { } account)
        {
            return await signIn.PasswordSignInAsync(account, Password, isPersistent: true, lockoutOnFailure: true);
        }

        // As slow as a wrong password, so that the answer's time does not tell which addresses have an account.
        users.PasswordHasher.HashPassword(new AppUser { CustomerId = "", CreatedAt = default }, Password);
        return Microsoft.AspNetCore.Identity.SignInResult.Failed;
    }
}
