using OrleansBilling.Tests.Support;

namespace OrleansBilling.Tests.Processes;

/// <summary>What is the merchant's as a whole, over two silos that are processes of their own: a permitted rate is shared, and a stop is tried by one charge at a time.</summary>
public class SharedChargingTests(PostgresServer postgres, ITestOutputHelper output)
{
    private const int Subscriptions = 24;

    [Fact]
    public async Task Two_silos_share_the_permitted_rate()
    {
        const int PerSecond = 4;
        await using Deployment deployment = await Deployment.CreateAsync(postgres);
        await Task.WhenAll(deployment.StartSiloAsync($"--Charging:HighestPerSecond={PerSecond}"), deployment.StartSiloAsync($"--Charging:HighestPerSecond={PerSecond}"));
        await deployment.ConnectAsync();
        Renewals renewals = await Renewals.StartedAsync(deployment, Subscriptions);
        int first = (await deployment.Simulator.ChargesAsync()).Count;

        await renewals.FallDueAsync(silos: 2);
        await renewals.SettledAsync();

        DateTimeOffset[] arrivals = [.. (await deployment.Simulator.ChargesAsync()).Skip(first).Select(charge => charge.At).Order()];
        TimeSpan span = arrivals[^1] - arrivals[0];
        output.WriteLine($"{arrivals.Length} charges in {span.TotalSeconds:0.0} s");
        // Each bucket may have one saved up. Two silos that each took the whole rate would need half of the time.
        Assert.True(span >= TimeSpan.FromSeconds((Subscriptions - 3) / (double)PerSecond), $"{span}");
        Assert.All(arrivals, from => Assert.InRange(arrivals.Count(at => at >= from && at < from + TimeSpan.FromSeconds(1)), 1, PerSecond + 2));
        await renewals.JudgeAsync();
    }

    [Fact]
    public async Task A_stop_of_the_account_is_tried_by_one_charge_of_the_cluster_at_a_time()
    {
        const int InFlight = 4;
        await using Deployment deployment = await Deployment.CreateAsync(postgres);
        await Task.WhenAll(deployment.StartSiloAsync($"--Charging:InFlight={InFlight}"), deployment.StartSiloAsync($"--Charging:InFlight={InFlight}"));
        await deployment.ConnectAsync();
        Renewals renewals = await Renewals.StartedAsync(deployment, Subscriptions);
        int first = (await deployment.Simulator.ChargesAsync()).Count;
        await deployment.Simulator.RefuseChargesAsync("NOT_SUPPORTED_METHOD");

        await renewals.FallDueAsync(silos: 2);
        await renewals.PassAsync(minutes: 2);
        int untilStopped = (await deployment.Simulator.ChargesAsync()).Count - first;
        await renewals.PassAsync(minutes: 12);
        int probes = (await deployment.Simulator.ChargesAsync()).Count - first - untilStopped;

        output.WriteLine($"{untilStopped} charges met the fault, then {probes} probes in 12 minutes");
        Assert.InRange(untilStopped, 1, Subscriptions / 2); // What was on its way on either silo when the first answer came, not everybody.
        Assert.InRange(probes, 2, 5); // Every three minutes one, not one of each silo.

        await deployment.Simulator.MendAsync();
        await renewals.SettledAsync();
        await renewals.JudgeAsync();
    }
}
