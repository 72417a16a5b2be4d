using Dapper;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OrleansBilling.Security;
using OrleansBilling.Storage;
using OrleansBilling.Tests.Storage;
using OrleansBilling.Tests.Support;

namespace OrleansBilling.Tests.Security;

public sealed class SharedDataProtectionTests(PostgresServer server)
{
    [Theory]
    [InlineData(DatabaseEngine.Sqlite)]
    [InlineData(DatabaseEngine.PostgreSql)]
    public async Task A_cookie_of_one_silo_is_read_by_the_next_and_its_key_rests_encrypted(DatabaseEngine engine)
    {
        await using TestStorage storage = await TestStorage.CreateAsync(engine, server);
        string cookie;
        using (IHost first = HostOf(storage))
        {
            cookie = first.Services.GetRequiredService<IDataProtectionProvider>().CreateProtector("cookie").Protect("signed in");
        }

        using IHost second = HostOf(storage);

        Assert.Equal("signed in", second.Services.GetRequiredService<IDataProtectionProvider>().CreateProtector("cookie").Unprotect(cookie));
        await using var connection = await second.Services.GetRequiredService<Database>().OpenAsync(TestContext.Current.CancellationToken);
        string xml = await connection.QuerySingleAsync<string>("SELECT xml FROM data_protection_key");
        Assert.Contains("v1.k1.", xml, StringComparison.Ordinal);
        Assert.DoesNotContain("masterKey", xml, StringComparison.Ordinal);
    }

    private static IHost HostOf(TestStorage storage)
    {
        HostApplicationBuilder builder = Host.CreateApplicationBuilder();
        builder.Configuration.AddInMemoryCollection(storage.Settings);
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["KeyRing:Keys:k1"] = Rings.Base64(1), ["KeyRing:Current"] = "k1", ["KeyRing:HashSecret"] = Rings.Base64(99),
        });
        builder.Logging.ClearProviders();
        builder.AddBillingStorage();
        builder.AddSecurity();
        builder.AddSharedDataProtection();
        return builder.Build();
    }
}
