using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using OrleansBilling.Charging;
using OrleansBilling.Domain;
using OrleansBilling.Reports;
using OrleansBilling.Subscriptions;
using OrleansBilling.Telemetry;
using OrleansBilling.Watchdog;

namespace OrleansBilling;

internal static class BillingExtensions
{
    /// <summary>The subscriptions themselves: what their grains need, and the read side that they publish to.</summary>
    public static TBuilder AddBilling<TBuilder>(this TBuilder builder)
        where TBuilder : IHostApplicationBuilder
    {
        IServiceCollection services = builder.Services;
        services.AddBillingMetrics();
        services.TryAddSingleton(ChargePolicy.Default);
        services.AddCharging();
        services.AddSingleton<SubscriptionEffects>();
        services.AddSingleton<NewSubscriptions>();
        services.AddSingleton<ReadSideWriter>();
        services.AddSingleton<SubscriptionHistory>();
        services.AddSingleton<ParkedSubscriptions>();
        services.AddSingleton<UnreadableStates>();
        services.AddSingleton(provider => new UnparkCommand(
            provider.GetRequiredService<IGrainFactory>(), provider.GetRequiredService<UnreadableStates>(), provider.GetRequiredService<IOptions<MerchantOptions>>()));
        services.AddSingleton<Outbox>();
        // Before the silo, so that it stops after the silo: a stopping silo still hands events over.
        services.AddHostedService(provider => provider.GetRequiredService<Outbox>());
        services.AddSingleton<StoredSubscriptions>();
        services.AddSingleton<RebuildStore>();
        services.AddSingleton<ReadSideRebuild>();
        services.AddHostedService(provider => provider.GetRequiredService<ReadSideRebuild>());
        services.AddWatchdog();
        return builder;
    }
}
