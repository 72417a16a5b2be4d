using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.WebUtilities;

namespace OrleansBilling.Pages.Register;

/// <summary>
/// What the provider's redirect put into the address of a return page, taken out of the request before anything could log or trace it.
/// Everything in it can be forged by whoever wrote the link: it is compared, never trusted and never rendered.
/// </summary>
internal sealed class ReturnQuery
{
    // More than any address that the provider builds (authKey 300, customerKey 50 characters, each percent-encoded at worst).
    private const int MaxLength = 4096;

    private ReturnQuery(string customerKey, string authKey, string code) => (CustomerKey, AuthKey, Code) = (customerKey, authKey, code);

    public string CustomerKey { get; }

    /// <summary>The provider's one-time key; whoever holds it can have a billing key issued.</summary>
    public string AuthKey { get; }

    /// <summary>Why the registration failed; only looked up in our own table.</summary>
    public string Code { get; }

    /// <summary>Moves the query of a return page out of the request line. Other addresses are left as they are.</summary>
    internal static void TakeFrom(IFeatureCollection features)
    {
        if (features.Get<IHttpRequestFeature>() is not { } request || !IsReturn(request.Path) || request.QueryString.Length == 0)
        {
            return;
        }

        features.Set(Parse(request.QueryString));
        request.QueryString = "";
        request.RawTarget = request.Path;
    }

    // Wherever the site is mounted, and in whatever case: routing ignores case, and a proxy may have put a path before ours.
    private static bool IsReturn(string path)
    {
        int at = path.IndexOf("/register/", StringComparison.OrdinalIgnoreCase);
        return at >= 0 && (path.IndexOf("/return/", at, StringComparison.OrdinalIgnoreCase) >= 0
            || path.IndexOf("/failed/", at, StringComparison.OrdinalIgnoreCase) >= 0);
    }

    private static ReturnQuery Parse(string query)
    {
        if (query.Length > MaxLength)
        {
            return new("", "", "");
        }

        var values = QueryHelpers.ParseQuery(query);
        return new(One("customerKey"), One("authKey"), One("code"));

        // A name that occurs twice is no address of the provider's, so neither value is taken.
        string One(string name) => values.TryGetValue(name, out var found) && found.Count == 1 ? found[0] ?? "" : "";
    }

    public override string ToString() => nameof(ReturnQuery);
}
