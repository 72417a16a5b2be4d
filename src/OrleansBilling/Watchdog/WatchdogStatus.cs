using NodaTime;
using OrleansBilling.Reports;
using OrleansBilling.Telemetry;

namespace OrleansBilling.Watchdog;

/// <summary>For the operator's page: what the watchdog would count now and when it last looked, whichever silo watches; and the rebuild of the read side.</summary>
public sealed class WatchdogStatus
{
    private readonly WatchdogQueries _queries;
    private readonly WatchdogLease _lease;
    private readonly WatchdogWaits _waits;
    private readonly ReadSideRebuild _rebuild;
    private readonly TimeProvider _billingClock;

    internal WatchdogStatus(WatchdogQueries queries, WatchdogLease lease, WatchdogWaits waits, ReadSideRebuild rebuild, TimeProvider billingClock) =>
        (_queries, _lease, _waits, _rebuild, _billingClock) = (queries, lease, waits, rebuild, billingClock);

    public async Task<WatchdogView> ReadAsync(CancellationToken cancellation)
    {
        Instant now = Instant.FromDateTimeOffset(_billingClock.GetUtcNow());
        SweepFigures figures = await _queries.FiguresAsync(now, now - _waits.Late, cancellation);
        WatchdogProgress? progress = await _lease.ReadAsync(cancellation);
        return new WatchdogView(figures, At(progress?.SweptAt), At(progress?.ComparedAt), await _rebuild.StatusAsync(cancellation));
    }

    /// <param name="actor">Who asks, for example <c>operator:usr_…</c>.</param>
    /// <returns>False when a rebuild is under way already.</returns>
    public Task<bool> TryRebuildAsync(string actor, CancellationToken cancellation) => _rebuild.TryStartAsync(actor, cancellation);

    private static DateTimeOffset? At(Instant? instant) => instant is { } at && at > NodaConstants.UnixEpoch ? at.ToDateTimeOffset() : null;
}

/// <param name="SweptAt">Billing clock; null before the first look. So the next.</param>
/// <param name="Rebuild">Null when none was ever asked for.</param>
public sealed record WatchdogView(SweepFigures Figures, DateTimeOffset? SweptAt, DateTimeOffset? ComparedAt, RebuildRow? Rebuild);
