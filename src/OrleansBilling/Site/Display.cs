using System.Globalization;
using NodaTime;
using OrleansBilling.Domain;

namespace OrleansBilling.Site;

/// <summary>
/// How money, days and intervals read, in both languages. A null culture is the one of the request. Instants are UTC and are shown in an IANA zone,
/// because a billing day belongs to the subscription's zone and not to the reader's.
/// </summary>
public static class Display
{
    /// <summary>9,900원, ₩9,900.</summary>
    public static string Money(long amountKrw, CultureInfo? culture = null)
    {
        string number = Math.Abs((decimal)amountKrw).ToString("#,0", CultureInfo.InvariantCulture);
        string sign = amountKrw < 0 ? "-" : "";
        return IsKorean(culture) ? $"{sign}{number}원" : $"{sign}₩{number}";
    }

    /// <summary>9,900원 / 월, "₩9,900 / month".</summary>
    public static string Price(long amountKrw, IntervalUnit unit, int count, CultureInfo? culture = null) =>
        $"{Money(amountKrw, culture)} / {Per(unit, count, culture)}";

    /// <summary>What follows a price and a slash: 월, 3개월; "month", "3 months".</summary>
    public static string Per(IntervalUnit unit, int count, CultureInfo? culture = null) => IsKorean(culture)
        ? count == 1
            ? unit switch { IntervalUnit.Minute => "분", IntervalUnit.Day => "일", IntervalUnit.Week => "주", IntervalUnit.Month => "월", _ => "년" }
            : unit switch { IntervalUnit.Minute => $"{count}분", IntervalUnit.Day => $"{count}일", IntervalUnit.Week => $"{count}주", IntervalUnit.Month => $"{count}개월", _ => $"{count}년" }
        : unit switch
        {
            IntervalUnit.Minute => count == 1 ? "minute" : $"{count} minutes",
            IntervalUnit.Day => count == 1 ? "day" : $"{count} days",
            IntervalUnit.Week => count == 1 ? "week" : $"{count} weeks",
            IntervalUnit.Month => count == 1 ? "month" : $"{count} months",
            _ => count == 1 ? "year" : $"{count} years",
        };

    /// <summary>매월, 3개월마다; "every month", "every 3 months". Begins in lower case: it stands inside sentences.</summary>
    public static string Interval(IntervalUnit unit, int count, CultureInfo? culture = null) => IsKorean(culture)
        ? count == 1
            ? unit switch { IntervalUnit.Minute => "매분", IntervalUnit.Day => "매일", IntervalUnit.Week => "매주", IntervalUnit.Month => "매월", _ => "매년" }
            : $"{Per(unit, count, culture)}마다"
        : $"every {Per(unit, count, culture)}";

    /// <summary>2026년 11월 22일, "November 22, 2026".</summary>
    public static string Date(DateTimeOffset instant, string zoneId, CultureInfo? culture = null) => Date(Local(instant, zoneId).Date, culture);

    public static string Date(LocalDate date, CultureInfo? culture = null) => IsKorean(culture)
        ? $"{date.Year}년 {date.Month}월 {date.Day}일"
        : date.ToString("MMMM d, uuuu", CultureInfo.InvariantCulture);

    /// <summary>2026년 11월 22일 09:05, "November 22, 2026, 09:05". A zone other than Korea's is named.</summary>
    public static string DateTime(DateTimeOffset instant, string zoneId, CultureInfo? culture = null)
    {
        LocalDateTime local = Local(instant, zoneId);
        string time = local.TimeOfDay.ToString("HH:mm", CultureInfo.InvariantCulture);
        string zone = zoneId == KoreanZone ? "" : $" ({zoneId})";
        return IsKorean(culture) ? $"{Date(local.Date, culture)} {time}{zone}" : $"{Date(local.Date, culture)}, {time}{zone}";
    }

    /// <summary>A day on which something of this interval happens; with the time of day where a day has many.</summary>
    public static string Day(DateTimeOffset instant, string zoneId, IntervalUnit unit, CultureInfo? culture = null) =>
        unit == IntervalUnit.Minute ? DateTime(instant, zoneId, culture) : Date(instant, zoneId, culture);

    /// <summary>For the datetime attribute of a time element.</summary>
    public static string Machine(DateTimeOffset instant) => instant.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    /// <summary>The text in the reader's language.</summary>
    public static string Text(LocalizedText text, CultureInfo? culture = null) => text.In(culture ?? CultureInfo.CurrentUICulture);

    private const string KoreanZone = "Asia/Seoul";

    private static bool IsKorean(CultureInfo? culture) => SiteLanguage.IsKorean(culture ?? CultureInfo.CurrentUICulture);

    private static LocalDateTime Local(DateTimeOffset instant, string zoneId) =>
        Instant.FromDateTimeOffset(instant).InZone(DateTimeZoneProviders.Tzdb[zoneId]).LocalDateTime;
}
