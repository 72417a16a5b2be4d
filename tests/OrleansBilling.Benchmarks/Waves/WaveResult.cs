namespace OrleansBilling.Benchmarks.Waves;

/// <summary>What one engine took for one wave. Per charge: the measured subscriptions, not those of the warm-up.</summary>
internal sealed record WaveResult
{
    public required int Round { get; init; }
    public required char Engine { get; init; }
    public required int InFlight { get; init; }
    public required int Charges { get; init; }

    /// <summary>From the instant at which all were due until the last outcome was durable.</summary>
    public required TimeSpan Wall { get; init; }
    public required TimeSpan EngineCpu { get; init; }
    public required ServerWork Server { get; init; }

    public required long PeakBytes { get; init; }

    /// <summary>Null when it was not watched.</summary>
    public long? AllocatedBytes { get; init; }
    public required Judgement Judgement { get; init; }

    public double ChargesPerSecond => Charges / Wall.TotalSeconds;
    public double EngineMicroseconds => EngineCpu.TotalMicroseconds / Charges;
    public double ServerMicroseconds => Server.CpuTime.TotalMicroseconds / Charges;
    public double Microseconds => EngineMicroseconds + ServerMicroseconds;
    public double WalBytes => (double)Server.WalBytes / Charges;
    public double Commits => (double)Server.Commits / Charges;
    public double LatenessMs(double part) => Judgement.Lateness[Math.Min(Judgement.Lateness.Count - 1, (int)(part * Judgement.Lateness.Count))].TotalMilliseconds;
    public double AllocatedKilobytes => (AllocatedBytes ?? double.NaN) / 1e3 / Charges;
    public double PeakMegabytes => PeakBytes / 1e6;
}

/// <summary>What the provider's own book says.</summary>
/// <param name="Double">Orders that were approved more than once, and orders that nobody should have made.</param>
/// <param name="Missed">Subscriptions whose order was not approved, or is not stored as paid.</param>
/// <param name="Lateness">From the due instant to each approval, in order.</param>
internal sealed record Judgement(int Double, int Missed, IReadOnlyList<TimeSpan> Lateness);
