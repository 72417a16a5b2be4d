using OrleansBilling.Domain;
using OrleansBilling.Registrations;
using OrleansBilling.Subscriptions;
using OrleansBilling.Tests.Support;
using OrleansBilling.TossSimulator.Faults;
using OrleansBilling.TossSimulator.State;
using OrleansBilling.TossSimulator.Wire;

namespace OrleansBilling.Tests.Scenarios;

/// <summary>What people do while a payment is under way.</summary>
public class FlightTests(Stage stage) : IClassFixture<Stage>
{
    // A page that waits longer than this for a read is a page that hangs.
    private static readonly TimeSpan Promptly = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    [Fact]
    public async Task Reads_and_commands_answer_while_a_charge_is_in_flight()
    {
        (Story story, Task walk) = await RenewalHeldAsync();

        SubscriptionView view = await story.ViewAsync().WaitAsync(Promptly, TestContext.Current.CancellationToken);
        CommandAnswer cancel = await story.Grain.CancelAtPeriodEndAsync(story.By()).WaitAsync(Promptly, TestContext.Current.CancellationToken);
        await story.Grain.PokeAsync().WaitAsync(Promptly, TestContext.Current.CancellationToken);
        SubscriptionView after = await story.ViewAsync().WaitAsync(Promptly, TestContext.Current.CancellationToken);

        Assert.True(view.PaymentInProgress);
        Assert.Equal(CommandStatus.Deferred, cancel.Status);
        Assert.Equal(["cancel_at_period_end"], after.PendingCommands);
        await LandAsync(walk);
        SubscriptionView landed = await story.UntilAsync(v => v.CancelsAt is not null, "the cancellation is scheduled");
        Assert.Equal(landed.CurrentPeriod!.End, landed.CancelsAt); // The period that was just paid runs on.
        Assert.Equal(2, (await story.ApprovalsAsync()).Count);
        Assert.Single(await stage.Provider.RequestsAsync(WireOperation.Charge, story.OrdersOf(2)));
    }

    [Fact]
    public async Task A_cancellation_now_during_a_charge_that_is_approved_gives_the_money_back()
    {
        (Story story, Task walk) = await RenewalHeldAsync();

        Assert.Equal(CommandStatus.Deferred, (await story.Grain.CancelNowAsync(story.By())).Status);
        await LandAsync(walk);

        SubscriptionView ended = await story.UntilAsync(v => v is { Status: SubscriptionStatus.Ended, Card: null }, "it has ended and the card is gone");
        Assert.Equal(EndReason.Canceled, ended.EndReason);
        IReadOnlyList<LedgerRow> rows = await stage.Provider.RowsAsync(story.OrdersOf(2));
        Assert.Equal([(LedgerKind.Approval, Stage.MonthlyKrw), (LedgerKind.Cancel, Stage.MonthlyKrw)], rows.Select(row => (row.Kind, row.AmountKrw)));
        await Eventually.Async(
            () => stage.Server.RowsAsync<long>("SELECT amount_krw FROM refunds WHERE subscription_id = @Id", new { story.Id }), r => r is [Stage.MonthlyKrw], "the refund is in the read side");
    }

    [Fact]
    public async Task A_cancellation_now_while_nobody_knows_sends_nothing_more_and_ends_it_unpaid()
    {
        Story story = await stage.SubscribedAsync();
        await stage.Provider.FailChargeAsync(FaultKind.DropBeforeCommit, story.OrdersOf(2));
        await story.WalkPastDueAsync(TimeSpan.FromSeconds(20)); // Sent, and no answer came.
        await story.UntilAsync(v => v.PaymentInProgress, "the charge has no answer");

        await story.Grain.CancelNowAsync(story.By());
        await stage.Server.WalkAsync(Hour);

        Assert.Equal(SubscriptionStatus.Ended, (await story.ViewAsync()).Status);
        Assert.Single(await stage.Provider.RequestsAsync(WireOperation.Charge, story.OrdersOf(2))); // No request for a debt that is going.
        Assert.Empty(await stage.Provider.RowsAsync(story.OrdersOf(2)));
    }

    [Fact]
    public async Task A_cancellation_now_while_nobody_knows_finds_the_approval_and_gives_it_back()
    {
        Story story = await stage.SubscribedAsync();
        await stage.Provider.FailChargeAsync(FaultKind.DropAfterCommit, story.OrdersOf(2));
        await story.WalkPastDueAsync(TimeSpan.FromSeconds(20));

        await story.Grain.CancelNowAsync(story.By());
        await stage.Server.WalkAsync(Hour);

        Assert.Equal(SubscriptionStatus.Ended, (await story.ViewAsync()).Status);
        Assert.Equal([LedgerKind.Approval, LedgerKind.Cancel], (await stage.Provider.RowsAsync(story.OrdersOf(2))).Select(row => row.Kind));
        Assert.Single(await stage.Provider.RequestsAsync(WireOperation.Charge, story.OrdersOf(2)));
    }

    [Fact]
    public async Task A_cancellation_at_period_end_just_before_the_charge_is_due_wins()
    {
        Story story = await stage.SubscribedAsync();
        DateTimeOffset due = await story.DueAsync();
        await stage.Server.WalkToAsync(due - TimeSpan.FromMinutes(5)); // So near that another silo's clock may have charged already.

        Assert.Equal(CommandStatus.Deferred, (await story.Grain.CancelAtPeriodEndAsync(story.By())).Status);
        await stage.Server.WalkToAsync(due + Hour);

        Assert.Equal(SubscriptionStatus.Ended, (await story.ViewAsync()).Status);
        Assert.Single(await story.ApprovalsAsync());
        Assert.Empty(await stage.Provider.RequestsAsync(WireOperation.Charge, story.OrdersOf(2)));
    }

    [Fact]
    public async Task A_card_that_comes_during_a_charge_is_used_from_the_next_one_on()
    {
        (Story story, Task walk) = await RenewalHeldAsync();
        CardsSeen cards = new(stage.Provider, story);

        Task<RegistrationView> replacing = stage.Server.ReplaceCardAsync(story.Id, "9410112233445566");
        await story.UntilAsync(v => v.PendingCommands is ["replace_card"], "the new card waits");
        await LandAsync(walk);
        string customerKey = (await replacing).CustomerKey;
        await story.UntilAsync(v => v.PendingCommands.Count == 0, "the new card is in use");
        Assert.Empty(await stage.Provider.RequestsAsync(WireOperation.Delete, customerKey: customerKey)); // It has not paid anything yet.

        await story.WalkPastDueAsync(Hour);

        (string first, string renewal, string next) = (await cards.OfAsync(1), await cards.OfAsync(2), await cards.OfAsync(3));
        Assert.Equal(first, renewal);
        Assert.NotEqual(renewal, next);
        Assert.Equal(first, Assert.Single(await stage.Provider.RequestsAsync(WireOperation.Delete, customerKey: customerKey)).Resource);
        Assert.Equal(3, (await story.ApprovalsAsync()).Count);
    }

    [Fact]
    public async Task A_card_that_comes_while_nobody_knows_does_not_change_the_request_that_is_repeated()
    {
        Story story = await stage.SubscribedAsync();
        await stage.Provider.FailChargeAsync(FaultKind.DropAfterCommit, story.OrdersOf(2));
        await story.WalkPastDueAsync(TimeSpan.FromSeconds(20));

        Task<RegistrationView> replacing = stage.Server.ReplaceCardAsync(story.Id, "9410112233445566");
        await story.UntilAsync(v => v.PendingCommands is ["replace_card"], "the new card waits");
        await stage.Server.WalkAsync(Hour);
        await replacing;

        IReadOnlyList<RequestRow> sent = await stage.Provider.RequestsAsync(WireOperation.Charge, story.OrdersOf(2));
        Assert.Equal(2, sent.Count);
        Assert.Single(sent.Select(row => (row.Resource, row.IdempotencyKey, row.OrderId, row.AmountKrw)).Distinct());
        Assert.Single(await stage.Provider.RowsAsync(story.OrdersOf(2)));
        Assert.Empty((await story.ViewAsync()).PendingCommands);
    }

    /// <summary>The second charge is at the provider and has no answer yet; the walk of the clock waits for it.</summary>
    private async Task<(Story Story, Task Walk)> RenewalHeldAsync()
    {
        Story story = await stage.SubscribedAsync();
        await stage.Provider.FailChargeAsync(FaultKind.Hold, story.OrdersOf(2));
        Task walk = story.WalkPastDueAsync(Hour);
        await stage.Provider.UntilHeldAsync();
        return (story, walk);
    }

    private async Task LandAsync(Task walk)
    {
        await stage.Provider.ReleaseAsync();
        await walk;
    }

    /// <summary>Which billing key paid which invoice, by the provider's log.</summary>
    private sealed class CardsSeen(ProviderBook provider, Story story)
    {
        public async Task<string> OfAsync(int invoice) =>
            Assert.Single((await provider.RequestsAsync(WireOperation.Charge, story.OrdersOf(invoice))).Select(row => row.Resource).Distinct());
    }
}
