using NodaTime;
using OrleansBilling.Domain.Charging;
using OrleansBilling.Tests.Support;

namespace OrleansBilling.Tests.Domain.Charging;

/// <summary>One merchant's charging with a clock, driven by hand.</summary>
internal sealed class Merchant
{
    public ChargingHealth Health { get; private set; } = ChargingHealth.New;
    public ChargingPolicy Policy { get; init; } = ChargingPolicy.Default;
    public Instant Now { get; set; } = A.Start;
    public List<ChargingEvent> Events { get; } = [];
    public ChargingChange Last { get; private set; } = new(ChargingHealth.New, [], false);
    public ChargingView View => Health.View(Now, Policy);
    public ChargingState State => View.State;

    public static string Order(string subscription, int attempt = 1) => $"main-{subscription}-1-{attempt}";

    public Merchant In(Duration time)
    {
        Now += time;
        return this;
    }

    public Merchant InSeconds(double seconds) => In(Duration.FromSeconds(seconds));

    public Merchant Report(int answered = 0, int transient = 0, int throttled = 0, int keyGone = 0, long? epoch = null) =>
        Do(Health.Report(new SiloReport { Epoch = epoch ?? Health.Epoch, Answered = answered, Transient = transient, Throttled = throttled, KeyGone = keyGone }, Now, Policy));

    public Merchant Fault(string subscription = "a", string code = "UNAUTHORIZED_KEY", long? epoch = null) =>
        Do(Health.Report(new SiloReport { Epoch = epoch ?? Health.Epoch, AccountFaults = [new AccountFaultAnswer(Order(subscription), code, Now)] }, Now, Policy));

    /// <summary>Takes the probe, which must be to be had, and brings it to this end.</summary>
    public Merchant Probe(ChargeAnswer result, string subscription = "b")
    {
        long? probe = Take();
        Assert.NotNull(probe);
        return End(probe.Value, result, subscription);
    }

    public long? Take(string prober = "silo-1")
    {
        (ChargingChange change, long? probe) = Health.TakeProbe(prober, Now, Policy);
        Do(change);
        return probe;
    }

    public Merchant End(long probe, ChargeAnswer result, string subscription = "b") =>
        Do(Health.EndProbe(probe, result, Order(subscription), result == ChargeAnswer.AccountFault ? "UNAUTHORIZED_KEY" : null, Now, Policy));

    /// <summary>Waits until a probe may be taken.</summary>
    public Merchant UntilProbe()
    {
        if (State is ChargingState.Stopped { NextProbeAt: { } next })
        {
            Now = next;
        }

        Assert.IsType<ChargingState.Probing>(State);
        return this;
    }

    public Merchant Do(ChargingChange change)
    {
        Assert.True(change.MustStore || change.Events.All(e => e is ChargingEvent.OneSubscriptionFaults), "Something happened that is not stored.");
        Last = change;
        Health = change.Next;
        Events.AddRange(change.Events);
        return this;
    }
}
