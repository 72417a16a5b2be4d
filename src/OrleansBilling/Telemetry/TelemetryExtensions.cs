using OpenTelemetry.Metrics;

namespace OrleansBilling.Telemetry;

internal static class TelemetryExtensions
{
    // Named as in the OpenTelemetry specification, so that what an operator knows of other programs holds here.
    private const string Endpoint = "OTEL_EXPORTER_OTLP_ENDPOINT";
    private const string MetricsEndpoint = "OTEL_EXPORTER_OTLP_METRICS_ENDPOINT";

    /// <summary>The meters that are sent. Their tags hold no address, path or query: a provider's URL contains a billing key.</summary>
    internal static readonly string[] Meters = [BillingMetrics.MeterName, "Microsoft.Orleans", "System.Runtime", "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel"];

    /// <summary><see cref="BillingMetrics"/>, for whoever measures. Listens to nothing and sends nothing.</summary>
    public static IServiceCollection AddBillingMetrics(this IServiceCollection services) => services.AddMetrics().AddSingleton<BillingMetrics>();

    /// <summary>
    /// Sends our metrics, those of Orleans and of the runtime over OTLP when one of the standard variables names a collector; without one nothing is listened to.
    /// </summary>
    public static TBuilder AddTelemetry<TBuilder>(this TBuilder builder)
        where TBuilder : IHostApplicationBuilder
    {
        if (string.IsNullOrWhiteSpace(builder.Configuration[Endpoint]) && string.IsNullOrWhiteSpace(builder.Configuration[MetricsEndpoint]))
        {
            return builder;
        }

        builder.Services.AddOpenTelemetry().WithMetrics(metrics => metrics
            .AddMeter(Meters)
            .AddOtlpExporter());
        return builder;
    }
}
