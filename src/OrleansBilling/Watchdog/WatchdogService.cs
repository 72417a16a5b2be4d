using System.Data.Common;
using NodaTime;
using OrleansBilling.Clock;
using OrleansBilling.Telemetry;

namespace OrleansBilling.Watchdog;

/// <summary>
/// The other eye: reminders schedule, and this sees when they do not. On every silo, but only the one with the <see cref="WatchdogLease"/> looks. Its timer follows the billing
/// clock, and with it the test clock.
/// </summary>
internal sealed class WatchdogService(
    WatchdogLease lease,
    Sweep sweep,
    WatchdogWaits waits,
    BillingMetrics metrics,
    [FromKeyedServices(BillingClock.Key)] TimeProvider billingClock,
    TimeProvider realTime,
    ILogger<WatchdogService> logger) : BackgroundService
{
    private bool _watches;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using PeriodicTimer timer = new(waits.SweepPeriod, billingClock);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                await LookSafelyAsync(stoppingToken);
            }
        }
        finally
        {
            metrics.Report(null);
            await LeaveAsync();
        }
    }

    private async Task LookSafelyAsync(CancellationToken cancellation)
    {
        try
        {
            await LookAsync(cancellation);
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            throw;
        }
        catch (WatchLostException)
        {
            Tell(watches: false);
        }
        catch (Exception error)
        {
            // Whatever it was: a watchdog that ends is none.
            Log.SweepFailed(logger, error);
        }
    }

    private async Task LookAsync(CancellationToken cancellation)
    {
        WatchdogProgress? taken = await lease.TryTakeAsync(cancellation);
        Tell(watches: taken is not null);
        if (taken is not { } progress)
        {
            return;
        }

        Instant now = Instant.FromDateTimeOffset(billingClock.GetUtcNow());
        long begun = realTime.GetTimestamp();
        await sweep.OverDueAsync(now, () => KeepAsync(progress, cancellation), cancellation);
        metrics.Swept("due", realTime.GetElapsedTime(begun));
        progress = progress with { SweptAt = now };
        await KeepAsync(progress, cancellation);
        await CompareAsync(progress, now, cancellation);
    }

    // Page by page, each noted: another silo goes on where this one stopped.
    private async Task CompareAsync(WatchdogProgress progress, Instant now, CancellationToken cancellation)
    {
        if (progress.ComparedAfter.Length == 0 && now - progress.ComparedAt < Duration.FromTimeSpan(waits.ComparisonPeriod))
        {
            return;
        }

        long begun = realTime.GetTimestamp();
        string? after = progress.ComparedAfter;
        while (after is not null)
        {
            after = await sweep.OverStoredAsync(after, now, cancellation);
            progress = after is null ? progress with { ComparedAt = now, ComparedAfter = "" } : progress with { ComparedAfter = after };
            await KeepAsync(progress, cancellation);
        }

        metrics.Swept("stored", realTime.GetElapsedTime(begun));
    }

    private async Task KeepAsync(WatchdogProgress progress, CancellationToken cancellation)
    {
        if (!await lease.KeepAsync(progress, cancellation))
        {
            throw new WatchLostException();
        }
    }

    private void Tell(bool watches)
    {
        if (watches && !_watches)
        {
            Log.Watches(logger);
        }

        if (!watches)
        {
            metrics.Report(null);
        }

        _watches = watches;
    }

    private async Task LeaveAsync()
    {
        try
        {
            if (_watches)
            {
                await lease.LeaveAsync();
            }
        }
        catch (DbException error)
        {
            Log.SweepFailed(logger, error); // The lease runs out by itself.
        }
    }
}

/// <summary>This silo was thought dead, and another one watches.</summary>
internal sealed class WatchLostException() : Exception("Another silo watches.");
