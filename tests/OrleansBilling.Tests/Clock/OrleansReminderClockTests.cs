using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Reminders;
using Orleans.TestingHost;
using OrleansBilling.Clock;

namespace OrleansBilling.Tests.Clock;

/// <summary>What Orleans' reminder service does when its clock jumps: the facts that the walk relies on.</summary>
public sealed class OrleansReminderClockTests : IAsyncLifetime
{
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(20);
    private readonly TestClock _clock = new(TimeProvider.System);
    private InProcessTestCluster _cluster = null!;

    public async ValueTask InitializeAsync()
    {
        InProcessTestClusterBuilder builder = new(1);
        builder.ConfigureSilo((_, silo) =>
        {
            silo.UseInMemoryReminderService();
            silo.Services.AddKeyedSingleton<TimeProvider>(ReminderTimeProviderNames.Reminders, _clock);
        });
        _cluster = builder.Build();
        await _cluster.DeployAsync();
    }

    public async ValueTask DisposeAsync() => await _cluster.DisposeAsync();

    [Fact]
    public async Task A_reminder_a_month_ahead_fires_when_the_clock_stops_shortly_before_it()
    {
        IRemindedGrain grain = _cluster.Client.GetGrain<IRemindedGrain>("month");
        await grain.RemindInAsync(TimeSpan.FromDays(31));

        _clock.TryMoveTo(TimeSpan.FromDays(31) - TimeSpan.FromSeconds(5));

        await RemindedGrain.TickOfAsync("month", Bound);
    }

    [Fact]
    public async Task A_reminder_that_is_loaded_fires_however_far_the_clock_jumps()
    {
        IRemindedGrain grain = _cluster.Client.GetGrain<IRemindedGrain>("loaded");
        await grain.RemindInAsync(TimeSpan.FromMinutes(4));

        _clock.TryMoveTo(_clock.Offset + TimeSpan.FromDays(365));

        await RemindedGrain.TickOfAsync("loaded", Bound);
    }
}

public interface IRemindedGrain : IGrainWithStringKey
{
    Task RemindInAsync(TimeSpan due);
}

/// <summary>Says when its reminder ticks. Its key is unique to a test.</summary>
public sealed class RemindedGrain : Grain, IRemindedGrain, IRemindable
{
    private static readonly ConcurrentDictionary<string, TaskCompletionSource<TickStatus>> Ticks = new();

    public static async Task<TickStatus> TickOfAsync(string key, TimeSpan bound)
    {
        try
        {
            return await TicksOf(key).Task.WaitAsync(bound, TestContext.Current.CancellationToken);
        }
        catch (TimeoutException)
        {
            throw new TimeoutException($"The reminder of '{key}' did not tick within {bound}.");
        }
    }

    public Task RemindInAsync(TimeSpan due) => this.RegisterOrUpdateReminder("due", due, TimeSpan.FromMinutes(5));

    public Task ReceiveReminder(string reminderName, TickStatus status)
    {
        TicksOf(this.GetPrimaryKeyString()).TrySetResult(status);
        return Task.CompletedTask;
    }

    private static TaskCompletionSource<TickStatus> TicksOf(string key) =>
        Ticks.GetOrAdd(key, _ => new TaskCompletionSource<TickStatus>(TaskCreationOptions.RunContinuationsAsynchronously));
}
