using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.Extensions.Options;
using OrleansBilling.Accounts;
using OrleansBilling.Pages.Subscriptions;
using OrleansBilling.Registrations;
using OrleansBilling.Reports;
using OrleansBilling.Subscriptions;

namespace OrleansBilling.Pages.Register;

/// <summary>What became of a registration. Looks itself up again while the first charge has no outcome, without a script.</summary>
[Authorize, SensitivePage]
public sealed class ResultModel(IGrainFactory grains, SubscriptionHistory history, IOptions<MerchantOptions> merchant) : PageModel
{
    // A charge may take a minute; after that somebody has left the page open, and it asks less often.
    private const int EagerLooks = 30;
    private const int MaxLooks = 500;

    public RegistrationView Registration { get; private set; } = null!;

    /// <summary>Null while there is no subscription.</summary>
    public SubscriptionView? Subscription { get; private set; }
    public string? ReceiptUrl { get; private set; }

    public async Task<IActionResult> OnGetAsync(string id, int look = 0)
    {
        string customerId = User.CustomerId();
        if (await grains.Registration(merchant.Value.Id, id).ViewAsync(customerId) is not { } registration)
        {
            return NotFound();
        }

        Registration = registration;
        switch (registration.Status)
        {
            case RegistrationStatus.Open: return RedirectToPage("Index", new { id });
            case RegistrationStatus.Returned: return RedirectToPage("Confirm", new { id });
            case RegistrationStatus.Charging: LookAgain(id, Math.Clamp(look, 0, MaxLooks)); break;
        }

        if (registration.SubscriptionId is { } subscriptionId)
        {
            Subscription = await grains.SubscriptionOfAsync(merchant.Value.Id, customerId, subscriptionId);
            ReceiptUrl = await history.PaymentsAsync(merchant.Value.Id, subscriptionId, HttpContext.RequestAborted) is [var latest, ..] ? latest.ReceiptUrl : null;
        }

        return Page();
    }

    private void LookAgain(string id, int look)
    {
        if (look < MaxLooks)
        {
            Response.Headers["Refresh"] = $"{(look < EagerLooks ? 2 : 15)}; url={Url.Page("Result", new { id, look = look + 1 })}";
        }
    }
}
