using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using OrleansBilling.Tests.Support;

namespace OrleansBilling.Tests.Processes;

public class HealthTests(PostgresServer postgres)
{
    [Fact]
    public async Task A_silo_without_its_database_lives_but_is_not_ready()
    {
        await using Deployment deployment = await Deployment.CreateAsync(postgres);
        SiloProcess silo = await deployment.StartSiloAsync();
        using HttpClient site = new() { BaseAddress = await silo.SiteAsync() };

        JsonElement ready = await site.GetFromJsonAsync<JsonElement>("/health/ready", TestContext.Current.CancellationToken);
        Assert.Equal("healthy", ready.GetProperty("status").GetString());
        Assert.Equal(["charging", "database", "silo"], ready.GetProperty("checks").EnumerateObject().Select(check => check.Name).Order());

        await deployment.DropDatabaseAsync();
        using HttpResponseMessage notReady = await Eventually.Async(
            () => site.GetAsync("/health/ready", TestContext.Current.CancellationToken), answer => answer.StatusCode == HttpStatusCode.ServiceUnavailable, "it says that it is not ready");
        string body = await notReady.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.Contains("The database does not answer.", body, StringComparison.Ordinal);
        Assert.DoesNotContain("Exception", body, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await site.GetAsync("/health/live", TestContext.Current.CancellationToken)).StatusCode);
    }
}
