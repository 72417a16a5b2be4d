using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.Extensions.Options;
using OrleansBilling.Charging;
using OrleansBilling.Reconciliation;
using OrleansBilling.Reports;

namespace OrleansBilling.Pages.Operator;

/// <summary>Finds one subscription by its id.</summary>
[Authorize("operator")]
public sealed class IndexModel(IGrainFactory grains, ParkedSubscriptions parked, ReconciliationStore reconciliation, IOptions<MerchantOptions> merchant) : PageModel
{
    /// <summary>Subscriptions that wait for an operator.</summary>
    public int Parked { get; private set; }

    internal ChargingWord Charging { get; private set; }

    /// <summary>Differences from the provider's list that wait for an operator.</summary>
    public long Differences { get; private set; }

    [BindProperty(SupportsGet = true, Name = "subscription")] public string? SubscriptionId { get; set; }
    public bool NotFoundHere { get; private set; }

    public async Task<IActionResult> OnGetAsync()
    {
        Charging = (await grains.GetGrain<IMerchantChargingGrain>(merchant.Value.Id).StatusAsync()).News.State;
        (_, Parked) = await parked.ReadAsync(merchant.Value.Id, HttpContext.RequestAborted);
        Differences = (await reconciliation.OpenDaysAsync(HttpContext.RequestAborted)).Sum(day => day.Open);
        if (SubscriptionId?.Trim() is not { Length: > 0 } id)
        {
            return Page();
        }

        if (await grains.Subscription(merchant.Value.Id, id).ViewAsync() is not null)
        {
            return RedirectToPage("Subscription", new { id });
        }

        NotFoundHere = true;
        return Page();
    }
}
