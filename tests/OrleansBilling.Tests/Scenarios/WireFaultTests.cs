using OrleansBilling.Domain;
using OrleansBilling.Subscriptions;
using OrleansBilling.TossSimulator.Faults;
using OrleansBilling.TossSimulator.State;
using OrleansBilling.TossSimulator.Wire;

namespace OrleansBilling.Tests.Scenarios;

/// <summary>What goes wrong between the provider and us, through the real grain and real sockets. The ledger shows each invoice once, and nobody is dunned for it.</summary>
public class WireFaultTests(Stage stage) : IClassFixture<Stage>
{
    // The protocol's waits (repeats after 1, 2, 4 … minutes, two look-ups, the next attempt) are over by then.
    private static readonly TimeSpan Settled = TimeSpan.FromHours(2);

    [Theory]
    [InlineData("drop-after-commit", null)]
    [InlineData("drop-before-commit", null)]
    [InlineData("committed-500", null)]
    [InlineData("html-body", true)]
    [InlineData("html-body", false)]
    [InlineData("truncated", null)]
    [InlineData("http-429", null)]
    public async Task An_answer_that_is_lost_is_asked_for_again_under_the_same_key(string fault, bool? commit)
    {
        Story story = await stage.SubscribedAsync();
        await stage.Provider.FailChargeAsync(KindOf(fault), story.OrdersOf(2), times: 2, commit: commit);

        await story.WalkPastDueAsync(Settled);

        LedgerRow paid = Assert.Single(await stage.Provider.RowsAsync(story.OrdersOf(2)));
        IReadOnlyList<RequestRow> sent = await stage.Provider.RequestsAsync(WireOperation.Charge, story.OrdersOf(2));
        Assert.InRange(sent.Count, 2, 3);
        Assert.Equal([paid.OrderId], sent.Select(row => row.IdempotencyKey!).Distinct());
        await AssertPaidAndNeverDunnedAsync(story);
    }

    [Fact]
    public async Task A_transient_answer_that_is_bound_to_its_key_is_looked_up_and_the_next_attempt_has_a_new_order_id()
    {
        Story story = await stage.SubscribedAsync();
        await stage.Provider.FailChargeAsync(FaultKind.Error, story.OrdersOf(2), code: "PROVIDER_ERROR"); // Once; the simulator binds it, as the provider does.
        DateTimeOffset due = await story.DueAsync();

        await stage.Server.WalkToAsync(due + Settled);

        Assert.Equal($"{story.OrdersOf(2)}2", Assert.Single(await stage.Provider.RowsAsync(story.OrdersOf(2))).OrderId);
        IReadOnlyList<RequestRow> first = await stage.Provider.RequestsAsync(WireOperation.Charge, $"{story.OrdersOf(2)}1");
        Assert.Equal([false, true, true], first.Select(row => row.IsReplay)); // Repeated twice, not for ever.
        IReadOnlyList<RequestRow> lookUps = await stage.Provider.RequestsAsync(WireOperation.Lookup, $"{story.OrdersOf(2)}1");
        Assert.Equal([404, 404], lookUps.Select(row => row.Status));
        Assert.True(lookUps[0].At - first[^1].At >= TimeSpan.FromMinutes(5) && lookUps[1].At - lookUps[0].At >= TimeSpan.FromMinutes(5));
        await AssertPaidAndNeverDunnedAsync(story);
    }

    [Fact]
    public async Task A_code_that_nobody_knows_is_sent_once_proven_not_charged_and_tried_another_day()
    {
        Story story = await stage.SubscribedAsync();
        await stage.Provider.FailChargeAsync(FaultKind.Error, story.OrdersOf(2), code: "SOME_NEW_CODE_OF_TOSS");
        DateTimeOffset due = await story.DueAsync();

        await stage.Server.WalkToAsync(due + Settled);
        Assert.Empty(await stage.Provider.RowsAsync(story.OrdersOf(2)));
        Assert.Single(await stage.Provider.RequestsAsync(WireOperation.Charge, story.OrdersOf(2)));
        await stage.Server.WalkToAsync(due + TimeSpan.FromDays(1) + Settled);

        Assert.Equal($"{story.OrdersOf(2)}2", Assert.Single(await stage.Provider.RowsAsync(story.OrdersOf(2))).OrderId);
        Assert.Equal(SubscriptionStatus.Active, (await story.ViewAsync()).Status);
    }

    [Fact]
    public async Task An_order_that_is_done_already_is_looked_up_and_adopted()
    {
        Story story = await stage.SubscribedAsync();
        await stage.Provider.FailChargeAsync(FaultKind.DropAfterCommit, story.OrdersOf(2));
        await stage.Provider.TurnAsync(new { idempotencyLifetime = "00:00:00" }); // The provider forgot the key: it now says DUPLICATED_ORDER_ID.
        try
        {
            await story.WalkPastDueAsync(Settled);
        }
        finally
        {
            await stage.Provider.TurnAsync(new { idempotencyLifetime = "15.00:00:00" });
        }

        Assert.Contains(await stage.Provider.RequestsAsync(WireOperation.Charge, story.OrdersOf(2)), row => row.Code == "DUPLICATED_ORDER_ID");
        Assert.Single(await stage.Provider.RowsAsync(story.OrdersOf(2)));
        await AssertPaidAndNeverDunnedAsync(story);
    }

    [Fact]
    public async Task An_outage_of_the_provider_burns_no_try_of_a_customer()
    {
        Story story = await stage.SubscribedAsync();
        await stage.Provider.FailChargeAsync(FaultKind.DropBeforeCommit, story.OrdersOf(2), times: 20);

        await story.WalkPastDueAsync(TimeSpan.FromHours(6));

        Assert.Single(await stage.Provider.RowsAsync(story.OrdersOf(2)));
        await AssertPaidAndNeverDunnedAsync(story);
    }

    [Fact]
    public async Task A_fault_of_the_merchants_own_key_is_tried_again_and_nobody_is_dunned()
    {
        Story story = await stage.SubscribedAsync();
        await stage.Provider.FailChargeAsync(FaultKind.Error, story.OrdersOf(2), times: 3, code: "UNAUTHORIZED_KEY");

        await story.WalkPastDueAsync(Settled);

        Assert.Single(await stage.Provider.RowsAsync(story.OrdersOf(2)));
        await AssertPaidAndNeverDunnedAsync(story, unknown: false);
    }

    private static FaultKind KindOf(string name) => System.Text.Json.JsonSerializer.Deserialize<FaultKind>($"\"{name}\"");

    private static async Task AssertPaidAndNeverDunnedAsync(Story story, bool unknown = true)
    {
        SubscriptionView view = await story.UntilAsync(v => v is { Status: SubscriptionStatus.Active, PaymentInProgress: false }, "the renewal is paid");
        Assert.Null(view.OpenInvoice);
        IReadOnlyList<string> told = await story.EventTypesAsync();
        Assert.DoesNotContain("payment.declined", told);
        Assert.DoesNotContain("subscription.past_due", told);
        Assert.Equal(unknown, told.Contains("payment.unknown"));
    }
}
