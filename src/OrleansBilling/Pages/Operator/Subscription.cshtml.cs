using System.ComponentModel.DataAnnotations;
using System.Security.Claims;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.Extensions.Options;
using OrleansBilling.Clock;
using OrleansBilling.Reports;
using OrleansBilling.Subscriptions;

namespace OrleansBilling.Pages.Operator;

/// <summary>One customer's case: how the subscription stands, everything that happened, and the command to try again.</summary>
[Authorize("operator")]
public sealed class SubscriptionModel(IGrainFactory grains, SubscriptionHistory history, IOptions<MerchantOptions> merchant, [FromKeyedServices(BillingClock.Key)] TimeProvider clock) : PageModel
{
    /// <summary>Made when the page is drawn, so that a form sent twice is one command.</summary>
    [BindProperty, Required, StringLength(64, MinimumLength = 8)] public string CommandId { get; set; } = "";

    /// <summary>The code under which a decision of an operator about a payment is recorded: the form asks for the comparison.</summary>
    private const string ComparedAtProvider = "compared_at_provider";

    /// <summary>The answer to the command that led here: a status, and the named reason of a refusal.</summary>
    [TempData] public string? Answer { get; set; }

    public SubscriptionView Subscription { get; private set; } = null!;
    public IReadOnlyList<PaymentRow> Payments { get; private set; } = [];
    public IReadOnlyList<EventRow> Events { get; private set; } = [];

    public async Task<IActionResult> OnGetAsync(string id)
    {
        if (await grains.Subscription(merchant.Value.Id, id).ViewAsync() is not { } view)
        {
            return NotFound();
        }

        Subscription = view;
        CommandId = PrefixedId.New("cmd", clock);
        Payments = await history.PaymentsAsync(merchant.Value.Id, id, HttpContext.RequestAborted);
        Events = await history.EventsAsync(merchant.Value.Id, id, HttpContext.RequestAborted);
        return Page();
    }

    public Task<IActionResult> OnPostRetryAsync(string id) => CommandAsync(id, reason: null, (subscription, command) => subscription.RetryNowAsync(command));

    public Task<IActionResult> OnPostNotChargedAsync(string id, bool compared) =>
        CommandAsync(id, ComparedAtProvider, (subscription, command) => subscription.TreatAsNotChargedAsync(command), compared);

    public Task<IActionResult> OnPostAdoptAsync(string id, bool compared, [Range(1, 1_000_000_000)] long amountKrw) =>
        CommandAsync(id, ComparedAtProvider, (subscription, command) => subscription.AdoptPaymentAsync(command, amountKrw), compared);

    private async Task<IActionResult> CommandAsync(string id, string? reason, Func<ISubscriptionGrain, CommandInfo, Task<CommandAnswer>> send, bool compared = true)
    {
        ISubscriptionGrain subscription = grains.Subscription(merchant.Value.Id, id);
        if (await subscription.ViewAsync() is null)
        {
            return NotFound();
        }

        if (ModelState.IsValid && compared)
        {
            CommandAnswer answer = await send(subscription, new CommandInfo(CommandId, $"operator:{User.FindFirstValue(ClaimTypes.NameIdentifier)}", reason));
            Answer = answer.Refusal is { } refusal ? $"{answer.Status}: {refusal}" : answer.Status.ToString();
        }

        return RedirectToPage("Subscription", new { id });
    }
}
