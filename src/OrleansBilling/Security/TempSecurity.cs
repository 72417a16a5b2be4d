using Microsoft.Extensions.Options;
using OrleansBilling.Installations;
using OrleansBilling.Storage;

namespace OrleansBilling.Security;

internal static class SecurityExtensions
{
    public static WebApplicationBuilder AddSecurity(this WebApplicationBuilder builder)
    {
        var s = builder.Services;
        s.AddOptions<KeyRingOptions>().BindConfiguration(KeyRingOptions.Section);
        s.AddSingleton(p => KeyRingSource.Load(p.GetRequiredService<IOptions<KeyRingOptions>>().Value, p.GetRequiredService<Database>().DataDirectory, builder.Environment.ContentRootPath, TimeProvider.System, p.GetRequiredService<ILogger<KeyRing>>()));
        s.AddSingleton<SecretCipher>(); s.AddSingleton<BillingKeyCipher>(); s.AddSingleton<KeyedHash>();
        s.AddSingleton<ChargingGate>();
        return builder;
    }
}
