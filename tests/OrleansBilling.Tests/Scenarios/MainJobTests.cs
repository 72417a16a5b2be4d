using System.Text.Json;
using OrleansBilling.Domain;
using OrleansBilling.Subscriptions;
using OrleansBilling.Tests.Support;

namespace OrleansBilling.Tests.Scenarios;

public class MainJobTests
{
    [Fact]
    public async Task A_monthly_plan_is_charged_at_once_and_again_at_each_renewal()
    {
        await using BillingServer server = await BillingServer.StartAsync();
        string id = await server.SubscribeAsync("morning-letter-monthly");

        SubscriptionView started = await server.UntilAsync(id, v => v.Status == SubscriptionStatus.Active, "the first charge is approved");
        await server.WalkAsync(TimeSpan.FromDays(93));

        JsonElement ledger = await server.LedgerAsync();
        Assert.Equal(4, ledger.GetProperty("rows").GetArrayLength());
        Assert.Equal(4_900, started.NextChargeKrw);
    }
}
