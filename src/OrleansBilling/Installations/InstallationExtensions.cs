using Microsoft.Extensions.DependencyInjection.Extensions;
using OrleansBilling.Reconciliation;

namespace OrleansBilling.Installations;

public static class InstallationExtensions
{
    /// <summary>Name of the health check that is degraded while nothing may be charged.</summary>
    public const string HealthCheckName = "charging";

    /// <summary>Registers <see cref="InstallationStamp"/> and <see cref="ChargingGate"/>. Needs storage and security.</summary>
    public static TBuilder AddInstallation<TBuilder>(this TBuilder builder, InstallationOptions options)
        where TBuilder : IHostApplicationBuilder
    {
        IServiceCollection services = builder.Services;
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(options);
        services.AddSingleton<InstallationStamp>();
        services.AddSingleton<ClockSkew>();
        services.AddSingleton<ChargingGate>();
        services.AddSingleton<InstallationStartup>();
        services.AddHostedService<ChargingGateChecks>();
        services.AddSingleton<ProviderList>();
        services.AddSingleton<UnknownCharges>();
        services.AddHostedService<ProviderComparison>();
        services.AddHealthChecks().AddCheck<ChargingGateHealth>(HealthCheckName);
        return builder;
    }

    /// <summary>Refuses a database of another environment, reads the key ring and checks whether this silo may charge. To be awaited before the host is run.</summary>
    /// <exception cref="Storage.StorageException">The program prints the message and ends; so the two below.</exception>
    /// <exception cref="InstallationException">The database belongs to another environment or merchant.</exception>
    /// <exception cref="Security.KeyRingException">There is no usable key ring.</exception>
    public static Task PrepareInstallationAsync(this IHost host) => host.Services.GetRequiredService<InstallationStartup>().PrepareAsync();
}
