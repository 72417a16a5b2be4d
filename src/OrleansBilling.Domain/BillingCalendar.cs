using NodaTime;
using NodaTime.TimeZones;

namespace OrleansBilling.Domain;

/// <summary>One stretch of service. <see cref="End"/> is excluded and is the next period's <see cref="Start"/>, so periods tile time.</summary>
/// <param name="Index">Counts from 0 at the anchor.</param>
public sealed record Period(int Index, Instant Start, Instant End) : StoredRecord;

/// <summary>
/// When periods begin. The n-th one begins at <c>anchor + n × interval</c>, counted from the anchor each time and never from the previous period,
/// so that an anchor on the 31st goes 31 → 28 → 31.
/// </summary>
/// <param name="Anchor">Wall-clock start of period 0 in <paramref name="Zone"/>.</param>
public sealed record BillingCalendar(LocalDateTime Anchor, BillingInterval Interval, DateTimeZone Zone)
{
    // A wall clock that a DST change skips begins when the gap ends; one that happens twice begins the first time.
    // Shifting by the gap's length (Noda's "lenient") would push a skipped day onto the next one.
    private static readonly ZoneLocalMappingResolver Resolver =
        Resolvers.CreateMappingResolver(Resolvers.ReturnEarlier, Resolvers.ReturnStartOfIntervalAfter);

    /// <summary>
    /// Anchored at the wall clock of an instant, some days later where there is a trial, cut to the whole second, so that what is shown to people is exact.
    /// </summary>
    public static BillingCalendar StartingAt(Instant start, BillingInterval interval, DateTimeZone zone, int trialDays = 0) =>
        new(start.InZone(zone).LocalDateTime.With(TimeAdjusters.TruncateToSecond).PlusDays(trialDays), interval, zone);

    /// <summary>
    /// The period with this index. It is empty (start = end) only where a zone skipped a whole day, as Samoa did on 2011-12-30; such a period is not billed.
    /// </summary>
    public Period Period(int index)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        return new(index, StartOf(index), StartOf(index + 1));
    }

    /// <summary>The period that contains the instant, or period 0 for an instant before the anchor.</summary>
    public Period PeriodAt(Instant instant)
    {
        int index = Math.Max(0, EstimateIndex(instant) - 2); // The estimate is off by at most one period; start below it and walk up.
        while (StartOf(index + 1) <= instant)
        {
            index++;
        }

        return Period(index);
    }

    /// <summary>Period 0, unless its day does not exist in the zone.</summary>
    public Period FirstPeriod => PeriodAt(StartOf(0));

    /// <summary>The first period after this one that is not empty.</summary>
    public Period After(Period period)
    {
        Period next = Period(period.Index + 1);
        return next.Start < next.End ? next : After(next);
    }

    private Instant StartOf(int index)
    {
        int units = checked(index * Interval.Count);
        if (Interval.Unit == IntervalUnit.Minute)
        {
            return Begin(Anchor) + Duration.FromMinutes(units); // Elapsed time: a wall clock skips or repeats minutes by the hour.
        }

        LocalDateTime local = Interval.Unit switch
        {
            IntervalUnit.Day => Anchor.PlusDays(units),
            IntervalUnit.Week => Anchor.PlusWeeks(units),
            IntervalUnit.Month => Anchor.PlusMonths(units),
            IntervalUnit.Year => Anchor.PlusYears(units),
            _ => throw new InvalidOperationException($"Unknown interval unit {Interval.Unit}."),
        };
        return Begin(local);
    }

    private Instant Begin(LocalDateTime local) => Zone.ResolveLocal(local, Resolver).ToInstant();

    private int EstimateIndex(Instant instant)
    {
        if (Interval.Unit == IntervalUnit.Minute)
        {
            return (int)Math.Clamp((instant - Begin(Anchor)).TotalMinutes / Interval.Count, 0, int.MaxValue / 2);
        }

        LocalDateTime local = instant.InZone(Zone).LocalDateTime;
        if (local <= Anchor)
        {
            return 0;
        }

        int units = Interval.Unit switch
        {
            IntervalUnit.Day => NodaTime.Period.Between(Anchor, local, PeriodUnits.Days).Days,
            IntervalUnit.Week => NodaTime.Period.Between(Anchor, local, PeriodUnits.Weeks).Weeks,
            IntervalUnit.Month => NodaTime.Period.Between(Anchor, local, PeriodUnits.Months).Months,
            IntervalUnit.Year => NodaTime.Period.Between(Anchor, local, PeriodUnits.Years).Years,
            _ => throw new InvalidOperationException($"Unknown interval unit {Interval.Unit}."),
        };
        return units / Interval.Count;
    }
}
