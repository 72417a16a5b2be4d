using OrleansBilling.Domain;
using OrleansBilling.Registrations;
using OrleansBilling.Subscriptions;
using OrleansBilling.Tests.Support;
using OrleansBilling.TossSimulator.Cards;
using OrleansBilling.TossSimulator.Faults;
using OrleansBilling.TossSimulator.State;
using OrleansBilling.TossSimulator.Wire;

namespace OrleansBilling.Tests.Scenarios;

public class LifecycleTests(Stage stage) : IClassFixture<Stage>
{
    private const string Trial = "hangul-note-monthly";
    private const long TrialPriceKrw = 9_900;
    private const int TrialDays = 14;

    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    [Fact]
    public async Task A_trial_costs_nothing_and_is_charged_when_it_ends()
    {
        Story story = await stage.SubscribedAsync(Trial);
        DateTimeOffset trialEnd = (await story.ViewAsync()).TrialEndsAt!.Value;
        Assert.InRange(trialEnd - stage.Server.Clock.GetUtcNow(), TimeSpan.FromDays(TrialDays) - Hour, TimeSpan.FromDays(TrialDays));

        await stage.Server.WalkToAsync(trialEnd - Hour);
        Assert.Empty(await story.ApprovalsAsync());
        await stage.Server.WalkToAsync(trialEnd + Hour);

        LedgerRow paid = Assert.Single(await story.ApprovalsAsync());
        Assert.Equal(TrialPriceKrw, paid.AmountKrw);
        Assert.Equal(SubscriptionStatus.Active, (await story.ViewAsync()).Status);
    }

    [Fact]
    public async Task A_trial_that_is_cancelled_is_never_charged_and_its_card_is_deleted_at_the_provider()
    {
        Story story = await stage.SubscribedAsync(Trial);

        Assert.Equal(CommandStatus.Accepted, (await story.Grain.CancelAtPeriodEndAsync(story.By())).Status);
        await stage.Server.WalkAsync(TimeSpan.FromDays(TrialDays + 2));

        SubscriptionView ended = await story.UntilAsync(v => v.Status == SubscriptionStatus.Ended && v.Card is null, "the trial has ended and its card is gone");
        Assert.Equal(EndReason.Canceled, ended.EndReason);
        Assert.Empty(await story.ApprovalsAsync());
    }

    [Fact]
    public async Task Declines_are_retried_by_the_schedule_and_the_last_one_ends_it()
    {
        Story story = await stage.SubscribedAsync(card: ScriptedCards.FirstApprovedThenDeclines);
        DateTimeOffset due = await story.DueAsync();

        await stage.Server.WalkToAsync(due + TimeSpan.FromDays(5));
        SubscriptionView pastDue = await story.ViewAsync();
        Assert.Equal((SubscriptionStatus.PastDue, 3, "REJECT_CARD_PAYMENT"), (pastDue.Status, pastDue.OpenInvoice!.FailedTries, pastDue.OpenInvoice.LastCode));
        await stage.Server.WalkToAsync(due + TimeSpan.FromDays(17));

        SubscriptionView ended = await story.UntilAsync(v => v.Status == SubscriptionStatus.Ended && v.Card is null, "dunning has ended");
        Assert.Equal(EndReason.PaymentFailed, ended.EndReason);
        IReadOnlyList<RequestRow> tries = await stage.Provider.RequestsAsync(WireOperation.Charge, story.OrdersOf(2));
        Assert.Equal([0, 1, 4, 9, 16], tries.Select(row => (int)Math.Round((row.At - due).TotalDays))); // 1, 3, 5 and 7 days after each other.
        Assert.Equal(5, tries.Select(row => row.IdempotencyKey).Distinct().Count()); // A refusal is bound to its key.
        Assert.Equal("written_off", Assert.Single(await stage.Server.RowsAsync<string>("SELECT state FROM invoices WHERE subscription_id = @Id AND number = 2", new { story.Id })));
    }

    [Fact]
    public async Task A_renewal_that_recovers_in_dunning_keeps_its_billing_day()
    {
        Story story = await stage.SubscribedAsync(card: ScriptedCards.FirstApprovedThenTwoDeclines);
        DateTimeOffset due = await story.DueAsync();

        await stage.Server.WalkToAsync(due + TimeSpan.FromDays(4) + Hour);

        SubscriptionView view = await story.UntilAsync(v => v.Status == SubscriptionStatus.Active, "the third try is approved");
        Assert.Equal(due, view.CurrentPeriod!.Start);
        Assert.Equal(view.CurrentPeriod.End, view.NextChargeAt);
        Assert.Equal(2, (await story.ApprovalsAsync()).Count);
    }

    [Fact]
    public async Task After_a_hard_decline_only_another_card_is_charged_and_the_old_key_goes_once_that_has_paid()
    {
        Story story = await stage.SubscribedAsync(card: ScriptedCards.FirstApprovedThenStopped);
        DateTimeOffset due = await story.DueAsync();
        await stage.Server.WalkToAsync(due + TimeSpan.FromDays(6));

        SubscriptionView waiting = await story.ViewAsync();
        Assert.Equal((SubscriptionStatus.PastDue, true, null), (waiting.Status, waiting.NeedsNewCard, waiting.NextChargeAt));
        Assert.Equal("INVALID_STOPPED_CARD", Assert.Single(await stage.Provider.RequestsAsync(WireOperation.Charge, story.OrdersOf(2))).Code);

        await stage.Provider.FailChargeAsync(FaultKind.Hold, story.OrdersOf(2));
        Task<RegistrationView> replacing = stage.Server.ReplaceCardAsync(story.Id, ScriptedCards.AlwaysApproves);
        await stage.Provider.UntilHeldAsync();
        string customerKey = (await replacing).CustomerKey; // Answers when patience ends, long before the provider does.
        Assert.Empty(await stage.Provider.RequestsAsync(WireOperation.Delete, customerKey: customerKey));
        await stage.Provider.ReleaseAsync();

        await story.UntilAsync(v => v.Status == SubscriptionStatus.Active, "the new card has paid");
        RequestRow deleted = Assert.Single(await Eventually.Async(
            () => stage.Provider.RequestsAsync(WireOperation.Delete, customerKey: customerKey), rows => rows.Count > 0, "the old key is deleted"));
        IReadOnlyList<RequestRow> charges = await stage.Provider.RequestsAsync(WireOperation.Charge, story.Orders);
        Assert.Equal(charges[0].Resource, deleted.Resource);
        Assert.NotEqual(charges[^1].Resource, deleted.Resource);
    }

    [Fact]
    public async Task A_declined_first_charge_waits_for_another_card_and_then_begins()
    {
        Story story = await stage.BeginAsync(card: ScriptedCards.AlwaysStopped);
        SubscriptionView waiting = await story.UntilAsync(v => v.NeedsNewCard, "the first charge is declined");
        Assert.Equal(SubscriptionStatus.Incomplete, waiting.Status);

        RegistrationView replaced = await stage.Server.ReplaceCardAsync(story.Id, ScriptedCards.AlwaysApproves);

        Assert.Equal(RegistrationStatus.Completed, replaced.Status);
        await story.UntilAsync(v => v.Status == SubscriptionStatus.Active, "the other card has paid");
        Assert.Single(await story.ApprovalsAsync());
    }

    [Fact]
    public async Task A_declined_first_charge_that_nobody_mends_ends_within_a_day()
    {
        Story story = await stage.BeginAsync(card: ScriptedCards.AlwaysDeclines);

        await stage.Server.WalkAsync(TimeSpan.FromHours(24));

        SubscriptionView ended = await story.UntilAsync(v => v.Status == SubscriptionStatus.Ended, "nobody brought another card");
        Assert.Equal(EndReason.FirstPaymentFailed, ended.EndReason);
        Assert.Empty(await story.ApprovalsAsync());
    }

    [Fact]
    public async Task A_cancellation_at_period_end_lets_the_paid_period_run_and_charges_nothing_after_it()
    {
        Story story = await stage.SubscribedAsync();
        DateTimeOffset end = (await story.ViewAsync()).CurrentPeriod!.End;

        await story.Grain.CancelAtPeriodEndAsync(story.By());
        Assert.Equal(end, (await story.ViewAsync()).CancelsAt);
        await stage.Server.WalkToAsync(end - Hour);
        Assert.Equal(SubscriptionStatus.Active, (await story.ViewAsync()).Status);
        await stage.Server.WalkToAsync(end + TimeSpan.FromDays(2));

        Assert.Equal(EndReason.Canceled, (await story.ViewAsync()).EndReason);
        Assert.Single(await story.ApprovalsAsync());
        Assert.Null(await story.ReminderAsync()); // Nothing wakes an ended subscription.
    }

    [Fact]
    public async Task A_cancellation_that_was_taken_back_changes_nothing()
    {
        Story story = await stage.SubscribedAsync();
        DateTimeOffset due = await story.DueAsync();

        await story.Grain.CancelAtPeriodEndAsync(story.By());
        Assert.Null((await story.ViewAsync()).NextChargeAt);
        await story.Grain.UndoCancellationAsync(story.By());

        Assert.Equal(due, await story.DueAsync());
        await stage.Server.WalkToAsync(due + Hour);
        Assert.Equal(2, (await story.ApprovalsAsync()).Count);
    }

    [Fact]
    public async Task A_command_with_the_same_id_is_answered_the_same_and_done_once()
    {
        Story story = await stage.SubscribedAsync();
        CommandInfo cancel = story.By("cancel-once");

        CommandAnswer first = await story.Grain.CancelAtPeriodEndAsync(cancel);
        CommandAnswer again = await story.Grain.CancelAtPeriodEndAsync(cancel);
        CommandAnswer other = await story.Grain.CancelAtPeriodEndAsync(story.By());
        await story.Grain.UndoCancellationAsync(story.By());
        CommandAnswer late = await story.Grain.CancelAtPeriodEndAsync(cancel); // It was done, and taken back since: a late repeat does not cancel again.
        await story.ForgetAsync();
        CommandAnswer afterReading = await story.Grain.CancelAtPeriodEndAsync(cancel);

        Assert.Equal([CommandStatus.Accepted, CommandStatus.Accepted, CommandStatus.Accepted, CommandStatus.Accepted], [first.Status, again.Status, late.Status, afterReading.Status]);
        Assert.Equal((CommandStatus.Refused, nameof(Refusal.AlreadyCanceling)), (other.Status, other.Refusal));
        Assert.Null((await story.ViewAsync()).CancelsAt);
        Assert.Equal(CommandStatus.Accepted, (await story.Grain.CancelNowAsync(story.By())).Status);
        Assert.Equal(nameof(Refusal.AlreadyEnded), (await story.Grain.CancelNowAsync(story.By())).Refusal);
    }

    [Fact]
    public async Task A_second_subscription_of_the_same_product_is_refused_while_the_first_lives()
    {
        Story story = await stage.SubscribedAsync();

        RegistrationView second = await stage.Server.TrySubscribeAsync("morning-letter-weekly", story.CustomerId);
        Assert.Equal((RegistrationStatus.Refused, "ALREADY_SUBSCRIBED", story.Id), (second.Status, second.FailureCode, second.ExistingSubscriptionId));
        Assert.Single(await stage.Provider.RequestsAsync(WireOperation.Issue, customerKey: second.CustomerKey)); // No second billing key was made.

        await story.Grain.CancelNowAsync(story.By());
        RegistrationView third = await stage.Server.TrySubscribeAsync("morning-letter-weekly", story.CustomerId);
        Assert.Equal(RegistrationStatus.Completed, third.Status);
        await stage.Server.Subscription(third.SubscriptionId!).CancelNowAsync(story.By());
    }
}
