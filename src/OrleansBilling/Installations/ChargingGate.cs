using OrleansBilling.Security;

namespace OrleansBilling.Installations;

/// <summary>Why nothing may be sent to the provider now. Stored nowhere; shown to operators.</summary>
public enum GateReason
{
    /// <summary>A live installation that nobody armed, or that was disarmed: its database was copied, moved or restored.</summary>
    NotArmed = 1,

    /// <summary>The key ring of this silo is not the one that the database was written with.</summary>
    KeyRingMismatch = 2,

    /// <summary>This silo's clock and the database's differ by more than <see cref="ChargingGate.LargestSkew"/>.</summary>
    ClockSkew = 3,

    /// <summary>Not checked yet, or the last check is too old because the database does not answer.</summary>
    Unknown = 4,

    /// <summary>A live silo that has not yet compared its database with the provider's transactions, see <see cref="ProviderComparison"/>.</summary>
    NotCompared = 5,
}

/// <param name="Reasons">Empty when it may be sent.</param>
public sealed record GateAnswer(IReadOnlyList<GateReason> Reasons)
{
    public bool Allowed => Reasons.Count == 0;

    /// <summary>Sentences for an operator; null when it may be sent.</summary>
    public string? Reason => Allowed ? null : string.Join(" ", Reasons.Select(reason => reason switch
    {
        GateReason.NotArmed => "Cannot charge: the installation is not armed. Compare with the provider's transactions, then arm it.",
        GateReason.KeyRingMismatch => "Cannot charge: key ring does not match. Restore the ring that this database was written with.",
        GateReason.ClockSkew => "Cannot charge: the clock of this host and the database's differ by more than two minutes. Synchronise them (NTP).",
        GateReason.NotCompared => "Cannot charge yet: the provider's transactions have not been compared with this database.",
        _ => "Cannot charge: the last check of installation, key ring and clock is missing or too old. Is the database reachable?",
    }));

    // A record would print the list's type.
    public override string ToString() => Allowed ? "may send" : string.Join(", ", Reasons);
}

/// <summary>
/// Asked immediately before every request that can move money. Answers from memory, by the last check: at start and every
/// <see cref="CheckPeriod"/>.
/// </summary>
public sealed class ChargingGate(
    InstallationStamp stamp, InstallationOptions options, KeyRingCanary canary, ClockSkew skew, TimeProvider time, ILogger<ChargingGate> logger)
{
    /// <summary>Real time between two checks.</summary>
    public static readonly TimeSpan CheckPeriod = TimeSpan.FromSeconds(30);

    /// <summary>Attempts carry guards of ten minutes around their instants; two minutes of skew on either side stay far within.</summary>
    public static readonly TimeSpan LargestSkew = TimeSpan.FromMinutes(2);

    // Three checks that failed in a row.
    private static readonly TimeSpan OldestCheck = CheckPeriod * 3;
    private static readonly GateAnswer Unknown = new([GateReason.Unknown]);

    private volatile Check? _last;
    private volatile bool _compared = options.Environment != BillingEnvironment.Live;

    public GateAnswer MaySend() =>
        _last is { } check && time.GetElapsedTime(check.Timestamp) <= OldestCheck ? check.Answer : Unknown;

    /// <summary>Looks at installation, key ring and clock now. When it throws, the last answer stands until it is too old.</summary>
    public async Task CheckAsync(CancellationToken cancellationToken)
    {
        // Taken before: the answer is as old as the oldest thing it says.
        long timestamp = time.GetTimestamp();
        List<GateReason> reasons = [];
        if (!(await stamp.ReadAsync(cancellationToken)).IsArmed)
        {
            reasons.Add(GateReason.NotArmed);
        }

        if (!_compared)
        {
            reasons.Add(GateReason.NotCompared);
        }

        if (!await canary.VerifyAsync(cancellationToken))
        {
            reasons.Add(GateReason.KeyRingMismatch);
        }

        if ((await skew.MeasureAsync(cancellationToken)).Duration() > LargestSkew)
        {
            reasons.Add(GateReason.ClockSkew);
        }

        Tell(_last?.Answer, new GateAnswer(reasons));
        _last = new Check(timestamp, new GateAnswer(reasons));
    }

    /// <summary>The provider's transactions have been compared; whether they fit stands in the stamp.</summary>
    internal Task ComparedAsync(CancellationToken cancellationToken)
    {
        _compared = true;
        return CheckAsync(cancellationToken);
    }

    private void Tell(GateAnswer? before, GateAnswer now)
    {
        if (before is null || !before.Reasons.SequenceEqual(now.Reasons))
        {
            if (now.Allowed)
            {
                Log.GateOpen(logger);
            }
            else
            {
                Log.GateClosed(logger, now.Reason!);
            }
        }
    }

    private sealed record Check(long Timestamp, GateAnswer Answer);
}
