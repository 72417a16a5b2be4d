using System.Data.Common;
using Microsoft.Extensions.DependencyInjection;
using OrleansBilling.Domain;
using OrleansBilling.Registrations;
using OrleansBilling.Reports;
using OrleansBilling.Subscriptions;
using OrleansBilling.Tests.Support;
using OrleansBilling.TossSimulator.Cards;
using OrleansBilling.TossSimulator.Faults;
using OrleansBilling.TossSimulator.Wire;

namespace OrleansBilling.Tests.Scenarios;

/// <summary>A database that fails between any two writes of the pump. <see cref="WatchedStorage"/> also holds every write to the order rule.</summary>
public class StorageFaultTests(Stage stage) : IClassFixture<Stage>
{
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    [Theory]
    [InlineData("subscription", WriteFault.NotWritten)]
    [InlineData("subscription", WriteFault.WrittenButReportedAsFailed)]
    [InlineData("reminder", WriteFault.NotWritten)]
    [InlineData("reminder", WriteFault.WrittenButReportedAsFailed)]
    public async Task A_write_that_fails_after_an_approval_costs_nothing_but_time(string what, WriteFault fault)
    {
        Story story = await stage.SubscribedAsync();
        DateTimeOffset due = await story.DueAsync();
        stage.Storage.Fail(what, story.Id, fault);

        await WalkAndTickAsync(story, due + Hour, () => Task.FromResult(!stage.Storage.IsArmed));

        Assert.Equal(2, (await story.ApprovalsAsync()).Count);
        IReadOnlyList<RequestRow> sent = await stage.Provider.RequestsAsync(WireOperation.Charge, story.OrdersOf(2));
        Assert.Single(sent, row => !row.IsReplay);
        Assert.Equal(what == "subscription" && fault == WriteFault.NotWritten ? 2 : 1, sent.Count); // Asked again only when the approval was not written down.
        SubscriptionView view = await story.ViewAsync();
        Assert.Equal(due.AddMonths(1).Date, view.NextChargeAt!.Value.Date);
        await story.AssertWakesForNextChargeAsync();
        await story.AssertNoEventIsMissingAsync(atLeast: 8);
    }

    [Fact]
    public async Task A_row_that_another_activation_wrote_meanwhile_is_read_and_not_overwritten()
    {
        Story story = await stage.SubscribedAsync();
        DateTimeOffset due = await story.DueAsync();
        await stage.Provider.FailChargeAsync(FaultKind.Hold, story.OrdersOf(2), commit: true);
        await WalkAndTickAsync(story, due + Hour, OverwriteAsync);

        Assert.Equal(2, (await story.ApprovalsAsync()).Count);
        Assert.Equal([false, true], (await stage.Provider.RequestsAsync(WireOperation.Charge, story.OrdersOf(2))).Select(row => row.IsReplay));
        Assert.Equal(SubscriptionStatus.Active, (await story.ViewAsync()).Status);

        async Task<bool> OverwriteAsync()
        {
            await stage.Provider.UntilHeldAsync();
            await stage.Server.ExecuteAsync("UPDATE OrleansStorage SET Version = Version + 1 WHERE GrainIdExtensionString LIKE @key", new { key = $"%{story.Id}" });
            await stage.Provider.ReleaseAsync();
            return true;
        }
    }

    [Theory]
    [InlineData("subscription", WriteFault.NotWritten)]
    [InlineData("subscription", WriteFault.WrittenButReportedAsFailed)]
    [InlineData("reminder", WriteFault.NotWritten)]
    [InlineData("reminder", WriteFault.WrittenButReportedAsFailed)]
    public async Task A_start_that_is_broken_off_is_taken_up_and_charges_once(string what, WriteFault fault)
    {
        string customer = PrefixedId.New("cus", TimeProvider.System);
        stage.Storage.Fail(what, "main/sub_", fault);

        RegistrationView begun = await stage.Server.TrySubscribeAsync(Stage.Monthly, customer);
        Assert.False(stage.Storage.IsArmed);
        IRegistrationGrain registration = stage.Server.Grains.Registration(BillingServer.Merchant, begun.RegistrationId);
        RegistrationView done = await Eventually.Async(
            () => registration.CompleteAsync(customer), v => v.Status == RegistrationStatus.Completed, "the registration is carried through"); // As the page that looks again does.
        Story story = new(stage.Server, stage.Provider, customer, done.SubscriptionId!);
        Assert.Single(await story.ApprovalsAsync());
        await story.AssertWakesForNextChargeAsync();
    }

    [Theory]
    [InlineData(WriteFault.NotWritten)]
    [InlineData(WriteFault.WrittenButReportedAsFailed)]
    public async Task A_command_that_brings_a_charge_forward_and_breaks_off_leaves_a_reminder_that_is_early(WriteFault fault)
    {
        Story story = await stage.SubscribedAsync(card: ScriptedCards.FirstApprovedThenTwoDeclines);
        DateTimeOffset due = await story.DueAsync();
        await stage.Server.WalkToAsync(due + Hour); // Declined once; the next try is a day later.
        stage.Storage.Fail("subscription", story.Id, fault);
        CommandInfo retry = new("retry", "operator:usr_1", null);

        await Assert.ThrowsAnyAsync<Exception>(() => story.Grain.RetryNowAsync(retry));
        Assert.True(await story.ReminderAsync() <= stage.Server.Clock.GetUtcNow());
        await story.TickAsync();

        int expected = fault == WriteFault.NotWritten ? 1 : 2; // What was stored is done, though its caller saw an error; what was not, is not.
        await Eventually.Async(() => stage.Provider.RequestsAsync(WireOperation.Charge, story.OrdersOf(2)), rows => rows.Count == expected, "the tick finds what was stored");
        Assert.Equal(CommandStatus.Accepted, (await story.Grain.RetryNowAsync(retry)).Status);
        await Eventually.Async(() => stage.Provider.RequestsAsync(WireOperation.Charge, story.OrdersOf(2)), rows => rows.Count == 2, "the command was carried out once");
        await story.UntilAsync(v => !v.PaymentInProgress, "the second try is settled");
        await story.AssertWakesForNextChargeAsync();
    }

    [Fact]
    public async Task Events_that_could_not_be_published_come_later_and_none_is_missing()
    {
        Story story = await stage.SubscribedAsync();
        DateTimeOffset due = await story.DueAsync();
        await story.AssertNoEventIsMissingAsync(atLeast: 4);

        Task walk;
        await using (await stage.Server.RefuseEventsOfAsync(story.Id))
        {
            walk = stage.Server.WalkToAsync(due + Hour);
            await story.UntilAsync(v => v.CurrentPeriod!.Start >= due, "the renewal is paid although nobody can be told");
        }

        await story.TickThroughAsync(walk);

        await story.AssertNoEventIsMissingAsync(atLeast: 8);
        Assert.Equal(2, (await story.ApprovalsAsync()).Count);
        Assert.Equal(2, (await stage.Server.RowsAsync<long>("SELECT amount_krw FROM payments WHERE subscription_id = @Id", new { story.Id })).Count);
    }

    [Fact]
    public async Task A_command_in_the_middle_of_a_period_is_told_within_minutes_even_when_telling_fails_at_first()
    {
        Story story = await stage.SubscribedAsync();
        await stage.Server.WalkAsync(TimeSpan.FromDays(3));

        await using (await stage.Server.RefuseEventsOfAsync(story.Id))
        {
            Assert.Equal(CommandStatus.Accepted, (await story.Grain.CancelAtPeriodEndAsync(story.By())).Status);
        }

        await stage.Server.WalkAsync(TimeSpan.FromMinutes(10));
        await Eventually.Async(story.EventTypesAsync, types => types.Contains("subscription.cancellation_scheduled"), "the cancellation is told long before the period ends");
    }

    [Fact]
    public async Task A_subscription_that_sleeps_between_its_renewals_does_not_gather_events()
    {
        Story story = await stage.SubscribedAsync();
        for (int month = 1; month <= 3; month++)
        {
            await story.ForgetAsync();
            await story.WalkPastDueAsync(TimeSpan.FromMinutes(1));
        }

        Subscription stored = await story.StoredAsync();
        Assert.All(stored.Outbox, e => Assert.True(e.Sequence > stored.LastSequence - 4)); // Only what the last renewal told waits to leave with the next write.
        await story.AssertNoEventIsMissingAsync(atLeast: 4 * 4);
    }

    [Fact]
    public async Task Ticks_that_come_twice_or_too_early_change_nothing()
    {
        Story story = await stage.SubscribedAsync();
        DateTimeOffset due = await story.DueAsync();

        await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => story.TickAsync()));
        Assert.Single(await stage.Provider.RequestsAsync(WireOperation.Charge, story.Orders));
        await stage.Provider.FailChargeAsync(FaultKind.Hold, story.OrdersOf(2));
        Task walk = stage.Server.WalkToAsync(due + Hour);
        await stage.Provider.UntilHeldAsync();
        await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => story.TickAsync()));
        await stage.Provider.ReleaseAsync();
        await walk;

        Assert.Single(await stage.Provider.RequestsAsync(WireOperation.Charge, story.OrdersOf(2)));
        Assert.Equal(2, (await story.ApprovalsAsync()).Count);
    }

    [Fact]
    public async Task The_wake_up_of_a_subscription_that_never_started_does_not_tick_for_ever()
    {
        string id = PrefixedId.New("sub", TimeProvider.System);
        Story never = new(stage.Server, stage.Provider, "cus_nobody", id);
        stage.Storage.Fail("subscription", id, WriteFault.NotWritten);

        await Assert.ThrowsAnyAsync<Exception>(() => never.Grain.StartAsync(stage.StartCommand("cus_nobody")));

        Assert.NotNull(await never.ReminderAsync()); // It came before the state, as it must.
        await never.TickAsync();
        Assert.NotNull(await never.ReminderAsync()); // The start may still be under way in another process: the next tick tells.
        await stage.Server.WalkAsync(TimeSpan.FromMinutes(5));
        await never.TickAsync();
        Assert.Null(await never.ReminderAsync());
    }

    [Fact]
    public async Task A_row_that_the_read_side_refuses_does_not_hold_up_the_others()
    {
        Story story = await stage.SubscribedAsync();
        Subscription real = await story.StoredAsync();
        Subscription[] all = [.. Enumerable.Range(0, 30).Select(n => real.Renamed($"{story.Id}{n:00}"))];
        await using IAsyncDisposable refusal = await stage.Server.RefuseEventsOfAsync(all[17].Id);

        Outbox outbox = stage.Server.App.Services.GetRequiredService<Outbox>();
        Task[] handovers = [.. all.Select(s => outbox.PublishAsync(s, 0))];
        await Assert.ThrowsAnyAsync<DbException>(() => Task.WhenAll(handovers));

        Assert.Equal([17], handovers.Index().Where(h => h.Item.IsFaulted).Select(h => h.Index));
        Assert.Equal(29, Assert.Single(await stage.Server.RowsAsync<long>("SELECT COUNT(*) FROM subscriptions WHERE subscription_id LIKE @like", new { like = $"{story.Id}__" })));
    }

    private async Task WalkAndTickAsync(Story story, DateTimeOffset target, Func<Task<bool>> struck)
    {
        Task walk = stage.Server.WalkToAsync(target);
        await Eventually.Async(struck, done => done, "the fault strikes");
        await story.TickThroughAsync(walk);
    }
}
