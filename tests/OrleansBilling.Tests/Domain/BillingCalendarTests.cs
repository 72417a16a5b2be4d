using NodaTime;
using NodaTime.Text;
using OrleansBilling.Domain;
using Period = OrleansBilling.Domain.Period;

namespace OrleansBilling.Tests.Domain;

/// <summary>When periods begin, as tables of wall-clock dates.</summary>
public class BillingCalendarTests
{
    [Theory]
    [InlineData("2027-01-31", "2027-02-28 2027-03-31 2027-04-30 2027-05-31")] // The 31st comes back.
    [InlineData("2027-12-31", "2028-01-31 2028-02-29 2028-03-31")] // A leap year.
    [InlineData("2027-01-30", "2027-02-28 2027-03-30")]
    [InlineData("2028-02-29", "2028-03-29 2028-04-29")]
    [InlineData("2027-02-28", "2027-03-28 2027-04-28")] // Not the last day of the month, but the 28th.
    public void Months_keep_the_anchors_day_or_the_last_one_there_is(string anchor, string starts) =>
        AssertStarts(anchor, new(IntervalUnit.Month, 1), starts);

    [Theory]
    [InlineData(IntervalUnit.Year, 1, "2028-02-29", "2029-02-28 2030-02-28 2031-02-28 2032-02-29")]
    [InlineData(IntervalUnit.Month, 3, "2027-11-30", "2028-02-29 2028-05-30 2028-08-30 2028-11-30")]
    [InlineData(IntervalUnit.Month, 12, "2028-02-29", "2029-02-28 2030-02-28 2031-02-28 2032-02-29")]
    [InlineData(IntervalUnit.Week, 1, "2027-12-27", "2028-01-03 2028-01-10")]
    [InlineData(IntervalUnit.Week, 2, "2028-02-20", "2028-03-05 2028-03-19")]
    [InlineData(IntervalUnit.Day, 30, "2027-01-31", "2027-03-02 2027-04-01")]
    public void Other_intervals_count_from_the_anchor(IntervalUnit unit, int count, string anchor, string starts) => AssertStarts(anchor, new(unit, count), starts);

    // Anchor, zone, unit, index of a period, and its start as an instant.
    [Theory]
    [InlineData("2027-02-14T02:30:00", "America/New_York", 1, "2027-03-14T07:00:00Z")] // 02:30 is skipped: when the gap ends, 03:00 -04.
    [InlineData("2027-02-14T02:30:00", "America/New_York", 2, "2027-04-14T06:30:00Z")] // And 02:30 again afterwards.
    [InlineData("2027-10-07T01:30:00", "America/New_York", 1, "2027-11-07T05:30:00Z")] // Happens twice: the first one, -04.
    [InlineData("2027-02-28T02:30:00", "Europe/Berlin", 1, "2027-03-28T01:00:00Z")]
    [InlineData("2027-08-31T02:30:00", "Europe/Berlin", 2, "2027-10-31T00:30:00Z")]
    [InlineData("2027-09-03T02:15:00", "Australia/Lord_Howe", 1, "2027-10-02T15:30:00Z")] // A gap of half an hour.
    [InlineData("2027-03-04T01:45:00", "Australia/Lord_Howe", 1, "2027-04-03T14:45:00Z")] // And an overlap of one.
    [InlineData("2011-11-30T10:00:00", "Pacific/Apia", 1, "2011-12-30T10:00:00Z")] // The 30th did not exist: the first moment of the 31st.
    [InlineData("2027-01-31T09:00:00", "Asia/Seoul", 1, "2027-02-28T00:00:00Z")]
    public void A_wall_clock_that_is_skipped_or_doubled_still_begins_once(string anchor, string zone, int index, string start)
    {
        BillingCalendar calendar = new(LocalDateTimePattern.ExtendedIso.Parse(anchor).Value, new(IntervalUnit.Month, 1), DateTimeZoneProviders.Tzdb[zone]);

        Assert.Equal(InstantPattern.General.Parse(start).Value, calendar.Period(index).Start);
    }

    [Fact]
    public void A_day_that_a_zone_skipped_is_an_empty_period_and_passed_over()
    {
        DateTimeZone samoa = DateTimeZoneProviders.Tzdb["Pacific/Apia"];
        BillingCalendar calendar = new(new LocalDateTime(2011, 12, 29, 0, 0), new(IntervalUnit.Day, 1), samoa);

        Period skipped = calendar.Period(1);
        Period next = calendar.After(calendar.Period(0));

        Assert.Equal(skipped.Start, skipped.End);
        Assert.Equal(2, next.Index);
        Assert.Equal(next, calendar.PeriodAt(skipped.Start));
    }

    [Fact]
    public void A_start_in_the_second_pass_of_an_overlap_lies_in_period_0()
    {
        DateTimeZone zone = DateTimeZoneProviders.Tzdb["America/New_York"];
        Instant secondPass = Instant.FromUtc(2027, 11, 7, 6, 30); // 01:30 for the second time.
        BillingCalendar calendar = BillingCalendar.StartingAt(secondPass, new(IntervalUnit.Day, 1), zone);

        Assert.Equal(0, calendar.PeriodAt(secondPass).Index);
        Assert.Equal(secondPass - Duration.FromHours(1), calendar.Period(0).Start);
        Assert.Equal(Instant.FromUtc(2027, 11, 8, 6, 30), calendar.Period(1).Start);
    }

    // 01:59:30 and 30 s of minutes on either side of the hour that New York skips, and of the one that it has twice.
    [Theory]
    [InlineData("2027-03-14T01:59:30", "2027-03-14T06:59:30Z")]
    [InlineData("2027-11-07T01:59:30", "2027-11-07T05:59:30Z")]
    public void Minutes_are_elapsed_time_and_know_no_summer(string anchor, string first)
    {
        BillingCalendar calendar = new(LocalDateTimePattern.ExtendedIso.Parse(anchor).Value, new(IntervalUnit.Minute, 2), DateTimeZoneProviders.Tzdb["America/New_York"]);
        Instant start = InstantPattern.General.Parse(first).Value;

        Assert.Equal([0, 2, 4, 120], new[] { 0, 1, 2, 60 }.Select(n => (calendar.Period(n).Start - start).TotalMinutes));
        Assert.Equal(30, calendar.PeriodAt(start + Duration.FromMinutes(61)).Index);
    }

    [Fact]
    public void An_instant_before_the_anchor_belongs_to_period_0()
    {
        BillingCalendar calendar = new(new LocalDateTime(2027, 1, 31, 9, 0), new(IntervalUnit.Month, 1), DateTimeZoneProviders.Tzdb["Asia/Seoul"]);

        Assert.Equal(0, calendar.PeriodAt(Instant.FromUtc(1999, 1, 1, 0, 0)).Index);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(BillingInterval.MaxCount + 1)]
    public void An_interval_of_no_or_too_many_units_is_refused(int count) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new BillingInterval(IntervalUnit.Month, count));

    [Fact]
    public void A_period_with_a_negative_index_is_refused()
    {
        BillingCalendar calendar = new(new LocalDateTime(2027, 1, 31, 9, 0), new(IntervalUnit.Month, 1), DateTimeZone.Utc);

        Assert.Throws<ArgumentOutOfRangeException>(() => calendar.Period(-1));
    }

    private static void AssertStarts(string anchor, BillingInterval interval, string starts)
    {
        DateTimeZone zone = DateTimeZoneProviders.Tzdb["Asia/Seoul"];
        BillingCalendar calendar = new(LocalDatePattern.Iso.Parse(anchor).Value + new LocalTime(9, 0), interval, zone);

        string[] expected = starts.Split(' ');
        Assert.Equal(expected, Enumerable.Range(1, expected.Length).Select(n => LocalDatePattern.Iso.Format(calendar.Period(n).Start.InZone(zone).Date)));
        Assert.All(Enumerable.Range(0, expected.Length), n => Assert.Equal(new LocalTime(9, 0), calendar.Period(n).Start.InZone(zone).TimeOfDay));
    }
}
