using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using OrleansBilling.Accounts;
using OrleansBilling.Site;

namespace OrleansBilling.Pages.Account;

/// <summary>Only a form signs out: a link could be followed by a scanner, or by an image on another site.</summary>
public sealed class SignOutModel(SignInManager<AppUser> signIn) : PageModel
{
    public IActionResult OnGet() => LocalRedirect(LocalUrl.Home);

    public async Task<IActionResult> OnPostAsync()
    {
        await signIn.SignOutAsync();
        return LocalRedirect(LocalUrl.Home);
    }
}
