using System.Diagnostics;
using OrleansBilling.Charging;
using OrleansBilling.Domain;
using OrleansBilling.Domain.Charging;
using OrleansBilling.Subscriptions;
using OrleansBilling.Tests.Support;
using OrleansBilling.TossSimulator.Control;
using OrleansBilling.TossSimulator.Faults;
using OrleansBilling.TossSimulator.Wire;

namespace OrleansBilling.Tests.Scenarios;

/// <summary>Very many fall due at once.</summary>
public class WaveTests
{
    private static readonly TimeSpan Promptly = TimeSpan.FromSeconds(10);

    [Fact]
    public async Task No_more_are_at_the_provider_than_there_are_slots_and_a_person_pays_meanwhile()
    {
        await using WaveStage stage = await WaveStage.StartAsync();
        foreach (string id in stage.Ids)
        {
            await stage.Provider.FailChargeAsync(FaultKind.Hold, WaveStage.RenewalOf(id));
        }

        await stage.BreakAsync();
        // The other places are taken by those who have been looked at and wait for a slot; the rest waits as ids.
        await Eventually.Async(() => Task.FromResult(stage.Lanes.Waiting), waiting => waiting == WaveStage.Size - ChargeLane.PlacesPerSlot * WaveStage.InFlight, "the others wait");
        await stage.Provider.UntilHeldAsync(WaveStage.InFlight);

        long pressed = Stopwatch.GetTimestamp();
        string person = await stage.Server.SubscribeAsync("morning-letter-monthly");
        await stage.Server.UntilAsync(person, v => v.Status == SubscriptionStatus.Active, "the person has paid");
        Assert.True(Stopwatch.GetElapsedTime(pressed) < Promptly, "The person waited behind the wave.");
        Assert.Equal((WaveStage.InFlight, 0), stage.Lanes.InFlight);
        SubscriptionView seen = await stage.Server.ViewAsync(stage.Ids[0]).WaitAsync(Promptly, TestContext.Current.CancellationToken);
        Assert.True(seen.PaymentInProgress);

        int most = 0;
        await Eventually.Async(
            async () =>
            {
                most = Math.Max(most, stage.Lanes.InFlight.Wave);
                await stage.Provider.ReleaseAsync();
                return (await stage.RenewalsAsync()).Count;
            },
            paid => paid == WaveStage.Size,
            "everybody has paid",
            TimeSpan.FromMinutes(1));
        Assert.InRange(most, 1, WaveStage.InFlight);
        await stage.CalmAsync();
        await stage.AssertAllPaidOnceAsync();
        Assert.Equal(0, stage.Lanes.Waiting);
    }

    [Fact]
    public async Task An_outage_pauses_the_wave_after_few_requests_and_it_goes_on_by_itself()
    {
        await using WaveStage stage = await WaveStage.StartAsync();
        await stage.Provider.FailAsync(new FaultRequest(FaultKind.DropBeforeCommit, WireOperation.Charge, Times: 10_000));
        await Task.Delay(TimeSpan.FromSeconds(3), TestContext.Current.CancellationToken); // A silo reports every second: the first charges, which were approved, are told before the wave.

        await stage.BreakAsync();
        await Eventually.Async(() => Task.FromResult(stage.Alarms.Count(9004)), told => told == 1, "the breaker opens");
        await Eventually.Async(() => Task.FromResult(stage.Alarms.Count(9006)), told => told >= 2, "two probes have failed");
        int sent = (await stage.Provider.RequestsAsync(WireOperation.Charge)).Count - WaveStage.Size;
        Assert.InRange(sent, ChargingPolicy.Default.SlowSample, 20 + 2 * WaveStage.InFlight + 5); // What shows the outage, what had a place already, and the probes.

        await stage.Server.Simulator.DeleteAsync("/simulator/faults", TestContext.Current.CancellationToken);
        await Eventually.Async(() => Task.FromResult(stage.Charging.Flows), flows => flows, "charging goes on");
        await stage.CalmAsync();

        await stage.AssertAllPaidOnceAsync();
        Assert.Equal((1, 1), (stage.Alarms.Count(9004), stage.Alarms.Count(9005)));
    }

    [Theory, InlineData(false), InlineData(true)]
    public async Task An_account_fault_stops_all_with_one_alert_and_ends_when_it_is_mended(bool byCommand)
    {
        await using WaveStage stage = await WaveStage.StartAsync();
        await stage.Provider.FailAsync(new FaultRequest(FaultKind.Error, WireOperation.Charge, Times: 10_000, Code: "NOT_SUPPORTED_METHOD"));

        await stage.BreakAsync();
        await Eventually.Async(() => Task.FromResult(stage.Alarms.Count(9000)), told => told == 1, "the alert is told");
        await Eventually.Async(() => Task.FromResult(stage.Alarms.Count(9006)), told => told >= 1, "a probe has failed");
        int sent = (await stage.Provider.RequestsAsync(WireOperation.Charge)).Count - WaveStage.Size;
        Assert.InRange(sent, 2, 3 * WaveStage.InFlight);
        ChargingStatus status = await stage.Merchant.StatusAsync();
        Assert.Equal("NOT_SUPPORTED_METHOD", status.News.Reason);
        Assert.True(status.Waiting >= WaveStage.Size - 3 * WaveStage.InFlight);

        await stage.Server.Simulator.DeleteAsync("/simulator/faults", TestContext.Current.CancellationToken);
        if (byCommand)
        {
            await stage.Merchant.ResumeAsync(new CommandInfo("cmd-resume", "operator:usr_1", "mended"));
        }

        await Eventually.Async(() => Task.FromResult(stage.Charging.Flows), flows => flows, "charging goes on");
        await stage.CalmAsync();

        await stage.AssertAllPaidOnceAsync();
        Assert.Equal([9000], stage.Alarms.Critical);
        Assert.Equal(byCommand ? (0, 1) : (1, 0), (stage.Alarms.Count(9003), stage.Alarms.Count(9008)));
    }

    [Fact]
    public async Task An_operators_stop_holds_everybody_and_outlives_the_grain()
    {
        await using WaveStage stage = await WaveStage.StartAsync();
        await stage.Merchant.StopAsync(new CommandInfo("cmd-stop", "operator:usr_1", "maintenance"));
        await stage.Merchant.AsReference<Orleans.Core.Internal.IGrainManagementExtension>().DeactivateOnIdle(TestContext.Current.CancellationToken);
        await Eventually.Async(() => Task.FromResult(stage.Charging.View?.State), state => state is ChargingState.Stopped, "the silo has heard of it");

        await stage.BreakAsync();
        await Eventually.Async(() => Task.FromResult(stage.Lanes.Waiting), waiting => waiting == WaveStage.Size, "all wait");
        Assert.Empty(await stage.RenewalsAsync());
        Assert.Equal("operator:usr_1", (await stage.Merchant.StatusAsync()).By);

        await stage.Merchant.ResumeAsync(new CommandInfo("cmd-resume", "operator:usr_1", "mended"));
        await Eventually.Async(async () => (await stage.RenewalsAsync()).Count, paid => paid == WaveStage.Size, "everybody has paid, without another tick");
        await stage.CalmAsync();
        await stage.AssertAllPaidOnceAsync();
    }

    [Fact]
    public async Task A_provider_that_throttles_is_asked_more_slowly()
    {
        await using WaveStage stage = await WaveStage.StartAsync();
        await stage.Provider.FailAsync(new FaultRequest(FaultKind.Http429, WireOperation.Charge, Times: 5));

        await stage.BreakAsync();
        await Eventually.Async(() => Task.FromResult(stage.Alarms.Count(9009)), told => told >= 1, "the rate is lowered");

        Assert.NotNull(stage.Charging.Share);
        await stage.CalmAsync();
        await stage.AssertAllPaidOnceAsync();
    }
}
