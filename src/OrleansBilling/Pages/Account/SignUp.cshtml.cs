using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.AspNetCore.RateLimiting;
using OrleansBilling.Accounts;
using OrleansBilling.Site;

namespace OrleansBilling.Pages.Account;

[EnableRateLimiting(SignInLimits.Policy)]
public sealed class SignUpModel(AccountDirectory accounts, SignInManager<AppUser> signIn) : PageModel
{
    [BindProperty, Required(ErrorMessage = "account.error.name"), StringLength(50, ErrorMessage = "account.error.name")]
    public string Name { get; set; } = "";

    // 100: as much as the provider takes for the card window.
    [BindProperty, Required(ErrorMessage = "account.error.email"), EmailAddress(ErrorMessage = "account.error.email"), StringLength(100, ErrorMessage = "account.error.email")]
    public string Email { get; set; } = "";

    // An upper bound, because hashing costs by length. The lower one is Identity's.
    [BindProperty, Required(ErrorMessage = "account.error.passwordMissing"), StringLength(200, ErrorMessage = "account.error.passwordLong"), DataType(DataType.Password)]
    public string Password { get; set; } = "";

    [BindProperty(SupportsGet = true)]
    public string? ReturnUrl { get; set; }

    public IActionResult OnGet() => User.Identity?.IsAuthenticated == true ? LocalRedirect(LocalUrl.OrHome(ReturnUrl)) : Page();

    public async Task<IActionResult> OnPostAsync()
    {
        if (!ModelState.IsValid)
        {
            return Page();
        }

        (AppUser? account, IReadOnlyList<IdentityError> errors) = await accounts.OpenAsync(Name, Email, Password);
        if (account is null)
        {
            foreach (IdentityError error in errors)
            {
                ModelState.AddModelError(error.Code.StartsWith("Password", StringComparison.Ordinal) ? nameof(Password) : nameof(Email), error.Description);
            }

            return Page();
        }

        await signIn.SignInAsync(account, isPersistent: true);
        return LocalRedirect(LocalUrl.OrHome(ReturnUrl));
    }
}
