using Microsoft.Extensions.DependencyInjection;
using OrleansBilling.Clock;
using OrleansBilling.Domain;
using OrleansBilling.Tests.Support;
using OrleansBilling.Tests.TossSimulator;
using OrleansBilling.TossSimulator;
using OrleansBilling.TossSimulator.Faults;
using OrleansBilling.TossSimulator.Wire;

namespace OrleansBilling.Tests.Scenarios;

public class ShutdownTests
{
    [Fact]
    public async Task A_program_that_stops_lets_its_charge_end_and_writes_the_outcome_down()
    {
        string directory = Directory.CreateTempSubdirectory("orleansbilling-stop-").FullName;
        await using RunningSimulator simulator = await RunningSimulator.StartAsync(); // Apart, so that it outlives the program.
        ProviderBook provider = new(simulator.Http);
        try
        {
            string customer = PrefixedId.New("cus", TimeProvider.System);
            string id;
            DateTimeOffset due;
            await using (BillingServer server = await StartAsync())
            {
                id = await server.SubscribeAsync(Stage.Monthly, customerId: customer);
                Story story = new(server, provider, customer, id);
                await story.UntilAsync(v => v.Status == SubscriptionStatus.Active, "the first charge is approved");
                due = await story.DueAsync();
                await provider.FailChargeAsync(FaultKind.Hold, story.OrdersOf(2));
                TestClockWalk walk = server.App.Services.GetRequiredService<TestClockWalk>();
                await walk.StartAsync(due + TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken);
                await provider.UntilHeldAsync();

                ISiloStatusOracle silo = server.App.Services.GetRequiredService<ISiloStatusOracle>();
                Task stopping = server.App.StopAsync(TestContext.Current.CancellationToken);
                await Eventually.Async(() => Task.FromResult(silo.CurrentStatus), status => status != SiloStatus.Active, "the silo is stopping");
                Assert.False(stopping.IsCompleted);
                await provider.ReleaseAsync();
                await stopping;
            }

            await using BillingServer again = await StartAsync();
            Story after = new(again, provider, customer, id);

            Assert.True(await after.DueAsync() > due);
            Assert.False(Assert.Single(await provider.RequestsAsync(WireOperation.Charge, after.OrdersOf(2))).IsReplay); // Not asked again to be known.
            Assert.Equal(2, (await after.ApprovalsAsync()).Count);
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }

        Task<BillingServer> StartAsync() => BillingServer.StartAsync(
            directory, settings: [$"--Toss:SecretKey={SimulatorKeys.SecretKey}", $"--Toss:ClientKey={SimulatorKeys.ClientKey}", $"--Toss:BaseAddress={simulator.Http.BaseAddress}"]);
    }
}
