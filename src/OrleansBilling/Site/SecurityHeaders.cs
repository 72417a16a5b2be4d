using OrleansBilling.Toss;

namespace OrleansBilling.Site;

/// <summary>
/// What the browser is told about every answer. Set before the answer is made, so that a page can only make them stricter; stands inside the error
/// handling, which clears headers and then comes through here again.
/// </summary>
internal sealed class SecurityHeaders(RequestDelegate next, Microsoft.Extensions.Options.IOptions<TossOptions> toss)
{
    // Orleans' dashboard, for operators only, writes style attributes and carries its icons as a data font.
    private const string DashboardPolicy =
        "default-src 'self'; style-src 'self' 'unsafe-inline'; font-src 'self' data:; img-src 'self' data:; object-src 'none'; base-uri 'none'; frame-ancestors 'none'";

    private readonly string _contentSecurityPolicy = ContentSecurityPolicy(toss.Value.SdkUrl);

    public Task InvokeAsync(HttpContext context)
    {
        IHeaderDictionary headers = context.Response.Headers;
        headers.ContentSecurityPolicy = context.Request.Path.StartsWithSegments(BillingApp.DashboardPath, StringComparison.Ordinal) ? DashboardPolicy : _contentSecurityPolicy;
        headers["Referrer-Policy"] = "strict-origin-when-cross-origin";
        headers.XContentTypeOptions = "nosniff";
        headers.XFrameOptions = "DENY";
        // The card window may be a popup that has to reach this page. Asked for by Toss Payments' security guide.
        headers["Cross-Origin-Opener-Policy"] = "same-origin-allow-popups";
        headers["Permissions-Policy"] = "camera=(), microphone=(), geolocation=()";
        context.Response.OnStarting(KeepOutOfCaches, context);
        return next(context);
    }

    internal static string ContentSecurityPolicy(Uri sdk)
    {
        bool real = TossOptions.IsTossHost(sdk);
        string provider = real ? "https://*.tosspayments.com" : sdk.GetLeftPart(UriPartial.Authority);
        return string.Join("; ",
            "default-src 'self'",
            $"script-src 'self' {provider}",
            // Toss does not say whether its script adds style elements for its overlay; a blocked one would leave the card window unusable.
            real ? "style-src 'self' 'unsafe-inline'" : "style-src 'self'",
            $"img-src 'self' data: {provider}",
            $"connect-src 'self' {provider}",
            $"frame-src {provider}",
            $"form-action 'self' {provider}",
            "object-src 'none'",
            "base-uri 'none'",
            "frame-ancestors 'none'");
    }

    /// <summary>Every page shows who is signed in, so no page is for a shared cache, and none of a signed-in person stays in the browser's.</summary>
    private static Task KeepOutOfCaches(object state)
    {
        HttpContext context = (HttpContext)state;
        IHeaderDictionary headers = context.Response.Headers;
        if (headers.CacheControl.Count == 0 && context.Response.ContentType?.StartsWith("text/html", StringComparison.OrdinalIgnoreCase) == true)
        {
            headers.CacheControl = context.User.Identity?.IsAuthenticated == true ? "no-store" : "private, no-cache";
        }

        return Task.CompletedTask;
    }
}
