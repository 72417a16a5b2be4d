namespace OrleansBilling.TossSimulator.Browser;

/// <summary>The language of a page: Korean, unless the browser prefers English to it.</summary>
internal readonly record struct Language(bool IsKorean)
{
    public string Tag => IsKorean ? "ko" : "en";

    public static Language Of(HttpRequest request)
    {
        IEnumerable<string> preferred = request.GetTypedHeaders().AcceptLanguage
            .OrderByDescending(language => language.Quality ?? 1)
            .Select(language => language.Value.ToString());
        string? first = preferred.FirstOrDefault(tag => IsTag(tag, "ko") || IsTag(tag, "en"));
        return new Language(first is null || IsTag(first, "ko"));
    }

    public string Say(string korean, string english) => IsKorean ? korean : english;

    private static bool IsTag(string tag, string language) =>
        tag.Equals(language, StringComparison.OrdinalIgnoreCase) || tag.StartsWith(language + "-", StringComparison.OrdinalIgnoreCase);
}
