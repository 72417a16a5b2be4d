namespace OrleansBilling.Site;

/// <summary>Where to go after signing in or changing the language. Whoever writes a link writes this value too, so it may only lead into this site.</summary>
internal static class LocalUrl
{
    public const string Home = "/";

    public static string OrHome(string? url) => IsLocal(url) ? url! : Home;

    /// <summary>One slash, and then neither a slash nor a backslash (browsers read both as the start of a host) nor anything invisible.</summary>
    public static bool IsLocal(string? url) =>
        url is ['/', ..] and not ['/', '/' or '\\', ..] && !url.Any(char.IsControl);

    /// <summary>The address of this request within the site.</summary>
    public static string Of(HttpRequest request) => OrHome($"{request.PathBase}{request.Path}{request.QueryString}");
}
