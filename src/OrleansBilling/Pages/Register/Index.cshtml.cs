using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.Extensions.Options;
using OrleansBilling.Accounts;
using OrleansBilling.Catalog;
using OrleansBilling.Domain;
using OrleansBilling.Registrations;
using OrleansBilling.Toss;

namespace OrleansBilling.Pages.Register;

/// <summary>Opens the provider's registration window. The card is typed there, never here.</summary>
[Authorize, SensitivePage]
public sealed class IndexModel(
    IGrainFactory grains, ProductCatalog catalog, IOptions<MerchantOptions> merchant, IOptions<TossOptions> toss) : PageModel
{
    public RegistrationView Registration { get; private set; } = null!;

    /// <summary>Null when the card is for a subscription that exists already.</summary>
    public Plan? Plan { get; private set; }
    public string ClientKey => toss.Value.ClientKey;
    public string SdkUrl => toss.Value.SdkUrl.ToString();

    /// <summary>Written by hand, since generated addresses are in lower case and a nonce is not.</summary>
    public string ReturnPath(string page) => $"{Request.PathBase}/register/{Registration.RegistrationId}/{page}/{Uri.EscapeDataString(Registration.Nonce)}";

    public async Task<IActionResult> OnGetAsync(string id)
    {
        if (await grains.Registration(merchant.Value.Id, id).ViewAsync(User.CustomerId()) is not { } registration)
        {
            return NotFound();
        }

        Registration = registration;
        Plan = registration.PlanId is { } planId ? catalog.Find(planId, registration.PlanVersion) : null;
        return registration.Status == RegistrationStatus.Open ? Page() : RedirectToPage("Result", new { id });
    }
}
