using System.Text.RegularExpressions;

namespace OrleansBilling.Toss;

/// <summary>
/// What a Toss key says about itself. Families: "ck"/"sk" are the API-individual client and secret key, the only ones that can do billing; "gck"/"gsk" are
/// those of the payment widget. Source: Toss Payments API keys page.
/// </summary>
internal readonly record struct TossKey(bool Live, string Family)
{
    public static TossKey? TryRead(string key) =>
        Pattern.Match(key) is { Success: true } match ? new(match.Groups["mode"].Value == "live", match.Groups["family"].Value) : null;

    // By prefix alone, so that even a damaged live key counts as live.
    public static bool IsLive(string key) => key.AsSpan().TrimStart().StartsWith("live_", StringComparison.OrdinalIgnoreCase);

    /// <summary>At most the first eight characters ("test_sk_"), which are the same for everybody.</summary>
    public static string Shown(string key) => key.Length > 8 ? key[..8] + "…" : "…";

    private static readonly Regex Pattern = new(@"\A(?<mode>test|live)_(?<family>g?[cs]k)_[A-Za-z0-9_-]+\z", RegexOptions.CultureInvariant);
}
