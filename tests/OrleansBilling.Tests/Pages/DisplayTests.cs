using System.Globalization;
using OrleansBilling.Domain;
using OrleansBilling.Site;

namespace OrleansBilling.Tests.Pages;

public class DisplayTests
{
    [Theory]
    [InlineData(0, "0원", "₩0")]
    [InlineData(100, "100원", "₩100")]
    [InlineData(9_900, "9,900원", "₩9,900")]
    [InlineData(1_234_567_890, "1,234,567,890원", "₩1,234,567,890")]
    [InlineData(-4_500, "-4,500원", "-₩4,500")]
    [InlineData(long.MinValue, "-9,223,372,036,854,775,808원", "-₩9,223,372,036,854,775,808")]
    public void Money_reads_in_both_languages(long amountKrw, string korean, string english)
    {
        Assert.Equal(korean, Display.Money(amountKrw, SiteLanguage.Korean));
        Assert.Equal(english, Display.Money(amountKrw, SiteLanguage.English));
    }

    [Theory]
    [InlineData(IntervalUnit.Minute, 1, "매분", "every minute", "분", "minute")]
    [InlineData(IntervalUnit.Minute, 5, "5분마다", "every 5 minutes", "5분", "5 minutes")]
    [InlineData(IntervalUnit.Day, 1, "매일", "every day", "일", "day")]
    [InlineData(IntervalUnit.Day, 10, "10일마다", "every 10 days", "10일", "10 days")]
    [InlineData(IntervalUnit.Week, 1, "매주", "every week", "주", "week")]
    [InlineData(IntervalUnit.Week, 2, "2주마다", "every 2 weeks", "2주", "2 weeks")]
    [InlineData(IntervalUnit.Month, 1, "매월", "every month", "월", "month")]
    [InlineData(IntervalUnit.Month, 3, "3개월마다", "every 3 months", "3개월", "3 months")]
    [InlineData(IntervalUnit.Year, 1, "매년", "every year", "년", "year")]
    [InlineData(IntervalUnit.Year, 2, "2년마다", "every 2 years", "2년", "2 years")]
    public void Intervals_read_in_both_languages(IntervalUnit unit, int count, string korean, string english, string per, string perEnglish)
    {
        Assert.Equal(korean, Display.Interval(unit, count, SiteLanguage.Korean));
        Assert.Equal(english, Display.Interval(unit, count, SiteLanguage.English));
        Assert.Equal($"9,900원 / {per}", Display.Price(9_900, unit, count, SiteLanguage.Korean));
        Assert.Equal($"₩9,900 / {perEnglish}", Display.Price(9_900, unit, count, SiteLanguage.English));
    }

    [Theory]
    [InlineData("2026-11-22T15:05:00Z", "Asia/Seoul", "2026년 11월 23일 00:05", "November 23, 2026, 00:05")]
    [InlineData("2026-01-01T00:00:00Z", "America/New_York", "2025년 12월 31일 19:00 (America/New_York)", "December 31, 2025, 19:00 (America/New_York)")]
    [InlineData("2026-07-01T12:00:00Z", "Europe/Berlin", "2026년 7월 1일 14:00 (Europe/Berlin)", "July 1, 2026, 14:00 (Europe/Berlin)")]
    public void Instants_read_as_days_of_their_zone(string instant, string zone, string korean, string english)
    {
        DateTimeOffset at = DateTimeOffset.Parse(instant, CultureInfo.InvariantCulture);
        Assert.Equal(korean, Display.DateTime(at, zone, SiteLanguage.Korean));
        Assert.Equal(english, Display.DateTime(at, zone, SiteLanguage.English));
        Assert.StartsWith(Display.Date(at, zone, SiteLanguage.Korean), korean, StringComparison.Ordinal);
        Assert.StartsWith(Display.Date(at, zone, SiteLanguage.English), english, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(IntervalUnit.Minute, "2026년 11월 23일 00:05", "November 23, 2026, 00:05")]
    [InlineData(IntervalUnit.Month, "2026년 11월 23일", "November 23, 2026")]
    public void A_day_of_many_periods_shows_the_time_too(IntervalUnit unit, string korean, string english)
    {
        DateTimeOffset at = new(2026, 11, 22, 15, 5, 0, TimeSpan.Zero);
        Assert.Equal(korean, Display.Day(at, "Asia/Seoul", unit, SiteLanguage.Korean));
        Assert.Equal(english, Display.Day(at, "Asia/Seoul", unit, SiteLanguage.English));
    }

    [Fact]
    public void The_machine_form_is_UTC_whatever_the_offset() =>
        Assert.Equal("2026-11-22T15:05:00Z", Display.Machine(new DateTimeOffset(2026, 11, 23, 0, 5, 0, TimeSpan.FromHours(9))));

    [Theory]
    [InlineData("ko", "안녕")]
    [InlineData("ko-KR", "안녕")]
    [InlineData("en-GB", "hello")]
    [InlineData("fr", "안녕")]
    public void A_text_is_English_for_the_English_and_Korean_for_everybody_else(string culture, string text) =>
        Assert.Equal(text, Display.Text(new LocalizedText("안녕", "hello"), CultureInfo.GetCultureInfo(culture)));
}
