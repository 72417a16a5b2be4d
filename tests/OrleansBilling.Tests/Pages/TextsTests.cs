using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace OrleansBilling.Tests.Pages;

public partial class TextsTests
{
    private static readonly Dictionary<string, string> Korean = Read("Texts.resx");
    private static readonly Dictionary<string, string> English = Read("Texts.en.resx");

    [Fact]
    public void Both_languages_have_the_same_keys()
    {
        Assert.Equal([], Korean.Keys.Except(English.Keys));
        Assert.Equal([], English.Keys.Except(Korean.Keys));
    }

    [Fact]
    public void No_text_is_empty()
    {
        Assert.Equal([], Korean.Concat(English).Where(text => string.IsNullOrWhiteSpace(text.Value)).Select(text => text.Key));
    }

    [Fact]
    public void Both_languages_fill_in_the_same_values()
    {
        Assert.Equal([], Korean.Where(text => !Values(text.Value).SetEquals(Values(English[text.Key]))).Select(text => text.Key));
    }

    [Fact]
    public void Korean_texts_are_Korean_and_English_ones_are_not()
    {
        // Names of languages and products may be in the other script; a whole file copied into the wrong place may not.
        Assert.True(Korean.Values.Count(HasHangul) > Korean.Count * 9 / 10);
        Assert.Equal([], English.Where(text => HasHangul(text.Value)).Select(text => text.Key));
    }

    [Fact]
    public void Every_key_that_a_page_or_a_class_names_exists()
    {
        HashSet<string> sections = [.. Korean.Keys.Select(key => key[..key.IndexOf('.', StringComparison.Ordinal)])];
        List<string> missing = [];
        foreach (string file in Sources())
        {
            string source = File.ReadAllText(file);
            IEnumerable<string> keys = Literal().Matches(source).Select(match => match.Groups["key"].Value)
                .Where(key => sections.Contains(key[..key.IndexOf('.', StringComparison.Ordinal)]))
                .Concat(LookUp().Matches(source).Select(match => match.Groups["key"].Value));
            missing.AddRange(keys.Where(key => !Exists(key)).Select(key => $"{Path.GetFileName(file)}: {key}"));
        }

        Assert.Equal([], missing);
    }

    [Fact]
    public void No_text_is_left_that_nothing_names()
    {
        string sources = string.Join('\n', Sources().Select(File.ReadAllText));
        Assert.Equal([], Korean.Keys.Where(key => !Named(key, sources)));
    }

    // By itself, or as the fixed beginning of a built key: "sub.decline.funds" + ".what", $"error.{code}.title".
    private static bool Named(string key, string sources)
    {
        if (sources.Contains($"\"{key}\"", StringComparison.Ordinal))
        {
            return true;
        }

        for (int dot = key.LastIndexOf('.'); dot > 0; dot = key.LastIndexOf('.', dot - 1))
        {
            if (sources.Contains($"\"{key[..dot]}\"", StringComparison.Ordinal) || sources.Contains($"\"{key[..(dot + 1)]}{{", StringComparison.Ordinal))
            {
                return true;
            }
        }

        return false;
    }

    private static HashSet<string> Values(string text) => [.. Hole().Matches(text).Select(match => match.Value)];

    private static bool HasHangul(string text) => text.Any(c => c is >= '가' and <= '힣');

    private static IEnumerable<string> Sources() => new[] { "Pages", "Accounts", "Site" }
        .SelectMany(folder => Directory.EnumerateFiles(Path.Combine(SiteHost.SourceDirectory, folder), "*.cs*", SearchOption.AllDirectories));

    private static Dictionary<string, string> Read(string file) => XDocument.Load(Path.Combine(SiteHost.SourceDirectory, "Resources", file)).Root!
        .Elements("data").ToDictionary(data => data.Attribute("name")!.Value, data => data.Element("value")!.Value);

    // A key, or the beginning of keys that are built: "sub.decline.funds" + ".what", $"error.{code}.title".
    private static bool Exists(string key) => Korean.Keys.Any(known =>
        key.Contains('{', StringComparison.Ordinal)
            ? Regex.IsMatch(known, $"^{string.Join(".+", Hole().Split(key).Select(Regex.Escape))}$")
            : known == key || known.StartsWith($"{key}.", StringComparison.Ordinal));

    [GeneratedRegex("""["](?<key>[a-z][A-Za-z]*(?:[.](?:[A-Za-z0-9]+|\{[^}"]+\}))+)["]""")]
    private static partial Regex Literal();

    [GeneratedRegex("""\b(?:T|[Tt]exts)\[[$]?["](?<key>[^"]+)["]""")]
    private static partial Regex LookUp();

    [GeneratedRegex("""\{[^}]+\}""")]
    private static partial Regex Hole();
}
