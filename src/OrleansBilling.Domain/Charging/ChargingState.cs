using NodaTime;

namespace OrleansBilling.Domain.Charging;

/// <summary>May a merchant's charges be sent?</summary>
public abstract record ChargingState
{
    private ChargingState() { }

    public sealed record Flowing : ChargingState;

    /// <summary>One charge may be sent, by whoever took the probe. The code of the first account fault, or one of the constants of <see cref="ChargingHealth"/>.</summary>
    /// <param name="Prober">Null while nobody has taken it: whoever has a due charge may.</param>
    /// <param name="Until">When the probe is free for others again; null while nobody has taken it.</param>
    public sealed record Probing(string Reason, Instant Since, string? Prober, Instant? Until) : ChargingState;

    /// <param name="NextProbeAt">Null when only a person ends it.</param>
    public sealed record Stopped(string Reason, Instant Since, Instant? NextProbeAt) : ChargingState;
}

/// <summary>What a silo has to know of a merchant's charging.</summary>
/// <param name="Epoch">Stamped on every request that is sent, and given back with its report.</param>
/// <param name="PerSecond">Requests a second over the whole cluster; null without a limit. Meant for <see cref="ChargingState.Flowing"/>; a probe needs no share of it.</param>
public sealed record ChargingView(ChargingState State, long Epoch, double? PerSecond, Interruptions Interruptions);
