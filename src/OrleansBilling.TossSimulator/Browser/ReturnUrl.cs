using System.Diagnostics.CodeAnalysis;

namespace OrleansBilling.TossSimulator.Browser;

/// <summary>A merchant's successUrl or failUrl: absolute, http(s), and safe to stand in a Location header.</summary>
internal sealed class ReturnUrl
{
    private readonly string _url;

    private ReturnUrl(string url, string origin) => (_url, Origin) = (url, origin);

    /// <summary>Scheme, host and port, as a browser writes it in <c>Origin</c> and as CSP wants it.</summary>
    public string Origin { get; }

    /// <summary>False for relative addresses and for any scheme but http and https (<c>javascript:</c> above all).</summary>
    public static bool TryParse(string? text, [NotNullWhen(true)] out ReturnUrl? url)
    {
        bool valid = Uri.TryCreate(text, UriKind.Absolute, out Uri? uri)
            && (uri.Scheme == Uri.UriSchemeHttp || uri.Scheme == Uri.UriSchemeHttps)
            && uri.Host.Length > 0;
        // The merchant's own spelling is kept where a header can carry it: Uri would rewrite some escapes.
        url = valid ? new ReturnUrl(text!.All(c => c is > ' ' and < '\x7f') ? text! : uri!.AbsoluteUri, OriginOf(uri!)) : null;
        return valid;
    }

    /// <summary>True for a bare http(s) origin such as <c>https://shop.example:8443</c>.</summary>
    public static bool IsOrigin(string? text) => TryParse(text, out ReturnUrl? url) && url.Origin == text;

    /// <summary>The address with parameters added after its own query and before its fragment.</summary>
    public string With(params ReadOnlySpan<(string Name, string Value)> parameters)
    {
        int hash = _url.IndexOf('#', StringComparison.Ordinal);
        string address = hash < 0 ? _url : _url[..hash];
        string fragment = hash < 0 ? "" : _url[hash..];
        foreach ((string name, string value) in parameters)
        {
            string joint = !address.Contains('?', StringComparison.Ordinal) ? "?" : address[^1] is '?' or '&' ? "" : "&";
            address = $"{address}{joint}{name}={Uri.EscapeDataString(value)}";
        }
        return address + fragment;
    }

    private static string OriginOf(Uri uri) =>
        uri.IsDefaultPort ? $"{uri.Scheme}://{HostOf(uri)}" : $"{uri.Scheme}://{HostOf(uri)}:{uri.Port}";

    private static string HostOf(Uri uri) => uri.HostNameType == UriHostNameType.IPv6 ? uri.Host : uri.IdnHost;
}
