using NodaTime;
using NodaTime.Text;

namespace OrleansBilling.Reconciliation;

/// <summary>The provider's days: from midnight to midnight in Asia/Seoul, which has no daylight saving.</summary>
internal static class KoreanDay
{
    public static readonly DateTimeZone Zone = DateTimeZoneProviders.Tzdb["Asia/Seoul"];

    public static LocalDate Of(Instant instant) => instant.InZone(Zone).Date;

    public static Interval Interval(LocalDate day) => new(Zone.AtStartOfDay(day).ToInstant(), Zone.AtStartOfDay(day.PlusDays(1)).ToInstant());

    /// <summary>yyyy-MM-dd, as stored and in addresses.</summary>
    public static string Text(LocalDate day) => LocalDatePattern.Iso.Format(day);

    /// <summary>Null for anything else than yyyy-MM-dd.</summary>
    public static LocalDate? TryRead(string text) => LocalDatePattern.Iso.Parse(text) is { Success: true } read ? read.Value : null;
}
