using Microsoft.Extensions.Options;

namespace OrleansBilling.Clock;

/// <summary>
/// Walks the clock from one due instant to the next until the target. Two moves a stop: first to shortly before the instant, where every silo
/// loads the reminders that will be due; then to it, where they fire. Then it waits until each has been moved on by its subscription.
/// </summary>
internal sealed class TestClockWalker(
    TestClock clock,
    TestClockStore store,
    DueReminders reminders,
    BillingClockOptions options,
    IOptions<ReminderOptions> reminderOptions,
    IServiceProvider services,
    TimeProvider time,
    ILogger<TestClockWalker> logger) : IDisposable
{
    /// <summary>Real time that the walk waits at one stop. A charge may take 70 s at the provider.</summary>
    internal static readonly TimeSpan LongestStop = TimeSpan.FromSeconds(90);

    private static readonly TimeSpan LongestLoading = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan ReportPeriod = TimeSpan.FromSeconds(2);
    private const int NamesInNote = 3;

    private readonly CancellationTokenSource _stopping = new();
    private readonly HashSet<DueReminder> _givenUp = [];
    private readonly Lock _gate = new();
    private Task _walk = Task.CompletedTask;
    private string? _walkId;
    private int _stops;
    private string _note = "";
    private long _reportedAt;
    private int _reportedWaiting;

    // What is due this far ahead is certainly loaded, whatever the moment of the last refresh. Half of it for the way to the first due instant,
    // half for those that follow at once and are taken in the same stop.
    private TimeSpan Margin =>
        TimeSpan.FromTicks(Math.Min(
            TimeSpan.FromMinutes(1).Ticks,
            Math.Max(0, (reminderOptions.Value.ReminderLoadingWindow - reminderOptions.Value.RefreshReminderListPeriod).Ticks / 4)));

    /// <summary>Starts a walk whose row this process has just written or adopted.</summary>
    public void Begin(string walkId, DateTimeOffset target, int stops)
    {
        lock (_gate)
        {
            Task before = _walk;
            _walk = Task.Run(async () =>
            {
                await before;
                await WalkSafelyAsync(walkId, target, stops);
            });
        }
    }

    public async Task AdoptAsync(TestClockStore.Row abandoned, CancellationToken cancellationToken)
    {
        string walkId = NewId();
        if (await store.TryAdoptAsync(abandoned.WalkId!, walkId, cancellationToken))
        {
            Log.WalkAdopted(logger, abandoned.Target);
            Begin(walkId, abandoned.Target, (int)(abandoned.Stops ?? 0));
        }
    }

    /// <summary>Stops walking here and leaves the walk for another silo.</summary>
    public async Task LeaveAsync()
    {
        await _stopping.CancelAsync();
        Task walk;
        lock (_gate)
        {
            walk = _walk;
        }

        await walk;
    }

    public void Dispose() => _stopping.Dispose();

    internal static string NewId() => Guid.NewGuid().ToString("N");

    private async Task WalkSafelyAsync(string walkId, DateTimeOffset target, int stops)
    {
        (_walkId, _stops, _note, _reportedWaiting) = (walkId, stops, "", -1);
        _givenUp.Clear();
        try
        {
            await WalkAsync(target, _stopping.Token);
            Log.WalkFinished(logger, target, _stops);
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
            await LeaveToOthersAsync(walkId);
        }
        catch (WalkLostException)
        {
            Log.WalkLost(logger);
        }
        catch (Exception error)
        {
            // Its lease runs out, and this silo or another one goes on from where the clock stands.
            Log.WalkFailed(logger, error);
        }
    }

    private async Task WalkAsync(DateTimeOffset target, CancellationToken cancellationToken)
    {
        await UntilQuietAsync(clock.GetUtcNow(), cancellationToken);
        while (await reminders.NextAsync(clock.GetUtcNow(), target, Margin, cancellationToken) is { } next)
        {
            await UntilLoadedAsync(next.First, next.Last, cancellationToken);
            await MoveAsync(next.Last, next.Last, cancellationToken);
            await UntilQuietAsync(next.Last, cancellationToken);
            _stops++;
        }

        await MoveAsync(target, target, cancellationToken);
        await UntilQuietAsync(target, cancellationToken);
        await store.ReportAsync(_walkId!, _stops, waiting: 0, _note, finished: true, cancellationToken);
    }

    private async Task UntilLoadedAsync(DateTimeOffset first, DateTimeOffset last, CancellationToken cancellationToken)
    {
        long version = await MoveAsync(first - Margin, last, cancellationToken);
        long begun = time.GetTimestamp();
        while (await StillLoadingAsync(version, cancellationToken) is { Count: > 0 } silos)
        {
            if (time.GetElapsedTime(begun) > LongestLoading)
            {
                // It goes on all the same: a reminder that is not loaded ticks one period later.
                _note = $"not ready in time: {string.Join(", ", silos)}";
                return;
            }

            await ReportAsync(waiting: 0, cancellationToken);
            await Task.Delay(Look, time, cancellationToken);
        }
    }

    private async Task<IReadOnlyList<string>> StillLoadingAsync(long version, CancellationToken cancellationToken)
    {
        IReadOnlyCollection<string> ready = await store.AcknowledgedByAsync(version, cancellationToken);
        IEnumerable<SiloAddress> active = services.GetService<ISiloStatusOracle>()?.GetApproximateSiloStatuses(onlyActive: true).Keys.AsEnumerable() ?? [];
        return [.. active.Select(silo => silo.ToParsableString()).Except(ready)];
    }

    // The provider first: what it approves must not be dated before our own clock.
    private async Task<long> MoveAsync(DateTimeOffset to, DateTimeOffset wantedUntil, CancellationToken cancellationToken)
    {
        // Whole milliseconds, as the row keeps it, and rounded up: on arrival the instant has come.
        TimeSpan offset = TimeSpan.FromMilliseconds(Math.Max(0, Math.Ceiling((to - time.GetUtcNow()).TotalMilliseconds)));
        if (offset > clock.Offset && options.MoveProvider is { } moveProvider)
        {
            await moveProvider(offset, cancellationToken);
        }

        long version = await store.MoveAsync(_walkId!, offset, wantedUntil, cancellationToken);
        clock.TryMoveTo((await store.ReadAsync(cancellationToken)).Offset);
        return version;
    }

    private async Task UntilQuietAsync(DateTimeOffset at, CancellationToken cancellationToken)
    {
        long begun = time.GetTimestamp();
        while (true)
        {
            List<DueReminder> busy = [.. (await reminders.DueAsync(at, cancellationToken)).Where(reminder => !_givenUp.Contains(reminder))];
            await ReportAsync(busy.Count, cancellationToken);
            if (busy.Count == 0)
            {
                return;
            }

            if (time.GetElapsedTime(begun) > LongestStop)
            {
                _givenUp.UnionWith(busy);
                _note = $"still busy at {at:u}: {string.Join(", ", busy.Take(NamesInNote).Select(reminder => reminder.GrainId))}"
                    + (busy.Count > NamesInNote ? $" and {busy.Count - NamesInNote} more" : "");
                Log.StopLeftBusy(logger, at, busy.Count);
                return;
            }

            await Task.Delay(Look, time, cancellationToken);
        }
    }

    // A report also renews the lease; only when it says something new, or the lease needs it.
    private async Task ReportAsync(int waiting, CancellationToken cancellationToken)
    {
        if (waiting != _reportedWaiting || time.GetElapsedTime(_reportedAt) > ReportPeriod)
        {
            await store.ReportAsync(_walkId!, _stops, waiting, _note, finished: false, cancellationToken);
            (_reportedWaiting, _reportedAt) = (waiting, time.GetTimestamp());
        }
    }

    private async Task LeaveToOthersAsync(string walkId)
    {
        try
        {
            await store.AbandonAsync(walkId, CancellationToken.None);
        }
        catch (System.Data.Common.DbException error)
        {
            Log.WalkFailed(logger, error);
        }
    }
}
