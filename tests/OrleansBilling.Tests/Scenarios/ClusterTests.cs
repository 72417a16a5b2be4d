using System.Net.Http.Json;
using System.Text.Json;
using Orleans.TestingHost;
using OrleansBilling.Domain;
using OrleansBilling.Registrations;
using OrleansBilling.Subscriptions;
using OrleansBilling.Tests.Support;
using OrleansBilling.TossSimulator.Faults;
using OrleansBilling.TossSimulator.State;
using OrleansBilling.TossSimulator.Wire;

namespace OrleansBilling.Tests.Scenarios;

public class ClusterTests(PostgresServer postgres)
{
    private const int SiloDiesAtCharge = 13;

    private static readonly Plan Monthly = new()
    {
        Id = Stage.Monthly,
        Version = 1,
        ProductId = "morning-letter",
        Name = new LocalizedText("아침 편지", "Morning letter"),
        PriceKrw = Stage.MonthlyKrw,
        Interval = new BillingInterval(IntervalUnit.Month, 1),
    };

    [Fact]
    public async Task A_monthly_plan_begun_on_the_31st_is_charged_25_times_in_two_years_although_a_silo_dies_during_a_charge()
    {
        await using PostgresDatabase database = await postgres.CreateDatabaseAsync(TestContext.Current.CancellationToken);
        DateTimeOffset begin = TwoYears.BeginAfter(new DateTimeOffset(2026, 12, 1, 0, 0, 0, TimeSpan.Zero));
        await using BillingCluster cluster = await BillingCluster.StartAsync(database.ConnectionString, Monthly, begin);
        string id = await SubscribeAsync(cluster);
        string orders = $"{BillingServer.Merchant}-{id[4..]}-";

        for (int charge = 2; charge <= TwoYears.Charges; charge++)
        {
            DateTimeOffset due = await RestsUntilAsync(cluster, id);
            bool dies = charge == SiloDiesAtCharge;
            if (dies)
            {
                await cluster.Provider.FailChargeAsync(FaultKind.Hold, orders, commit: true);
            }

            await cluster.AdvanceAsync(due - cluster.Clock.GetUtcNow() - TimeSpan.FromMinutes(3)); // Near enough to be loaded, on whichever silo.
            await cluster.AdvanceUntilAsync(TimeSpan.FromSeconds(15), async () => (await cluster.Provider.ApprovalsAsync(orders)).Count == charge, $"charge {charge} of {due:u} is approved");
            if (dies)
            {
                await KillTheSiloOfAsync(cluster, id);
                // The other silo repeats the request while the provider still works on the first one, and is told so.
                await cluster.AdvanceUntilAsync(
                    TimeSpan.FromSeconds(15),
                    async () => (await cluster.Provider.RequestsAsync(WireOperation.Charge, orders)).Any(row => row.Code == "IDEMPOTENT_REQUEST_PROCESSING"),
                    "the silo that is left takes the charge up");
                await cluster.Provider.ReleaseAsync();
            }

            await cluster.AdvanceUntilAsync(TimeSpan.FromSeconds(15), async () => (await ViewAsync(cluster, id)).NextChargeAt > due, $"charge {charge} is known as paid");
        }

        Assert.Single(cluster.Silos.Silos);
        IReadOnlyList<LedgerRow> approvals = await cluster.Provider.ApprovalsAsync(orders);
        TwoYears.AssertCharged(approvals, begin, lateness: TimeSpan.FromMinutes(30));
        Assert.Equal(TwoYears.Charges, (await cluster.Provider.RowsAsync(BillingServer.Merchant)).Count);
    }

    /// <summary>The reminder stands at the next charge: everything of the last one is done. Answers when that is.</summary>
    private static async Task<DateTimeOffset> RestsUntilAsync(BillingCluster cluster, string id)
    {
        GrainId grain = cluster.Silos.Client.Subscription(BillingServer.Merchant, id).GetGrainId();
        DateTimeOffset next = (await ViewAsync(cluster, id)).NextChargeAt!.Value;
        await Eventually.Async(() => cluster.ReminderAsync(grain, SubscriptionGrain.ReminderName), at => at >= next.AddSeconds(-1), $"the reminder is set for {next:u}");
        return next;
    }

    private static async Task KillTheSiloOfAsync(BillingCluster cluster, string id)
    {
        GrainId grain = cluster.Silos.Client.Subscription(BillingServer.Merchant, id).GetGrainId();
        Assert.True(cluster.Silos.TryGetGrainContext(grain, out IGrainContext? activation));
        InProcessSiloHandle doomed = cluster.Silos.Silos.Single(silo => silo.SiloAddress.Equals(activation.Address.SiloAddress));
        await cluster.Silos.KillSiloAsync(doomed);
    }

    private static async Task<SubscriptionView> ViewAsync(BillingCluster cluster, string id) =>
        (await cluster.Silos.Client.Subscription(BillingServer.Merchant, id).ViewAsync())!;

    private static async Task<string> SubscribeAsync(BillingCluster cluster)
    {
        string customer = PrefixedId.New("cus", TimeProvider.System);
        IRegistrationGrain registration = cluster.Silos.Client.Registration(BillingServer.Merchant, PrefixedId.New("reg", TimeProvider.System));
        RegistrationView opened = await registration.OpenAsync(
            new OpenRegistration(RegistrationPurpose.Subscribe, customer, null, Monthly.Id, Monthly.Version, Monthly.PriceKrw, "v1"));
        using HttpResponseMessage answer = await cluster.Http.PostAsJsonAsync("/simulator/auth-keys", new { opened.CustomerKey });
        string authKey = (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("authKey").GetString()!;
        await registration.StoreAuthKeyAsync(new StoreAuthKey(customer, opened.Nonce, opened.CustomerKey, authKey));
        RegistrationView done = await registration.CompleteAsync(customer);
        Assert.Equal(RegistrationStatus.Completed, done.Status);
        return done.SubscriptionId!;
    }
}
