using OrleansBilling.Clock;
using OrleansBilling.Reports;

namespace OrleansBilling.Watchdog;

internal static class WatchdogExtensions
{
    /// <summary>Needs the read side, storage and the billing clock.</summary>
    public static IServiceCollection AddWatchdog(this IServiceCollection services)
    {
        services.AddSingleton<WatchdogWaits>();
        services.AddSingleton<WatchdogLease>();
        services.AddSingleton<WatchdogQueries>();
        services.AddSingleton<Sweep>();
        // Public for the page, and made of what is not.
        services.AddSingleton(provider => new WatchdogStatus(
            provider.GetRequiredService<WatchdogQueries>(),
            provider.GetRequiredService<WatchdogLease>(),
            provider.GetRequiredService<WatchdogWaits>(),
            provider.GetRequiredService<ReadSideRebuild>(),
            provider.GetRequiredKeyedService<TimeProvider>(BillingClock.Key)));
        services.AddHostedService<WatchdogService>();
        return services;
    }
}
