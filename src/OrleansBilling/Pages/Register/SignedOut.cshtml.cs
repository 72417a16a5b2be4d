using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace OrleansBilling.Pages.Register;

/// <summary>The provider sent a browser back whose sign-in was over. Nothing was kept; the card is registered again after signing in.</summary>
[AllowAnonymous, SensitivePage]
public sealed class SignedOutModel : PageModel
{
    public string RegistrationId { get; private set; } = "";

    public void OnGet(string id) => RegistrationId = id;
}
