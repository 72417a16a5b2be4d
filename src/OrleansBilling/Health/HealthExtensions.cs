using System.Text.Json;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace OrleansBilling.Health;

/// <summary>
/// What whoever runs the containers asks. <c>/health/live</c>: the process answers; anything else is no reason to kill it while a charge may be in flight.
/// <c>/health/ready</c>: the silo is in its cluster and the database answers (200), or one does not (503). A silo that may not charge is ready all the
/// same: people can see their subscriptions, and an operator can mend it.
/// </summary>
internal static class HealthExtensions
{
    // A database that needs longer than this answers no visitor either.
    private static readonly TimeSpan LongestCheck = TimeSpan.FromSeconds(5);

    /// <summary>Other folders add checks of their own to these.</summary>
    public static WebApplicationBuilder AddHealth(this WebApplicationBuilder builder)
    {
        builder.Services.AddHealthChecks()
            .AddCheck<SiloHealth>("silo", timeout: LongestCheck)
            .AddCheck<DatabaseHealth>("database", timeout: LongestCheck);
        // It logs each failure with its exception; the database's own failures are logged where they happen.
        builder.Logging.AddFilter("Microsoft.Extensions.Diagnostics.HealthChecks", LogLevel.Error);
        return builder;
    }

    /// <summary>Open to everybody who reaches the site, so the answers hold names of checks and ready-made sentences only.</summary>
    public static WebApplication MapHealth(this WebApplication app)
    {
        app.MapHealthChecks("/health/live", new HealthCheckOptions { Predicate = _ => false, ResponseWriter = WriteAsync });
        app.MapHealthChecks("/health/ready", new HealthCheckOptions { ResponseWriter = WriteAsync });
        return app;
    }

    private static Task WriteAsync(HttpContext http, HealthReport report) => http.Response.WriteAsJsonAsync(
        new
        {
            status = Word(report.Status),
            // Never the exception: a database's error may name its host and user.
            checks = report.Entries.ToDictionary(entry => entry.Key, entry => new { status = Word(entry.Value.Status), reason = entry.Value.Description }),
        },
        JsonSerializerOptions.Web,
        http.RequestAborted);

    private static string Word(HealthStatus status) => status switch
    {
        HealthStatus.Healthy => "healthy",
        HealthStatus.Degraded => "degraded",
        _ => "unhealthy",
    };
}
