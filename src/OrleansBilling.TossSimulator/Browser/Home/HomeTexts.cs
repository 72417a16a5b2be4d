using System.Globalization;
using OrleansBilling.TossSimulator.Wire;

namespace OrleansBilling.TossSimulator.Browser.Home;

/// <summary>How the page writes instants, money and keys.</summary>
internal static class HomeTexts
{
    /// <summary>Korean time, whatever the reader's zone: it is what the API says.</summary>
    public static Markup Time(DateTimeOffset at)
    {
        string shown = at.ToOffset(KoreanTime.Offset).ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);
        return $"""<time datetime="{KoreanTime.Iso(at)}">{shown}</time>""";
    }

    public static string Krw(Language language, long amountKrw)
    {
        string digits = amountKrw.ToString("N0", CultureInfo.InvariantCulture);
        return language.Say($"{digits}원", $"₩{digits}");
    }

    public static string Count(int count) => count.ToString("N0", CultureInfo.InvariantCulture);

    /// <summary>Four characters tell keys apart and open nothing: a billing key charges whoever it belongs to.</summary>
    public static string Masked(string billingKey) => billingKey[..Math.Min(4, billingKey.Length)] + "••••";
}
