using OrleansBilling.Reports;
using OrleansBilling.Subscriptions;

namespace OrleansBilling;

internal static class BillingExtensions
{
    /// <summary>The subscriptions themselves: what their grains need, and the read side that they publish to.</summary>
    public static TBuilder AddBilling<TBuilder>(this TBuilder builder)
        where TBuilder : IHostApplicationBuilder
    {
        IServiceCollection services = builder.Services;
        services.AddSingleton<SubscriptionEffects>();
        services.AddSingleton<NewSubscriptions>();
        services.AddSingleton<ReadSideWriter>();
        services.AddSingleton<SubscriptionHistory>();
        services.AddSingleton<Outbox>();
        // Before the silo, so that it stops after the silo: a stopping silo still hands events over.
        services.AddHostedService(provider => provider.GetRequiredService<Outbox>());
        return builder;
    }
}
