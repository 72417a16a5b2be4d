using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.Extensions.Options;
using NodaTime;
using OrleansBilling.Clock;
using OrleansBilling.Reconciliation;

namespace OrleansBilling.Pages.Operator.Reconciliation;

/// <summary>The last days: do the provider's list and our books agree to the won?</summary>
[Authorize("operator")]
public sealed class IndexModel(
    ReconciliationStore store, IGrainFactory grains, IOptions<MerchantOptions> merchant, [FromKeyedServices(BillingClock.Key)] TimeProvider clock) : PageModel
{
    private const int ShownDays = 14;

    /// <summary>yyyy-MM-dd in Korea.</summary>
    [BindProperty] public string Day { get; set; } = "";

    /// <summary>Why the day that was asked for is not compared.</summary>
    [TempData] public string? Answer { get; set; }

    public string Today { get; private set; } = "";

    /// <summary>Newest first; null for a day that was never compared.</summary>
    public IReadOnlyList<(string Day, StoredDay? Row)> Days { get; private set; } = [];
    public IReadOnlyList<(string Day, long Open)> OpenDays { get; private set; } = [];
    public IReadOnlyList<string> UnderWay { get; private set; } = [];

    public async Task OnGetAsync(CancellationToken cancellation)
    {
        LocalDate today = KoreanDay.Of(Instant.FromDateTimeOffset(clock.GetUtcNow()));
        Today = KoreanDay.Text(today);
        Dictionary<string, StoredDay> known = (await store.DaysAsync(today.PlusDays(-ShownDays), today, cancellation)).ToDictionary(d => d.Day);
        Days = [.. Enumerable.Range(0, ShownDays).Select(back => KoreanDay.Text(today.PlusDays(-back))).Select(day => (day, known.GetValueOrDefault(day)))];
        OpenDays = await store.OpenDaysAsync(cancellation);
        UnderWay = await Grain.UnderWayAsync();
    }

    public async Task<IActionResult> OnPostAsync()
    {
        if (await Grain.CompareAsync(Day))
        {
            return RedirectToPage("Day", new { day = Day });
        }

        Answer = "noDay";
        return RedirectToPage();
    }

    private IReconciliationGrain Grain => grains.Reconciliation(merchant.Value.Id);
}
