using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using OrleansBilling.Storage;

namespace OrleansBilling.Security;

public static class SecurityExtensions
{
    /// <summary>Registers the key ring and what encrypts with it. The ring is read when it is first needed, at the latest by the start's canary.</summary>
    public static TBuilder AddSecurity<TBuilder>(this TBuilder builder)
        where TBuilder : IHostApplicationBuilder
    {
        IServiceCollection services = builder.Services;
        services.AddOptions<KeyRingOptions>().BindConfiguration(KeyRingOptions.Section);
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(provider => KeyRingSource.Load(
            provider.GetRequiredService<IOptions<KeyRingOptions>>().Value,
            provider.GetRequiredService<Database>().DataDirectory,
            provider.GetRequiredService<IHostEnvironment>().ContentRootPath,
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<KeyRing>>()));
        services.AddSingleton<SecretCipher>();
        services.AddSingleton<BillingKeyCipher>();
        services.AddSingleton<KeyedHash>();
        services.AddSingleton<KeyRingCanary>();
        return builder;
    }

    /// <summary>Cookies and antiforgery tokens of one silo are read by all of them, and survive a restart.</summary>
    public static TBuilder AddSharedDataProtection<TBuilder>(this TBuilder builder)
        where TBuilder : IHostApplicationBuilder
    {
        IServiceCollection services = builder.Services;
        services.AddSingleton<DataProtectionKeys>();
        services.AddSingleton<DataProtectionEncryptor>();
        services.AddSingleton<IConfigureOptions<KeyManagementOptions>, DataProtectionSetup>();
        // The name is part of every cookie's encryption: a changed one signs everybody out.
        services.AddDataProtection().SetApplicationName("OrleansBilling");
        return builder;
    }
}
