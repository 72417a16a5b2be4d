namespace OrleansBilling.TossSimulator.Browser;

/// <summary>The frame around every page of the simulator.</summary>
internal static class Layout
{
    public static Markup Document(Language language, string basePath, string title, string kind, Markup body) =>
        $"""
        <!doctype html>
        <html lang="{language.Tag}">
        <head>
          <meta charset="utf-8">
          <meta name="viewport" content="width=device-width, initial-scale=1">
          <meta name="robots" content="noindex">
          <title>{title}</title>
          <link rel="icon" href="data:,">
          <link rel="stylesheet" href="{basePath}/sdk/assets/{kind}.css">
          <script src="{basePath}/sdk/assets/{kind}.js" defer></script>
        </head>
        <body>
        {body}
        </body>
        </html>

        """;

    /// <summary>
    /// Sends a page that may load only our own script and style. <paramref name="frameAncestors"/> and <paramref name="formTargets"/>
    /// are CSP source lists: browsers apply form-action to the redirect after a form as well, hence the merchant's origins.
    /// </summary>
    public static IResult Send(HttpContext context, Markup document, int status = StatusCodes.Status200OK, string frameAncestors = "'none'", string formTargets = "'self'")
    {
        IHeaderDictionary headers = context.Response.Headers;
        headers.ContentSecurityPolicy =
            $"default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; form-action {formTargets}; frame-ancestors {frameAncestors}; base-uri 'none'";
        headers.CacheControl = "no-store";
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "no-referrer";
        return Results.Content(document.ToString(), "text/html; charset=utf-8", statusCode: status);
    }
}
