using OrleansBilling.TossSimulator.Browser.Home;
using OrleansBilling.TossSimulator.Faults;
using OrleansBilling.TossSimulator.State;
using OrleansBilling.TossSimulator.Wire;

namespace OrleansBilling.TossSimulator.Browser;

/// <summary>Everything of the simulator that a browser sees: the SDK script, the registration window, the simulator's own page.</summary>
internal static class BrowserEndpoints
{
    public static void MapBrowser(this WebApplication app)
    {
        MapScript(app, "/v2/standard", "sdk.js");
        MapScript(app, "/sdk/assets/window.js", "window.js");
        MapStyle(app, "/sdk/assets/window.css", "window.css");
        MapScript(app, "/sdk/assets/home.js", "home.js");
        MapStyle(app, "/sdk/assets/home.css", "home.css");
        SimulatorState state = app.Services.GetRequiredService<SimulatorState>();
        new RegistrationEndpoints(state).Map(app);
        app.MapGet("/", (HttpContext context, FaultPlan faults, RequestLog requests) => HomePage.Send(context, state, faults, requests));
    }

    private static void MapScript(WebApplication app, string path, string asset)
    {
        string script = Assets.Read(asset);
        app.MapGet(path, (HttpContext context) => Send(context, script, "text/javascript; charset=utf-8"));
    }

    private static void MapStyle(WebApplication app, string path, string asset)
    {
        string style = Assets.Read(asset);
        app.MapGet(path, (HttpContext context) => Send(context, style, "text/css; charset=utf-8"));
    }

    private static IResult Send(HttpContext context, string content, string type)
    {
        IHeaderDictionary headers = context.Response.Headers;
        headers.CacheControl = "no-cache";
        headers.XContentTypeOptions = "nosniff";
        // A host page that isolates itself (COEP) may load the script all the same, as it may load Toss's.
        headers["Cross-Origin-Resource-Policy"] = "cross-origin";
        return Results.Content(content, type);
    }
}
