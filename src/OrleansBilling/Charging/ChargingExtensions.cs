using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using OrleansBilling.Domain.Charging;

namespace OrleansBilling.Charging;

internal static class ChargingExtensions
{
    /// <summary>Waves: slots, queue, rate and the merchant's breaker. Settings are checked before the silo joins.</summary>
    public static IServiceCollection AddCharging(this IServiceCollection services)
    {
        services.AddOptions<ChargingOptions>().BindConfiguration(ChargingOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        services.TryAddSingleton(provider => ChargingPolicy.Default with { HighestRate = provider.GetRequiredService<IOptions<ChargingOptions>>().Value.HighestPerSecond });
        services.AddSingleton<SiloCharging>();
        services.AddSingleton<ChargeLanes>();
        services.AddSingleton<WaveQueue>();
        services.AddSingleton<SiloReporter>();
        services.AddSingleton<IOutgoingGrainCallFilter, WaveTicks>();
        services.AddSingleton<ILifecycleParticipant<ISiloLifecycle>, ChargingLifecycle>();
        return services;
    }
}
