using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using OrleansBilling.Tests.Support;

namespace OrleansBilling.Tests.Browser;

/// <summary>
/// A merchant's site in miniature, with the strict policy that ours has: the SDK by a plain script tag at <c>/plain</c>, by the real npm
/// loader at <c>/npm</c>; everything else is a page to land on.
/// </summary>
internal sealed class SdkShop(WebApplication app) : IAsyncDisposable
{
    /// <summary>Another host name than the simulator's, so that the two are strangers to the browser, not just other ports.</summary>
    public Uri Address => new UriBuilder(app.Urls.Single()) { Host = "localhost" }.Uri;

    public static async Task<SdkShop> StartAsync(Uri simulator)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseSetting("urls", "http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        WebApplication app = builder.Build();
        string origin = simulator.GetLeftPart(UriPartial.Authority);
        app.Use((context, next) =>
        {
            context.Response.Headers.ContentSecurityPolicy =
                $"default-src 'none'; script-src 'self' {origin}; frame-src {origin}; style-src 'self'; img-src 'self' data:";
            return next();
        });
        app.MapGet("/plain", () => Page($"""<script src="{origin}/v2/standard"></script><script src="/plain.js"></script>"""));
        app.MapGet("/plain.js", () => Script("window.load = async (clientKey) => window.TossPayments(clientKey);"));
        app.MapGet("/npm", () => Page("""<script type="module" src="/npm.js"></script>"""));
        app.MapGet("/npm.js", () => Script($$"""
            import { loadTossPayments } from '/lib/tosspayments-sdk/index.esm.js';
            window.load = (clientKey) => loadTossPayments(clientKey, { src: '{{origin}}/v2/standard' });
            """));
        app.MapGet("/lib/tosspayments-sdk/index.esm.js", () =>
            Results.File(RepositoryFiles.PathTo("src/OrleansBilling/wwwroot/lib/tosspayments-sdk/index.esm.js"), "text/javascript"));
        app.MapFallback((HttpContext context) => Page($"<p>{(context.Request.Path == "/done" ? "done" : "elsewhere")}</p>"));
        await app.StartAsync(TestContext.Current.CancellationToken);
        return new SdkShop(app);
    }

    public ValueTask DisposeAsync() => app.DisposeAsync();

    private static IResult Page(string body) =>
        Results.Content($"<!doctype html><html lang=\"ko\"><head><title>shop</title><link rel=\"icon\" href=\"data:,\"></head><body><button>shop</button>{body}</body></html>", "text/html");

    private static IResult Script(string script) => Results.Content(script, "text/javascript");
}
