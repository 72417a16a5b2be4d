using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.Extensions.Options;
using OrleansBilling.Accounts;
using OrleansBilling.Catalog;
using OrleansBilling.Clock;
using OrleansBilling.Domain;
using OrleansBilling.Site;
using OrleansBilling.Subscriptions;

namespace OrleansBilling.Pages.Subscriptions;

/// <summary>One page, one step: cancelling must be as easy as subscribing (E-Commerce Act, dark patterns).</summary>
[Authorize]
public sealed class CancelModel(IGrainFactory grains, ProductCatalog catalog, IOptions<MerchantOptions> merchant, [FromKeyedServices(BillingClock.Key)] TimeProvider clock) : PageModel
{
    /// <summary>Codes, not free text, which would be personal data. Each has a text <c>sub.cancel.reason.{code}</c>.</summary>
    public static IReadOnlyList<string> Reasons { get; } = ["too_expensive", "not_using", "missing_feature", "switched", "technical", "other"];

    [BindProperty, Required, StringLength(64, MinimumLength = 8)] public string CommandId { get; set; } = "";
    [BindProperty, Required] public CancelWhen? When { get; set; }
    [BindProperty] public string? Reason { get; set; }

    [TempData] public string? Notice { get; set; }

    public SubscriptionView Subscription { get; private set; } = null!;
    public Plan? Plan { get; private set; }

    public string Name => Plan is { } plan ? Display.Text(plan.Name) : Subscription.PlanId;

    /// <summary>Before the first payment there is no period that could run out, and a cancellation is not scheduled twice.</summary>
    public bool CanWaitForPeriodEnd => Subscription.Status != SubscriptionStatus.Incomplete && Subscription.CancelsAt is null;

    /// <summary>Null where the end is not known before the command is carried out: a period that runs unpaid.</summary>
    public DateTimeOffset? UsableUntil => Subscription.Status is SubscriptionStatus.Active or SubscriptionStatus.Trialing ? Subscription.CurrentPeriod?.End : null;

    public async Task<IActionResult> OnGetAsync(string id)
    {
        if (!await LoadAsync(id))
        {
            return NotFound();
        }

        CommandId = PrefixedId.New("cmd", clock);
        return Subscription.Status == SubscriptionStatus.Ended ? RedirectToPage("Details", new { id }) : Page();
    }

    public async Task<IActionResult> OnPostAsync(string id)
    {
        if (!await LoadAsync(id))
        {
            return NotFound();
        }

        if (!ModelState.IsValid || When is not { } when)
        {
            return Page();
        }

        CommandInfo info = new(CommandId, $"customer:{User.CustomerId()}", Reasons.Contains(Reason) ? Reason : null);
        ISubscriptionGrain subscription = grains.Subscription(merchant.Value.Id, id);
        Notice = when == CancelWhen.Now
            ? CommandNotices.TextKey("cancelNow", await subscription.CancelNowAsync(info))
            : CommandNotices.TextKey("cancelAtEnd", await subscription.CancelAtPeriodEndAsync(info));
        return RedirectToPage("Details", new { id });
    }

    private async Task<bool> LoadAsync(string id)
    {
        if (await grains.SubscriptionOfAsync(merchant.Value.Id, User.CustomerId(), id) is not { } view)
        {
            return false;
        }

        Subscription = view;
        Plan = catalog.Find(view.PlanId, view.PlanVersion);
        return true;
    }
}

public enum CancelWhen { PeriodEnd = 1, Now = 2 }
