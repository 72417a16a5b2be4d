using System.Collections.Concurrent;
using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using OrleansBilling.Clock;
using OrleansBilling.Storage;
using OrleansBilling.Tests.Support;

namespace OrleansBilling.Tests.Clock;

public sealed class TestClockWalkTests(PostgresServer postgres)
{
    private static readonly BillingClockOptions Sandbox = new() { Movable = true, Reminders = [MonthlyGrain.Reminder] };

    [Theory]
    [InlineData(DatabaseEngine.Sqlite)]
    [InlineData(DatabaseEngine.PostgreSql)]
    public async Task A_monthly_reminder_lives_two_years_in_one_walk_and_misses_no_month(DatabaseEngine engine)
    {
        await using ClockDatabase database = await ClockDatabase.CreateAsync(engine, postgres);
        using IHost silo = await database.StartSiloAsync(Sandbox);
        string key = await StartMonthlyAsync(silo);
        DateTimeOffset begun = silo.Clock().GetUtcNow();

        Assert.Equal(TestClockAnswer.Started, await silo.Walk().StartAsync(begun.AddMonths(24).AddDays(1), TestContext.Current.CancellationToken));
        TestClockWalkStatus status = await silo.UntilFinishedAsync();

        Assert.Equal("", status.Note);
        Assert.Equal(24, status.StopsDone);
        MonthlyGrain.AssertMonthlyOnTime(key, 24);
        await silo.StopAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task A_month_ahead_fires_within_seconds_right_after_a_restart()
    {
        await using ClockDatabase database = await ClockDatabase.CreateAsync(DatabaseEngine.Sqlite, postgres);
        string key;
        using (IHost first = await database.StartSiloAsync(Sandbox))
        {
            key = await StartMonthlyAsync(first);
            await first.StopAsync(TestContext.Current.CancellationToken);
        }

        using IHost second = await database.StartSiloAsync(Sandbox);
        DateTimeOffset due = (await second.Walk().NextDueAsync(TestContext.Current.CancellationToken))!.Value;
        await second.Walk().StartAsync(due, TestContext.Current.CancellationToken);
        TestClockWalkStatus status = await second.UntilFinishedAsync();

        Assert.Equal(("", 1), (status.Note, status.StopsDone));
        MonthlyGrain.AssertMonthlyOnTime(key, 1);
        Assert.InRange(second.Clock().GetUtcNow(), due, due.AddSeconds(20));
        await second.StopAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task The_clock_stays_where_it_was_after_a_restart_and_the_default_clock_is_real()
    {
        await using ClockDatabase database = await ClockDatabase.CreateAsync(DatabaseEngine.Sqlite, postgres);
        DateTimeOffset target;
        using (IHost first = await database.StartSiloAsync(Sandbox))
        {
            target = first.Clock().GetUtcNow().AddDays(100);
            await first.Walk().StartAsync(target, TestContext.Current.CancellationToken);
            await first.UntilFinishedAsync();
            await first.StopAsync(TestContext.Current.CancellationToken);
        }

        using IHost second = await database.StartSiloAsync(Sandbox);

        Assert.True(second.Clock().GetUtcNow() >= target);
        Assert.Same(TimeProvider.System, second.Services.GetRequiredService<TimeProvider>());
        await second.StopAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task Two_silos_follow_one_clock_and_the_other_goes_on_when_the_walking_one_stops()
    {
        await using ClockDatabase database = await ClockDatabase.CreateAsync(DatabaseEngine.PostgreSql, postgres);
        IHost walking = await database.StartSiloAsync(Sandbox);
        using IHost other = await database.StartSiloAsync(Sandbox);
        string[] keys = [.. await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => StartMonthlyAsync(walking)))];
        DateTimeOffset target = walking.Clock().GetUtcNow().AddMonths(12).AddDays(1);

        await walking.Walk().StartAsync(target, TestContext.Current.CancellationToken);
        Assert.Equal(TestClockAnswer.AlreadyWalking, await other.Walk().StartAsync(target, TestContext.Current.CancellationToken));
        await other.UntilAsync(status => status.StopsDone >= 3, "Three stops were not done");
        await walking.StopAsync(TestContext.Current.CancellationToken);
        walking.Dispose();
        TestClockWalkStatus status = await other.UntilFinishedAsync();

        Assert.True(status.Now >= target);
        Assert.All(keys, key => Assert.Equal(12, MonthlyGrain.TicksOf(key).Count));
        await other.StopAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task The_provider_moves_before_our_clock_and_learns_the_offset_at_start()
    {
        await using ClockDatabase database = await ClockDatabase.CreateAsync(DatabaseEngine.Sqlite, postgres);
        ConcurrentQueue<(TimeSpan Provider, TimeSpan Ours)> moves = new();
        IHost? silo = null;
        using IHost started = silo = await database.StartSiloAsync(new BillingClockOptions
        {
            Movable = true,
            MoveProvider = (offset, _) =>
            {
                moves.Enqueue((offset, silo?.Services.GetRequiredService<TestClock>().Offset ?? TimeSpan.Zero));
                return Task.CompletedTask;
            },
        });
        await silo.Walk().StartAsync(silo.Clock().GetUtcNow().AddDays(3), TestContext.Current.CancellationToken);
        await silo.UntilFinishedAsync();

        Assert.Contains(moves, move => move == (TimeSpan.Zero, TimeSpan.Zero));
        Assert.Contains(moves, move => move.Provider > TimeSpan.FromDays(2) && move.Ours == TimeSpan.Zero);
        await silo.StopAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task Backwards_too_far_and_without_a_sandbox_is_refused_by_name()
    {
        await using ClockDatabase database = await ClockDatabase.CreateAsync(DatabaseEngine.Sqlite, postgres);
        using (IHost sandbox = await database.StartSiloAsync(Sandbox))
        {
            DateTimeOffset now = sandbox.Clock().GetUtcNow();
            Assert.Equal(TestClockAnswer.Backwards, await sandbox.Walk().StartAsync(now.AddSeconds(-1), TestContext.Current.CancellationToken));
            Assert.Equal(TestClockAnswer.TooFar, await sandbox.Walk().StartAsync(now.AddYears(100), TestContext.Current.CancellationToken));
            await sandbox.StopAsync(TestContext.Current.CancellationToken);
        }

        using IHost live = await database.StartSiloAsync(new BillingClockOptions { Movable = false });

        Assert.Same(TimeProvider.System, live.Clock());
        Assert.False(live.Walk().Exists);
        Assert.Equal(TestClockAnswer.NotASandbox, await live.Walk().StartAsync(DateTimeOffset.MaxValue, TestContext.Current.CancellationToken));
        Assert.Null(await live.Walk().StatusAsync(TestContext.Current.CancellationToken));
        await live.StopAsync(TestContext.Current.CancellationToken);
    }

    private static async Task<string> StartMonthlyAsync(IHost silo)
    {
        string key = Guid.NewGuid().ToString("N");
        await silo.Services.GetRequiredService<IGrainFactory>().GetGrain<IMonthlyGrain>(key).StartAsync();
        return key;
    }
}

public interface IMonthlyGrain : IGrainWithStringKey
{
    Task StartAsync();
}

/// <summary>What a subscription does with its reminder: at its tick it notes the day and moves the reminder on by a month from its anchor.</summary>
public sealed class MonthlyGrain([FromKeyedServices(BillingClock.Key)] TimeProvider clock) : Grain, IMonthlyGrain, IRemindable
{
    internal const string Reminder = "monthly";
    private static readonly ConcurrentDictionary<string, (DateTimeOffset Anchor, ConcurrentQueue<DateTimeOffset> Ticks)> Lives = new();

    internal static IReadOnlyCollection<DateTimeOffset> TicksOf(string key) => Lives[key].Ticks;

    internal static void AssertMonthlyOnTime(string key, int count)
    {
        (DateTimeOffset anchor, ConcurrentQueue<DateTimeOffset> ticks) = Lives[key];
        Assert.Equal(
            Enumerable.Range(1, count).Select(month => anchor.AddMonths(month).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)),
            ticks.Select(tick => tick.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)));
    }

    public Task StartAsync()
    {
        Lives[this.GetPrimaryKeyString()] = (clock.GetUtcNow(), new ConcurrentQueue<DateTimeOffset>());
        return RemindAsync();
    }

    public Task ReceiveReminder(string reminderName, TickStatus status)
    {
        (DateTimeOffset anchor, ConcurrentQueue<DateTimeOffset> ticks) = Lives[this.GetPrimaryKeyString()];
        if (clock.GetUtcNow() >= anchor.AddMonths(ticks.Count + 1))
        {
            ticks.Enqueue(clock.GetUtcNow());
        }

        return RemindAsync();
    }

    private Task<IGrainReminder> RemindAsync()
    {
        (DateTimeOffset anchor, ConcurrentQueue<DateTimeOffset> ticks) = Lives[this.GetPrimaryKeyString()];
        TimeSpan due = anchor.AddMonths(ticks.Count + 1) - clock.GetUtcNow();
        return this.RegisterOrUpdateReminder(Reminder, due > TimeSpan.Zero ? due : TimeSpan.Zero, TimeSpan.FromMinutes(5));
    }
}
