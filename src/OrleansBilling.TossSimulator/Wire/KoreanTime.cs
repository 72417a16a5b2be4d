using System.Globalization;

namespace OrleansBilling.TossSimulator.Wire;

/// <summary>Instants as Toss writes them: Korean time (UTC+9, no daylight saving since 1988).</summary>
internal static class KoreanTime
{
    public static readonly TimeSpan Offset = TimeSpan.FromHours(9);

    /// <summary>2026-09-01T09:00:00+09:00: every date of an API object.</summary>
    public static string Iso(DateTimeOffset at) => at.ToOffset(Offset).ToString("yyyy-MM-dd'T'HH:mm:sszzz", CultureInfo.InvariantCulture);

    /// <summary>2026-09-01T09:00:00.12345: createdAt of a webhook, without an offset; zeros at the end are left out, so the digits vary.</summary>
    public static string WithoutOffset(DateTimeOffset at) =>
        at.ToOffset(Offset).ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFF", CultureInfo.InvariantCulture);

    /// <summary>20260901090000: the middle of a payment key.</summary>
    public static string Compact(DateTimeOffset at) => at.ToOffset(Offset).ToString("yyyyMMddHHmmss", CultureInfo.InvariantCulture);

    /// <summary>
    /// A query's date, "2026-09-01T00:00:00" or "2026-09-01", as Korean time. Anything with an offset or a Z is refused by Toss (measured for Z).
    /// </summary>
    public static bool TryReadQuery(string text, out DateTimeOffset at)
    {
        bool read = DateTime.TryParseExact(text, ["yyyy-MM-dd'T'HH:mm:ss", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFF", "yyyy-MM-dd"],
            CultureInfo.InvariantCulture, DateTimeStyles.None, out DateTime local);
        at = read ? new DateTimeOffset(DateTime.SpecifyKind(local, DateTimeKind.Unspecified), Offset) : default;
        return read;
    }
}
