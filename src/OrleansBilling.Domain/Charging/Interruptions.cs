using System.Collections.Immutable;
using System.Text.Json.Serialization;
using NodaTime;

namespace OrleansBilling.Domain.Charging;

/// <summary>Whose fault it was that a merchant's charges stood still. The names are stored.</summary>
public enum InterruptionCause
{
    /// <summary>The merchant's own account: key, contract, access policy, a wrong MID.</summary>
    Account = 1,

    /// <summary>The provider, or the way to it.</summary>
    Provider = 2,

    /// <summary>An operator stopped charging.</summary>
    Operator = 3,
}

/// <param name="To">Null while it lasts.</param>
public sealed record Interruption(Instant From, Instant? To, InterruptionCause Cause) : StoredRecord
{
    public bool Covers(Instant at) => From <= at && (To is not { } to || at <= to);
}

/// <summary>
/// When a merchant's charges stood still through no fault of any customer, in the last 60 days, by their beginning. No clock that runs against a customer runs in such a time.
/// Interruptions of different causes may overlap.
/// </summary>
public sealed record Interruptions(ImmutableArray<Interruption> Known) : StoredRecord
{
    /// <summary>Longer than dunning and every wait for another card.</summary>
    public static readonly Duration Kept = Duration.FromDays(60);

    /// <summary>What stops again this soon after it went on is the same interruption, so that a provider that comes and goes does not fill the list.</summary>
    public static readonly Duration SameWithin = Duration.FromMinutes(10);

    public static Interruptions None { get; } = new([]);

    [JsonIgnore] public bool IsOpen => Known.Any(i => i.To is null);

    public bool Covers(Instant at, InterruptionCause cause) => Known.Any(i => i.Cause == cause && i.Covers(at));

    /// <summary>How much of the time between two instants stood still. An interruption that lasts is taken to last until <paramref name="to"/>.</summary>
    public Duration Overlap(Instant from, Instant to)
    {
        Duration sum = Duration.Zero;
        foreach (Interruption i in Known)
        {
            Instant begin = Instant.Max(from, i.From);
            Instant end = Instant.Min(to, i.To ?? to);
            if (end > begin)
            {
                sum += end - begin;
                from = end; // What the next one shares with this one is not counted twice.
            }
        }

        return sum;
    }

    /// <summary>When a wait is over whose clock does not run in an interruption; null while one stands in its way that still lasts.</summary>
    public Instant? WhenOver(Instant since, Duration wait)
    {
        Instant clock = since;
        foreach (Interruption i in Known)
        {
            if (i.To <= clock)
            {
                continue;
            }

            Duration ran = Duration.Max(Duration.Zero, i.From - clock);
            if (wait <= ran)
            {
                break;
            }

            if (i.To is not { } to)
            {
                return null;
            }

            wait -= ran;
            clock = to;
        }

        return clock + wait;
    }

    internal Interruptions Begin(InterruptionCause cause, Instant from)
    {
        if (Known.LastOrDefault(i => i.Cause == cause) is { } last && (last.To is not { } to || to + SameWithin >= from))
        {
            return Sorted(Known.Replace(last, last with { From = Instant.Min(last.From, from), To = null }));
        }

        return Sorted(Known.Add(new Interruption(from, null, cause)));
    }

    internal Interruptions End(InterruptionCause cause, Instant now) => this with
    {
        Known = [.. Known.Select(i => i.Cause == cause && i.To is null ? i with { To = now } : i).Where(i => i.To is not { } to || to > now - Kept)],
    };

    private Interruptions Sorted(ImmutableArray<Interruption> known) => this with { Known = known.Sort((a, b) => a.From.CompareTo(b.From)) };
}
