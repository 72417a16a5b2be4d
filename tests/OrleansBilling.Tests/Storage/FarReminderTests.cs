using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using OrleansBilling.Storage;
using OrleansBilling.Tests.Support;

namespace OrleansBilling.Tests.Storage;

/// <summary>
/// Reminders that no silo reads when they are set, because they are too far off, fire when their time comes. On the real clock, with the times of the
/// reminder service scaled down: read are 14 s ahead, loaded 6 s.
/// </summary>
public sealed class FarReminderTests(PostgresServer server)
{
    private static readonly TimeSpan BeyondTheWindow = TimeSpan.FromSeconds(18);
    private static readonly TimeSpan LongAfterwards = TimeSpan.FromSeconds(36);

    // A reminder that was not loaded in time would tick one period later: that is what must not happen.
    private static readonly TimeSpan Punctual = PunctualGrain.Period / 2;

    // Orleans drops a tick that falls into the moment in which a range changes hands; the next one comes a period later. That is what the short period of reminders is for.
    private static readonly TimeSpan AcrossAChange = PunctualGrain.Period + Punctual;

    [Theory, InlineData(DatabaseEngine.Sqlite), InlineData(DatabaseEngine.PostgreSql)]
    public async Task A_reminder_beyond_the_window_when_it_is_set_and_when_the_silo_starts_fires_at_its_time(DatabaseEngine engine)
    {
        await using TestStorage storage = await TestStorage.CreateAsync(engine, server);
        string key = Guid.NewGuid().ToString("N");
        using (IHost first = await StartAsync(storage))
        {
            await Grain(first, key).RemindAtAsync(Now() + BeyondTheWindow);
            await first.StopAsync(TestContext.Current.CancellationToken);
        }

        using IHost second = await StartAsync(storage);
        Assert.Equal(0, await ReadAsync(second));

        await UntilTickedAsync([key], Punctual);
        await second.StopAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task Every_reminder_fires_within_a_period_while_a_silo_joins_and_leaves()
    {
        await using TestStorage storage = await TestStorage.CreateAsync(DatabaseEngine.PostgreSql, server);
        using IHost stays = await StartAsync(storage);
        string[] early = await RemindAsync(stays, BeyondTheWindow);
        string[] late = await RemindAsync(stays, LongAfterwards);

        using (IHost joins = await StartAsync(storage))
        {
            await UntilTickedAsync(early, AcrossAChange);
            await joins.StopAsync(TestContext.Current.CancellationToken);
        }

        await UntilTickedAsync(late, AcrossAChange);
        await stays.StopAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task A_far_reminder_that_is_brought_forward_fires_at_its_new_time()
    {
        await using TestStorage storage = await TestStorage.CreateAsync(DatabaseEngine.PostgreSql, server);
        using IHost one = await StartAsync(storage);
        using IHost other = await StartAsync(storage);
        // Enough of them for both silos to own some; each is set through a silo that need not be its owner.
        string[] keys = await RemindAsync(one, TimeSpan.FromDays(30));
        Assert.Equal(0, await ReadAsync(one));

        await Task.WhenAll(keys.Select(key => Grain(other, key).RemindAtAsync(Now() + TimeSpan.FromSeconds(3))));

        await UntilTickedAsync(keys, Punctual);
        await one.StopAsync(TestContext.Current.CancellationToken);
        await other.StopAsync(TestContext.Current.CancellationToken);
    }

    private static Task<IHost> StartAsync(TestStorage storage)
    {
        Dictionary<string, string?> settings = storage.Settings;
        settings["Reminders:RefreshPeriod"] = "00:00:01";
        settings["Reminders:LoadingWindow"] = "00:00:06";
        settings["Reminders:ClockTolerance"] = "00:00:00";
        return TestStorage.StartSiloAsync(settings);
    }

    private static async Task<string[]> RemindAsync(IHost silo, TimeSpan ahead)
    {
        string[] keys = [.. Enumerable.Range(0, 24).Select(_ => Guid.NewGuid().ToString("N"))];
        await Task.WhenAll(keys.Select((key, index) => Grain(silo, key).RemindAtAsync(Now() + ahead + TimeSpan.FromMilliseconds(50 * index))));
        return keys;
    }

    private static async Task<int> ReadAsync(IHost silo) =>
        (await silo.Services.GetRequiredService<IReminderTable>().ReadRows(0, 0, TestContext.Current.CancellationToken)).Reminders.Count;

    private static async Task UntilTickedAsync(string[] keys, TimeSpan latest)
    {
        foreach (string key in keys)
        {
            try
            {
                await PunctualGrain.TickOf(key).WaitAsync(latest + LongAfterwards, TestContext.Current.CancellationToken);
            }
            catch (TimeoutException)
            {
                throw new TimeoutException($"{keys.Count(other => !PunctualGrain.TickOf(other).IsCompleted)} of {keys.Length} reminders did not tick.");
            }
        }

        Assert.All(keys, key => Assert.InRange(PunctualGrain.TickOf(key).Result - PunctualGrain.DueOf(key), TimeSpan.Zero, latest));
    }

    private static IPunctualGrain Grain(IHost silo, string key) => silo.Services.GetRequiredService<IGrainFactory>().GetGrain<IPunctualGrain>(key);

    private static DateTimeOffset Now() => TimeProvider.System.GetUtcNow();
}

public interface IPunctualGrain : IGrainWithStringKey
{
    Task RemindAtAsync(DateTimeOffset due);
}

/// <summary>Says when its reminder ticked first after it was set last. Its key is unique to a test.</summary>
public sealed class PunctualGrain : Grain, IPunctualGrain, IRemindable
{
    internal static readonly TimeSpan Period = TimeSpan.FromMinutes(1);

    private static readonly ConcurrentDictionary<string, (DateTimeOffset Due, TaskCompletionSource<DateTimeOffset> Tick)> Lives = new();

    public static DateTimeOffset DueOf(string key) => Lives[key].Due;

    public static Task<DateTimeOffset> TickOf(string key) => Lives[key].Tick.Task;

    public async Task RemindAtAsync(DateTimeOffset due)
    {
        // As the table keeps it: a tick at the very instant is not early.
        due = DateTimeOffset.FromUnixTimeMilliseconds(due.ToUnixTimeMilliseconds());
        Lives[this.GetPrimaryKeyString()] = (due, new TaskCompletionSource<DateTimeOffset>(TaskCreationOptions.RunContinuationsAsynchronously));
        await this.RegisterOrUpdateReminder("due", due - TimeProvider.System.GetUtcNow(), Period);
    }

    public Task ReceiveReminder(string reminderName, TickStatus status)
    {
        Lives[this.GetPrimaryKeyString()].Tick.TrySetResult(TimeProvider.System.GetUtcNow());
        return Task.CompletedTask;
    }
}
