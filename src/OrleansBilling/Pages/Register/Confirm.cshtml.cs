using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.Extensions.Options;
using OrleansBilling.Accounts;
using OrleansBilling.Catalog;
using OrleansBilling.Domain;
using OrleansBilling.Registrations;

namespace OrleansBilling.Pages.Register;

/// <summary>The clean address after the return. Looking at it charges nothing; the button, which a script presses, does.</summary>
[Authorize, SensitivePage]
public sealed class ConfirmModel(IGrainFactory grains, ProductCatalog catalog, IOptions<MerchantOptions> merchant) : PageModel
{
    public RegistrationView Registration { get; private set; } = null!;
    public Plan? Plan { get; private set; }

    public async Task<IActionResult> OnGetAsync(string id)
    {
        if (await grains.Registration(merchant.Value.Id, id).ViewAsync(User.CustomerId()) is not { } registration)
        {
            return NotFound();
        }

        Registration = registration;
        Plan = registration.PlanId is { } planId ? catalog.Find(planId, registration.PlanVersion) : null;
        return registration.Status == RegistrationStatus.Returned ? Page() : RedirectToPage("Result", new { id });
    }

    /// <summary>May come many times (double click, two tabs, reload): the registration exchanges and charges once.</summary>
    public async Task<IActionResult> OnPostAsync(string id)
    {
        IRegistrationGrain registration = grains.Registration(merchant.Value.Id, id);
        if (await registration.ViewAsync(User.CustomerId()) is not { } before)
        {
            return NotFound();
        }

        if (before.Status is RegistrationStatus.Returned or RegistrationStatus.Charging)
        {
            await registration.CompleteAsync(User.CustomerId());
        }

        return new SeeOtherResult(Url.Page("Result", new { id })!);
    }
}
