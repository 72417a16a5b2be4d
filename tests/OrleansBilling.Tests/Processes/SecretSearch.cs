using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using OrleansBilling.TossSimulator;

namespace OrleansBilling.Tests.Processes;

/// <summary>
/// Looks for the secret key, every billing key and every authKey that the simulator ever issued, in each form in which one could slip out: as it is,
/// percent-encoded, escaped for JSON or HTML, in hex, and in base64 at any alignment, so also in the middle of something longer.
/// </summary>
internal sealed partial class SecretSearch
{
    private readonly (string Secret, string Form)[] _forms;

    private SecretSearch(IReadOnlyList<string> secrets)
    {
        Secrets = secrets;
        _forms = [.. secrets.SelectMany(secret => FormsOf(secret).Distinct().Select(form => (secret, form)))];
    }

    public IReadOnlyList<string> Secrets { get; }

    /// <param name="journal">The simulator's journal: it holds what it issued, in clear.</param>
    public static SecretSearch Of(string journal)
    {
        using FileStream file = new(journal, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        using StreamReader reader = new(file);
        return new SecretSearch([
            SimulatorKeys.SecretKey,
            .. IssuedKey().Matches(reader.ReadToEnd()).Select(match => JsonSerializer.Deserialize<string>(match.Groups[1].Value)!).Distinct(),
        ]);
    }

    /// <summary>Every form of one secret that the search knows.</summary>
    public static IEnumerable<string> FormsOf(string secret)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(secret);
        return
        [
            secret, Uri.EscapeDataString(secret), Uri.EscapeDataString(Uri.EscapeDataString(secret)), JsonSerializer.Serialize(secret).Trim('"'), System.Net.WebUtility.HtmlEncode(secret),
            Convert.ToHexString(bytes), Convert.ToHexStringLower(bytes),
            .. Enumerable.Range(0, 3).SelectMany(before => Base64At(bytes, before)),
        ];
    }

    /// <summary>Where a secret stands, as "place: which secret, in which form"; empty when nowhere.</summary>
    public IReadOnlyList<string> Find(IEnumerable<(string Place, string Text)> texts) =>
    [
        .. from text in texts
           from needle in _forms
           where text.Text.Contains(needle.Form, StringComparison.OrdinalIgnoreCase)
           select $"{text.Place}: {needle.Secret} as {needle.Form}",
    ];

    // What all texts have in common that contain the bytes after "before" others: the first and the last character depend on the neighbours.
    private static IEnumerable<string> Base64At(byte[] bytes, int before)
    {
        string all = Convert.ToBase64String([.. new byte[before], .. bytes, .. new byte[(3 - (before + bytes.Length) % 3) % 3]]);
        string common = all[(before == 0 ? 0 : 4)..^((before + bytes.Length) % 3 == 0 ? 0 : 4)];
        return [common, common.Replace('+', '-').Replace('/', '_')];
    }

    [GeneratedRegex("""
        "(?:billingKey|authKey)":("(?:[^"\\]|\\.)+")
        """)]
    private static partial Regex IssuedKey();
}
