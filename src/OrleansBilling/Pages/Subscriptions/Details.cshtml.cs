using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.Extensions.Options;
using OrleansBilling.Accounts;
using OrleansBilling.Catalog;
using OrleansBilling.Clock;
using OrleansBilling.Domain;
using OrleansBilling.Registrations;
using OrleansBilling.Reports;
using OrleansBilling.Site;
using OrleansBilling.Subscriptions;

namespace OrleansBilling.Pages.Subscriptions;

/// <summary>One subscription of the signed-in customer: what it costs, what comes next, what happened, and what can be done.</summary>
[Authorize]
public sealed class DetailsModel(
    IGrainFactory grains, ProductCatalog catalog, SubscriptionHistory history, IOptions<MerchantOptions> merchant, [FromKeyedServices(BillingClock.Key)] TimeProvider clock) : PageModel
{
    /// <summary>Version of the sentence beside the replace-card button, stored as what the customer agreed to.</summary>
    public const string ReplaceCardTextVersion = "replace-card-2026-11";

    /// <summary>Made when the page is drawn, so that a form sent twice is one command.</summary>
    [BindProperty, Required, StringLength(64, MinimumLength = 8)] public string CommandId { get; set; } = "";

    /// <summary>What became of the command that led here; shown as a notice.</summary>
    [TempData] public string? Notice { get; set; }

    public SubscriptionView Subscription { get; private set; } = null!;
    public Plan? Plan { get; private set; }
    public IReadOnlyList<PaymentRow> Payments { get; private set; } = [];
    public IReadOnlyList<EventRow> Events { get; private set; } = [];

    public async Task<IActionResult> OnGetAsync(string id)
    {
        if (!await LoadAsync(id))
        {
            return NotFound();
        }

        CommandId = PrefixedId.New("cmd", clock);
        Payments = await history.PaymentsAsync(merchant.Value.Id, id, HttpContext.RequestAborted);
        Events = await history.EventsAsync(merchant.Value.Id, id, HttpContext.RequestAborted);
        return Page();
    }

    public async Task<IActionResult> OnPostUndoAsync(string id)
    {
        if (!await LoadAsync(id))
        {
            return NotFound();
        }

        if (ModelState.IsValid)
        {
            Notice = CommandNotices.TextKey("undo", await grains.Subscription(merchant.Value.Id, id)
                .UndoCancellationAsync(new CommandInfo(CommandId, $"customer:{User.CustomerId()}", Reason: null)));
        }

        return RedirectToPage("Details", new { id });
    }

    public async Task<IActionResult> OnPostReplaceCardAsync(string id)
    {
        if (!await LoadAsync(id))
        {
            return NotFound();
        }

        if (Subscription.Status == SubscriptionStatus.Ended)
        {
            return RedirectToPage("Details", new { id });
        }

        string registrationId = PrefixedId.New("reg", clock);
        await grains.Registration(merchant.Value.Id, registrationId).OpenAsync(new OpenRegistration(
            RegistrationPurpose.ReplaceCard, User.CustomerId(), id, PlanId: null, PlanVersion: 0, Subscription.PriceKrw, ReplaceCardTextVersion));
        return RedirectToPage("/Register/Index", new { id = registrationId });
    }

    /// <summary>A cancellation that is scheduled, or that waits for a payment in progress, can be taken back.</summary>
    public bool CanUndo => Subscription.CancelsAt is not null || Subscription.PendingCommands.Any(c => c.StartsWith("cancel_", StringComparison.Ordinal));

    public string Name => Plan is { } plan ? Display.Text(plan.Name) : Subscription.PlanId;

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
