using System.ComponentModel.DataAnnotations;
using System.Security.Claims;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.Extensions.Options;
using NodaTime;
using OrleansBilling.Clock;
using OrleansBilling.Reconciliation;

namespace OrleansBilling.Pages.Operator.Reconciliation;

/// <summary>One day's sums and differences, what each means and what to do, and the commands to compare again and to explain one.</summary>
[Authorize("operator")]
public sealed class DayModel(
    ReconciliationStore store, IGrainFactory grains, IOptions<MerchantOptions> merchant, [FromKeyedServices(BillingClock.Key)] TimeProvider clock) : PageModel
{
    [BindProperty, StringLength(300)] public string Key { get; set; } = "";

    [BindProperty, StringLength(200)] public string Reason { get; set; } = "";

    /// <summary>What became of the command that led here.</summary>
    [TempData] public string? Answer { get; set; }

    public string Day { get; private set; } = "";
    public StoredDay? Row { get; private set; }
    public IReadOnlyList<StoredDifference> Differences { get; private set; } = [];
    public bool IsUnderWay { get; private set; }

    public async Task<IActionResult> OnGetAsync(string day, CancellationToken cancellation)
    {
        if (KoreanDay.TryRead(day) is not { } date)
        {
            return NotFound();
        }

        Day = day;
        IsUnderWay = (await Grain.UnderWayAsync()).Contains(day);
        Row = await store.DayAsync(date, cancellation);
        Differences = await store.DifferencesAsync(date, cancellation);
        return Page();
    }

    public async Task<IActionResult> OnPostCompareAsync(string day)
    {
        if (!await Grain.CompareAsync(day))
        {
            Answer = "noDay";
        }

        return RedirectToPage(new { day });
    }

    public async Task<IActionResult> OnPostAcceptAsync(string day, CancellationToken cancellation)
    {
        if (KoreanDay.TryRead(day) is not { } date)
        {
            return NotFound();
        }

        if (!ModelState.IsValid || string.IsNullOrWhiteSpace(Reason))
        {
            Answer = "noReason";
            return RedirectToPage(new { day });
        }

        string actor = $"operator:{User.FindFirstValue(ClaimTypes.NameIdentifier)}";
        bool accepted = await store.AcceptAsync(date, Key, actor, Reason.Trim(), Instant.FromDateTimeOffset(clock.GetUtcNow()), cancellation);
        Answer = accepted ? "accepted" : "resolved";
        return RedirectToPage(new { day });
    }

    private IReconciliationGrain Grain => grains.Reconciliation(merchant.Value.Id);
}
