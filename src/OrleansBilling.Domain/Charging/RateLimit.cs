using NodaTime;

namespace OrleansBilling.Domain.Charging;

/// <summary>Requests a second that grow with time. A pure function of it, so that nothing has to be written while it grows.</summary>
/// <param name="From">Requests a second at <paramref name="Since"/>.</param>
/// <param name="ReleasedAt">From here on only the configured highest rate counts.</param>
public sealed record RateLimit(double From, Instant Since, Instant ReleasedAt) : StoredRecord;

internal static class RateLimits
{
    /// <summary>Null without any limit.</summary>
    public static double? PerSecond(this RateLimit? limit, Instant now, ChargingPolicy policy)
    {
        if (limit is null || now >= limit.ReleasedAt)
        {
            return policy.HighestRate;
        }

        double grown = limit.From * Math.Pow(policy.Growth, Math.Max(0, Math.Floor((now - limit.Since) / policy.GrowsEvery)));
        return Math.Min(grown, policy.HighestRate ?? double.PositiveInfinity);
    }

    /// <summary>Half of what flows now.</summary>
    public static RateLimit Halved(double flowing, Instant now, ChargingPolicy policy) =>
        new(Math.Max(policy.LowestRate, flowing / 2), now, now + policy.ForgetsThrottlingAfter);

    /// <summary>A part of what flowed before, growing back to it; a limit that throttling had set before goes on after it.</summary>
    public static RateLimit SlowStart(double before, RateLimit? old, Instant now, ChargingPolicy policy)
    {
        double from = Math.Max(policy.LowestRate, before * policy.SlowStart);
        double steps = Math.Max(1, Math.Ceiling(Math.Log(Math.Max(1, before / from), policy.Growth)));
        Instant there = now + (policy.GrowsEvery * steps);
        return new(from, now, Instant.Max(there, old?.ReleasedAt ?? there));
    }
}
