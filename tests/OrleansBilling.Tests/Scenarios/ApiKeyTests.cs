using Microsoft.AspNetCore.Builder;
using OrleansBilling.Domain;
using OrleansBilling.Tests.Support;
using OrleansBilling.TossSimulator;
using OrleansBilling.TossSimulator.Faults;
using OrleansBilling.TossSimulator.Wire;

namespace OrleansBilling.Tests.Scenarios;

public class ApiKeyTests
{
    private const string ClientKey = "test_ck_ScenarioOrleansBilling0001";
    private const string OldSecret = "test_sk_ScenarioOrleansBilling0001";
    private const string NewSecret = "test_sk_ScenarioOrleansBilling0002";

    [Theory, InlineData("drop-before-commit"), InlineData("drop-after-commit")]
    public async Task An_attempt_whose_outcome_is_unknown_is_never_sent_under_another_api_key(string fault)
    {
        string directory = Directory.CreateTempSubdirectory("orleansbilling-apikey-").FullName;
        await using WebApplication simulator = TossSimulatorHost.Build(new TossSimulatorOptions
        {
            Urls = "http://127.0.0.1:0",
            KeySets = { new SimulatorKeySet { MerchantId = "scenario01", ClientKey = ClientKey, SecretKeys = { OldSecret, NewSecret } } },
        });
        await simulator.StartAsync(TestContext.Current.CancellationToken);
        try
        {
            string customer = PrefixedId.New("cus", TimeProvider.System);
            string id;
            await using (BillingServer before = await StartAsync(OldSecret))
            {
                id = await before.SubscribeAsync(Stage.Monthly, customerId: customer);
                Story sent = new(before, new ProviderBook(before.Simulator), customer, id);
                await sent.UntilAsync(v => v.Status == SubscriptionStatus.Active, "the first charge is approved");
                await sent.Provider.FailChargeAsync(System.Text.Json.JsonSerializer.Deserialize<FaultKind>($"\"{fault}\""), sent.OrdersOf(2));
                await sent.WalkPastDueAsync(TimeSpan.FromSeconds(20));
                await sent.UntilAsync(v => v.PaymentInProgress, "the renewal has no answer");
            }

            await using BillingServer after = await StartAsync(NewSecret);
            Story story = new(after, new ProviderBook(after.Simulator), customer, id);
            await after.WalkAsync(TimeSpan.FromHours(2));

            await story.UntilAsync(v => v is { Status: SubscriptionStatus.Active, PaymentInProgress: false }, "the renewal is paid");
            Assert.Single(await story.Provider.RowsAsync(story.OrdersOf(2)));
            Assert.Single(await story.Provider.RequestsAsync(WireOperation.Charge, $"{story.OrdersOf(2)}1")); // The one of the old key; then only look-ups.
            Assert.NotEmpty(await story.Provider.RequestsAsync(WireOperation.Lookup, $"{story.OrdersOf(2)}1"));

            await story.WalkPastDueAsync(TimeSpan.FromHours(1)); // Planned under the new key, charged with it.
            Assert.Single(await story.Provider.RequestsAsync(WireOperation.Charge, story.OrdersOf(3)));
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }

        Task<BillingServer> StartAsync(string secret) => BillingServer.StartAsync(
            directory, settings: [$"--Toss:SecretKey={secret}", $"--Toss:ClientKey={ClientKey}", $"--Toss:BaseAddress={TossSimulatorHost.AddressOf(simulator)}"]);
    }
}
