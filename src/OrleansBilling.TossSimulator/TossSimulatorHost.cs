using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection.Extensions;
using OrleansBilling.TossSimulator.Browser;
using OrleansBilling.TossSimulator.Control;
using OrleansBilling.TossSimulator.Faults;
using OrleansBilling.TossSimulator.State;
using OrleansBilling.TossSimulator.Webhooks;
using OrleansBilling.TossSimulator.Wire;

namespace OrleansBilling.TossSimulator;

/// <summary>Builds a simulator: by itself (Program.cs), inside another program, or in a test.</summary>
public static class TossSimulatorHost
{
    private static readonly TimeSpan ShutdownTimeout = TimeSpan.FromSeconds(3);

    /// <param name="configure">Logging, or another <see cref="TimeProvider"/> under the virtual clock.</param>
    /// <exception cref="InvalidOperationException">The options contradict themselves; the message says what to set.</exception>
    public static WebApplication Build(TossSimulatorOptions options, Action<WebApplicationBuilder>? configure = null)
    {
        Validate(options);
        // An empty builder reads no environment variable and no file: inside another program those belong to that program, its addresses included.
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls(options.Urls.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));
        builder.Services.AddRoutingCore();
        // Requests that are held or slow end with the program, as at a crash: a host that embeds a simulator must not wait for them.
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = ShutdownTimeout);
        configure?.Invoke(builder);
        builder.Services.TryAddSingleton(TimeProvider.System);
        builder.Services.AddSingleton(options);
        builder.Services.AddSingleton<SimulatorClock>();
        builder.Services.AddSingleton<SimulatorState>();
        builder.Services.AddSingleton<FaultPlan>();
        builder.Services.AddSingleton<Throttle>();
        builder.Services.AddSingleton<RequestLog>();
        builder.Services.AddSingleton<WirePipeline>();
        builder.Services.AddHostedService<WebhookSender>();
        // ASP.NET Core logs the path of each request, and a billing key is part of it.
        builder.Logging.AddFilter("Microsoft.AspNetCore", LogLevel.Warning);

        WebApplication app = builder.Build();
        // Reads the journal now: a simulator that cannot read it must not start to listen.
        _ = app.Services.GetRequiredService<SimulatorState>();
        app.UseRouting();
        app.MapWire();
        app.MapControl();
        app.MapBrowser();
        return app;
    }

    /// <summary>The address that a started simulator listens on, which shows the port when 0 was asked for.</summary>
    public static Uri AddressOf(WebApplication app) =>
        new(app.Services.GetRequiredService<IServer>().Features.GetRequiredFeature<IServerAddressesFeature>().Addresses.First());

    private static void Validate(TossSimulatorOptions options)
    {
        string? fault = options.KeySets.Select(set => set.Fault()).FirstOrDefault(fault => fault is not null)
            ?? (options.KeySets.SelectMany(set => set.SecretKeys).GroupBy(secret => secret).Any(group => group.Count() > 1)
                ? "KeySets: a SecretKey may belong to one set only."
                : null);
        if (fault is not null)
        {
            throw new InvalidOperationException($"{TossSimulatorOptions.Section}:{fault}");
        }
    }
}
