using System.Diagnostics;
using OrleansBilling.Tests.Support;

namespace OrleansBilling.Tests.Processes;

/// <summary>Real processes, killed as <c>kill -9</c> does while charges are in flight. The simulator's ledger is the judge.</summary>
public class KilledProcessTests(PostgresServer postgres, ITestOutputHelper output)
{
    private const int Subscriptions = 24;

    [Fact]
    public async Task A_silo_that_is_killed_with_charges_in_flight_leaves_them_to_the_other()
    {
        await using Deployment deployment = await Deployment.CreateAsync(postgres);
        // Both migrate the empty database and make the key ring at the same time.
        SiloProcess[] silos = await Task.WhenAll(deployment.StartSiloAsync(), deployment.StartSiloAsync());
        await deployment.ConnectAsync();
        Renewals renewals = await Renewals.InFlightAsync(deployment, Subscriptions, silos: 2);
        ILookup<int, string> homes = await HomesAsync(deployment, renewals);
        SiloProcess victim = silos.MaxBy(silo => homes[silo.SiloPort].Count())!;

        await victim.Program.KillAsync();
        long killed = Stopwatch.GetTimestamp();
        await deployment.Simulator.ReleaseAsync();
        int minutes = await renewals.SettledAsync();

        output.WriteLine($"{homes[victim.SiloPort].Count()} of {Subscriptions} charges were the killed silo's; settled {Stopwatch.GetElapsedTime(killed).TotalSeconds:0} s later, after {minutes} minutes of the billing clock");
        await renewals.JudgeAsync();
    }

    [Fact]
    public async Task A_process_on_sqlite_that_is_killed_with_charges_in_flight_finishes_them_after_its_restart()
    {
        await using Deployment deployment = await Deployment.CreateAsync();
        SiloProcess first = await deployment.StartSiloAsync();
        await deployment.ConnectAsync();
        Renewals renewals = await Renewals.InFlightAsync(deployment, Subscriptions, silos: 1);

        await first.Program.KillAsync();
        await deployment.Simulator.ReleaseAsync();
        await deployment.StartSiloAsync();
        await deployment.ConnectAsync();
        int minutes = await renewals.SettledAsync();

        output.WriteLine($"Settled after {minutes} minutes of the billing clock");
        await renewals.JudgeAsync();
    }

    /// <summary>Which subscriptions live on which silo, by its port.</summary>
    private static async Task<ILookup<int, string>> HomesAsync(Deployment deployment, Renewals renewals)
    {
        IManagementGrain management = deployment.Grains.GetGrain<IManagementGrain>(0);
        (string Id, int Port)[] homes = await Task.WhenAll(renewals.Ids.Select(async id =>
            (id, (await management.GetActivationAddress(deployment.Grains.Subscription(Deployment.Merchant, id)))?.Endpoint.Port ?? 0)));
        return homes.ToLookup(home => home.Port, home => home.Id);
    }
}
