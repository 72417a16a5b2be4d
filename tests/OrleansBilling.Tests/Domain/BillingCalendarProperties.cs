using System.Diagnostics;
using CsCheck;
using NodaTime;
using OrleansBilling.Domain;
using Period = OrleansBilling.Domain.Period;

namespace OrleansBilling.Tests.Domain;

/// <summary>What holds in every zone, for every interval and every anchor between 1990 and 2060.</summary>
public class BillingCalendarProperties
{
    private static readonly Instant From = Instant.FromUtc(1990, 1, 1, 0, 0);
    private static readonly Instant To = Instant.FromUtc(2060, 1, 1, 0, 0);

    private static readonly Gen<Instant> Instants = Gen.Long[From.ToUnixTimeSeconds(), To.ToUnixTimeSeconds()].Select(Instant.FromUnixTimeSeconds);

    private static readonly string[] ZoneIds = [.. DateTimeZoneProviders.Tzdb.Ids.Order(StringComparer.Ordinal)];

    private static readonly Gen<DateTimeZone> Zones = Gen.Int[0, ZoneIds.Length - 1].Select(i => DateTimeZoneProviders.Tzdb[ZoneIds[i]]);

    private static readonly Gen<BillingInterval> Intervals =
        Gen.Select(Gen.Enum<IntervalUnit>(), Gen.Int[1, 24], (unit, count) => new BillingInterval(unit, count));

    // Half of the anchors lie within a day of a change of the zone's offset, where the rules are hard.
    private static readonly Gen<BillingCalendar> Calendars = Gen.Select(Zones, Instants, Intervals, Gen.Bool, Gen.Int[-86_400, 86_400])
        .Select((zone, at, interval, near, seconds) => new BillingCalendar(
            (near && zone.GetZoneInterval(at) is { HasEnd: true } here && here.End < To ? here.End + Duration.FromSeconds(seconds) : at).InZone(zone).LocalDateTime, interval, zone));

    [Fact]
    public void Periods_tile_time_and_their_starts_never_decrease() => Gen.Select(Calendars, Gen.Int[0, 60]).Sample((calendar, n) =>
    {
        Period period = calendar.Period(n);
        Assert.True(period.Start <= period.End);
        Assert.Equal(period.End, calendar.Period(n + 1).Start);
        Period after = calendar.After(period);
        Assert.True(after.Start == period.End && after.Start < after.End && after.Index > n);
    }, iter: 5_000);

    [Fact]
    public void The_period_at_an_instant_contains_it() => Gen.Select(Calendars, Instants).Sample((calendar, at) =>
    {
        Instant x = Instant.Max(at, calendar.Period(0).Start);
        Period period = calendar.PeriodAt(x);
        Assert.True(period.Start <= x && x < period.End, $"{x} is not in {period}.");
        Assert.Equal(calendar.Period(period.Index), period);
    }, iter: 5_000);

    [Fact]
    public void The_day_of_the_month_returns_to_the_anchors() =>
        Gen.Select(Zones, Instants, Gen.Int[1, 12], Gen.Int[0, 60]).Sample((zone, at, months, n) =>
        {
            BillingCalendar calendar = new(at.InZone(zone).LocalDateTime, new(IntervalUnit.Month, months), zone);
            LocalDate date = calendar.Period(n).Start.InZone(zone).Date;
            int last = date.Calendar.GetDaysInMonth(date.Year, date.Month);
            // A skipped wall clock may begin a little later, which near midnight is the next day.
            LocalDate wanted = calendar.Anchor.PlusMonths(n * months).Date;
            Assert.True(date == wanted || date == wanted.PlusDays(1));
            Assert.Equal(Math.Min(calendar.Anchor.Day, wanted == date ? last : wanted.Day), wanted.Day);
        }, iter: 5_000);

    [Fact]
    public void The_nth_start_depends_on_the_anchor_alone() => Gen.Select(Calendars, Gen.Int[0, 40]).Sample((calendar, n) =>
    {
        if (calendar.Interval.Unit == IntervalUnit.Minute)
        {
            Assert.Equal(calendar.Period(0).Start + Duration.FromMinutes(n * calendar.Interval.Count), calendar.Period(n).Start);
            return;
        }

        LocalDateTime wanted = calendar.Interval.Unit switch
        {
            IntervalUnit.Day => calendar.Anchor.PlusDays(n * calendar.Interval.Count),
            IntervalUnit.Week => calendar.Anchor.PlusDays(7 * n * calendar.Interval.Count),
            IntervalUnit.Month => calendar.Anchor.PlusMonths(n * calendar.Interval.Count),
            _ => calendar.Anchor.PlusMonths(12 * n * calendar.Interval.Count),
        };
        NodaTime.TimeZones.ZoneLocalMapping mapping = calendar.Zone.MapLocal(wanted);
        Assert.Equal(mapping.Count == 0 ? mapping.LateInterval.Start : mapping.First().ToInstant(), calendar.Period(n).Start);
    }, iter: 5_000);

    // A walk from the anchor would take tens of thousands of steps for each of these.
    [Fact]
    public void The_period_at_an_instant_is_found_without_walking_from_the_anchor()
    {
        BillingCalendar[] daily =
        [
            .. new[] { "Asia/Seoul", "America/New_York", "Australia/Lord_Howe", "Pacific/Apia" }.Select(id =>
                new BillingCalendar(new LocalDateTime(1990, 10, 28, 1, 30), new(IntervalUnit.Day, 1), DateTimeZoneProviders.Tzdb[id])),
        ];
        long start = Stopwatch.GetTimestamp();

        int sum = 0;
        for (int i = 0; i < 20_000; i++)
        {
            sum += daily[i % daily.Length].PeriodAt(To - Duration.FromSeconds(i)).Index;
        }

        Assert.True(sum > 0);
        Assert.True(Stopwatch.GetElapsedTime(start) < TimeSpan.FromSeconds(5), $"20,000 look-ups took {Stopwatch.GetElapsedTime(start)}.");
    }
}
