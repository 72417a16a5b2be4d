using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using OrleansBilling.Storage;
using OrleansBilling.Tests.Support;

namespace OrleansBilling.Tests.Storage;

/// <summary>
/// Reminders that no silo reads when they are set, because they are too far off, fire when their time comes. On the real clock, with the times of the
/// reminder service scaled down: read are 26 s ahead, loaded 12 s.
/// </summary>
/// <remarks>
/// Orleans looks for the next tick at or after the moment of a read (LocalReminderService.CalculateNextTickTime). So a tick is dropped, and the next one comes a period later, when it is due between the moment
/// in which its owner lets go of it and the one in which the next owner has read its new range: a silo that joins counts as active before its reminder service starts, and one that leaves stops that service
/// before the others hear of it. The same happens to a tick that is due but not yet under way when its own silo reads, if the following one lies beyond the loading window; therefore that is not below the period.
/// </remarks>
public sealed class FarReminderTests(PostgresServer server)
{
    private static readonly TimeSpan BeyondTheWindow = TimeSpan.FromSeconds(28);
    private static readonly TimeSpan BetweenReminders = TimeSpan.FromMilliseconds(250);

    // One that was not loaded in time, or whose tick was dropped, ticks a period later.
    private static readonly TimeSpan Punctual = PunctualGrain.Period / 2;

    // A silo that started has yet to read its range, and the others have yet to hear that one has left.
    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(2);

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

        await UntilTickedAsync([key]);
        await second.StopAsync(TestContext.Current.CancellationToken);
    }

    // One is due every quarter of a second, from before the silo joins until after it has left.
    [Fact]
    public async Task Every_reminder_fires_at_its_time_while_a_silo_joins_and_leaves_or_a_period_later_when_due_in_the_hand_over()
    {
        await using TestStorage storage = await TestStorage.CreateAsync(DatabaseEngine.PostgreSql, server);
        using IHost stays = await StartAsync(storage);
        string[] keys = await RemindAsync(stays, count: 120, BeyondTheWindow);
        await PunctualGrain.TickOf(keys[10]).WaitAsync(2 * BeyondTheWindow, TestContext.Current.CancellationToken);

        DateTimeOffset joins = Now();
        using IHost other = await StartAsync(storage);
        DateTimeOffset joined = Now() + Settling;
        string between = keys.FirstOrDefault(key => PunctualGrain.DueOf(key) > joined + Settling) ?? keys[^1];
        await PunctualGrain.TickOf(between).WaitAsync(2 * BeyondTheWindow, TestContext.Current.CancellationToken);
        DateTimeOffset leaves = Now();
        await other.StopAsync(TestContext.Current.CancellationToken);
        DateTimeOffset left = Now() + Settling;

        await UntilTickedAsync(keys, due => (joins <= due && due <= joined) || (leaves <= due && due <= left));
        await stays.StopAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task A_far_reminder_that_is_brought_forward_fires_at_its_new_time()
    {
        await using TestStorage storage = await TestStorage.CreateAsync(DatabaseEngine.PostgreSql, server);
        using IHost one = await StartAsync(storage);
        using IHost other = await StartAsync(storage);
        // Enough of them for both silos to own some; each is set through a silo that need not be its owner.
        string[] keys = await RemindAsync(one, count: 24, TimeSpan.FromDays(30));
        Assert.Equal(0, await ReadAsync(one));

        await Task.WhenAll(keys.Select(key => Grain(other, key).RemindAtAsync(Now() + TimeSpan.FromSeconds(3))));

        await UntilTickedAsync(keys);
        await one.StopAsync(TestContext.Current.CancellationToken);
        await other.StopAsync(TestContext.Current.CancellationToken);
    }

    private static Task<IHost> StartAsync(TestStorage storage)
    {
        Dictionary<string, string?> settings = storage.Settings;
        settings["Reminders:RefreshPeriod"] = "00:00:01";
        settings["Reminders:LoadingWindow"] = "00:00:12";
        settings["Reminders:MinimumPeriod"] = "00:00:01";
        settings["Reminders:ClockTolerance"] = "00:00:00";
        return TestStorage.StartSiloAsync(settings);
    }

    private static async Task<string[]> RemindAsync(IHost silo, int count, TimeSpan ahead)
    {
        string[] keys = [.. Enumerable.Range(0, count).Select(_ => Guid.NewGuid().ToString("N"))];
        await Task.WhenAll(keys.Select((key, index) => Grain(silo, key).RemindAtAsync(Now() + ahead + index * BetweenReminders)));
        return keys;
    }

    private static async Task<int> ReadAsync(IHost silo) =>
        (await silo.Services.GetRequiredService<IReminderTable>().ReadRows(0, 0, TestContext.Current.CancellationToken)).Reminders.Count;

    /// <param name="isHandOver">Whether a tick may be dropped that is due at this time; null for never.</param>
    private static async Task UntilTickedAsync(string[] keys, Func<DateTimeOffset, bool>? isHandOver = null)
    {
        foreach (string key in keys)
        {
            DateTimeOffset due = PunctualGrain.DueOf(key);
            TimeSpan latest = isHandOver?.Invoke(due) == true ? PunctualGrain.Period + Punctual : Punctual;
            try
            {
                // Longer than is judged, to say by how much one is late.
                TimeSpan wait = due + latest + PunctualGrain.Period - Now();
                DateTimeOffset ticked = await PunctualGrain.TickOf(key).WaitAsync(wait > TimeSpan.Zero ? wait : TimeSpan.Zero, TestContext.Current.CancellationToken);
                Assert.InRange(ticked - due, TimeSpan.Zero, latest);
            }
            catch (TimeoutException)
            {
                throw new TimeoutException($"{keys.Count(other => !PunctualGrain.TickOf(other).IsCompleted)} of {keys.Length} reminders did not tick.");
            }
        }
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
    internal static readonly TimeSpan Period = TimeSpan.FromSeconds(12);

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
