using System.Data.Common;

namespace OrleansBilling.Clock;

/// <summary>
/// Keeps this process on the clock of the database, tells the walk when this silo is ready for its next move, and goes on with a walk whose silo
/// died.
/// </summary>
internal sealed class TestClockFollower(
    TestClock clock,
    TestClockStore store,
    TestClockWalker walker,
    BillingClockOptions options,
    IServiceProvider services,
    TimeProvider time,
    ILogger<TestClockFollower> logger) : BackgroundService
{
    // Real time. A person who moves the clock should not see one silo lag behind another.
    private static readonly TimeSpan PollPeriod = TimeSpan.FromMilliseconds(250);

    private readonly LoadedReminders? _loaded = services.GetService<LoadedReminders>();
    private readonly string? _silo = services.GetService<ILocalSiloDetails>()?.SiloAddress.ToParsableString();
    private long _acknowledged = -1;
    private bool _providerFollows;

    /// <summary>Reads the clock once; awaited at start, so that no grain ever sees the real time first.</summary>
    public async Task<TestClockStore.Row> SyncAsync(CancellationToken cancellationToken)
    {
        TestClockStore.Row row = await store.ReadAsync(cancellationToken);
        if (clock.TryMoveTo(row.Offset))
        {
            Log.ClockMoved(logger, clock.GetUtcNow());
        }

        return row;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using PeriodicTimer timer = new(PollPeriod, time);
        bool failing = false;
        try
        {
            do
            {
                try
                {
                    await FollowAsync(stoppingToken);
                    failing = false;
                }
                catch (Exception error) when (error is DbException or HttpRequestException or WalkLostException or TimeoutException)
                {
                    // Once, not four times a second for as long as the database or the simulator is away.
                    if (!failing)
                    {
                        Log.ClockFollowFailed(logger, error);
                    }

                    failing = true;
                }
            }
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
        }
        finally
        {
            await walker.LeaveAsync();
        }
    }

    private async Task FollowAsync(CancellationToken cancellationToken)
    {
        TestClockStore.Row row = await SyncAsync(cancellationToken);
        if (!_providerFollows)
        {
            await (options.MoveProvider?.Invoke(clock.Offset, cancellationToken) ?? Task.CompletedTask);
            _providerFollows = true;
        }

        await AcknowledgeAsync(row, cancellationToken);
        if (row.IsAbandoned)
        {
            await walker.AdoptAsync(row, cancellationToken);
        }
    }

    // A process without a silo (one that only receives webhooks) has no reminders to load: nobody waits for it.
    private async Task AcknowledgeAsync(TestClockStore.Row row, CancellationToken cancellationToken)
    {
        if (_silo is null || !row.IsWalking || row.Version == _acknowledged)
        {
            return;
        }

        bool loaded = _loaded is null || _loaded.Until >= DateTimeOffset.FromUnixTimeMilliseconds(row.WantedUntilMs ?? 0);
        if (loaded)
        {
            await store.AcknowledgeAsync(_silo, row.Version, cancellationToken);
            _acknowledged = row.Version;
        }
    }
}
