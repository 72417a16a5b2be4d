using NodaTime;
using OrleansBilling.Domain.Charging;

namespace OrleansBilling.Tests.Domain.Charging;

/// <summary>The merchant's own account is at fault: one alert, nothing is sent but probes, and it goes on by itself.</summary>
public class AccountStopTests
{
    [Fact]
    public void The_first_fault_stops_the_merchant_with_one_alert()
    {
        Merchant m = new();
        m.Report(answered: 500).Fault("a").Fault("a").Fault("b").Fault("c", "NOT_SUPPORTED_METHOD");

        Assert.Equal(new ChargingEvent.AccountStopped("UNAUTHORIZED_KEY", Merchant.Order("a")), Assert.Single(m.Events));
        Assert.True(m.Events[0].IsAlert);
        Assert.Equal(new ChargingState.Stopped("UNAUTHORIZED_KEY", m.Now, m.Now + m.Policy.AccountProbeEvery), m.State);
        Assert.Equal(new Interruption(m.Now, null, InterruptionCause.Account), m.Health.Interruptions.Known.Single());
    }

    [Theory]
    [InlineData(ChargeAnswer.AccountFault)]
    [InlineData(ChargeAnswer.Transient)]
    [InlineData(ChargeAnswer.KeyGone)]
    public void Every_three_minutes_one_probe_is_sent_and_what_does_not_say_that_all_is_well_changes_nothing(ChargeAnswer result)
    {
        Merchant m = new Merchant().Fault();
        for (int i = 0; i < 5; i++)
        {
            Instant before = m.Now;
            m.UntilProbe();
            Assert.Equal(Duration.FromMinutes(3), m.Now - before);
            m.Probe(result);
            Assert.IsType<ChargingState.Stopped>(m.State);
        }

        Assert.Single(m.Events, e => e.IsAlert);
    }

    [Fact]
    public void A_definite_answer_to_a_probe_resumes_by_itself()
    {
        Merchant m = new Merchant().Fault();
        Instant stopped = m.Now;
        m.UntilProbe().Probe(ChargeAnswer.Definite);

        Assert.IsType<ChargingState.Flowing>(m.State);
        Assert.Equal(new ChargingEvent.AccountResumed(stopped), m.Events[^1]);
        Assert.Equal(new Interruption(stopped, m.Now, InterruptionCause.Account), m.Health.Interruptions.Known.Single());
        m.Fault("c");
        Assert.Equal(2, m.Events.Count(e => e.IsAlert)); // Another stop, another alert.
    }

    [Fact]
    public void An_operator_resumes_at_once()
    {
        Merchant m = new Merchant().Fault();

        m.Do(m.Health.Resume("operator:usr_1", "key_mended", m.Now, m.Policy));

        Assert.IsType<ChargingState.Flowing>(m.State);
        Assert.Equal(new ChargingEvent.ResumedByOperator("operator:usr_1", "key_mended"), m.Events[^1]);
        Assert.Empty(m.Health.Resume("operator:usr_1", null, m.Now, m.Policy).Events);
    }

    [Fact]
    public void A_new_key_is_probed_at_once()
    {
        Merchant m = new();
        m.Do(m.Health.UseCredential("fp-1", m.Now));
        m.Fault();
        m.Do(m.Health.UseCredential("fp-1", m.Now));
        Assert.IsType<ChargingState.Stopped>(m.State);

        m.Do(m.Health.UseCredential("fp-2", m.Now));

        Assert.IsType<ChargingState.Probing>(m.State);
        m.Probe(ChargeAnswer.Definite);
        Assert.IsType<ChargingState.Flowing>(m.State);
    }

    [Fact]
    public void Faults_of_one_subscription_alone_stop_the_others_once_and_not_again()
    {
        Merchant m = new Merchant().Fault("a").UntilProbe().Probe(ChargeAnswer.Definite, "b");

        m.In(Duration.FromMinutes(15)).Fault("a");

        Assert.IsType<ChargingState.Flowing>(m.State);
        Assert.Equal(new ChargingEvent.OneSubscriptionFaults("UNAUTHORIZED_KEY", Merchant.Order("a")), m.Events[^1]);
        m.Fault("b");
        Assert.IsType<ChargingState.Stopped>(m.State);
    }

    [Fact]
    public void It_is_no_such_thing_when_others_met_the_fault_or_when_it_was_charged_itself()
    {
        Merchant several = new Merchant().Fault("a").Fault("c").UntilProbe().Probe(ChargeAnswer.Definite, "b").Fault("a");
        Merchant itself = new Merchant().Fault("a").UntilProbe().Probe(ChargeAnswer.Definite, "a").Fault("a");
        Merchant probed = new Merchant().Fault("a").UntilProbe().Probe(ChargeAnswer.AccountFault, "c").UntilProbe().Probe(ChargeAnswer.Definite, "b").Fault("a");
        Merchant aDayLater = new Merchant().Fault("a").UntilProbe().Probe(ChargeAnswer.Definite, "b").In(Duration.FromHours(24)).Fault("a");

        Assert.All([several, itself, probed, aDayLater], m => Assert.IsType<ChargingState.Stopped>(m.State));
    }

    [Fact]
    public void It_may_be_found_by_a_probe_of_the_breaker()
    {
        Merchant m = new Merchant().Report(transient: 100).UntilProbe().Probe(ChargeAnswer.AccountFault);

        Assert.Equal("UNAUTHORIZED_KEY", Assert.IsType<ChargingState.Stopped>(m.State).Reason);
        m.UntilProbe().Probe(ChargeAnswer.Definite);
        Assert.Equal(ChargingHealth.ProviderOutage, Assert.IsType<ChargingState.Probing>(m.State).Reason); // Two of three.
        m.Probe(ChargeAnswer.Definite);
        Assert.IsType<ChargingState.Flowing>(m.State);
        Assert.All(m.Health.Interruptions.Known, i => Assert.NotNull(i.To));
    }

    [Theory]
    [InlineData(19, 0, false)]
    [InlineData(20, 0, true)]
    [InlineData(20, 380, false)] // Just 5 %.
    [InlineData(20, 379, true)]
    [InlineData(400, 20_000, false)]
    public void Billing_keys_that_go_in_numbers_are_a_wrong_mid(int gone, int answered, bool stops)
    {
        Merchant m = new Merchant().Report(answered: answered).Report(keyGone: gone);

        Assert.Equal(stops, m.State is ChargingState.Stopped { Reason: ChargingHealth.KeysGone });
        Assert.Equal(stops ? [new ChargingEvent.KeysGone(gone, gone + answered)] : [], m.Events);
    }

    [Fact]
    public void The_stop_begins_with_the_first_of_those_answers()
    {
        Merchant m = new();
        Instant first = m.Now;
        for (int i = 0; i < 20; i++)
        {
            m.Report(keyGone: 1).InSeconds(20);
        }

        Assert.Equal(first, m.Health.Interruptions.Known.Single().From);
        Assert.True(m.Events.Single().IsAlert);
        m.UntilProbe().Probe(ChargeAnswer.KeyGone);
        Assert.IsType<ChargingState.Stopped>(m.State);
        m.UntilProbe().Probe(ChargeAnswer.Definite);
        Assert.IsType<ChargingState.Flowing>(m.State);
    }

    [Fact]
    public void Keys_that_die_over_hours_are_no_wave()
    {
        Merchant m = new();
        for (int i = 0; i < 100; i++)
        {
            m.In(Duration.FromMinutes(1)).Report(keyGone: 1);
        }

        Assert.Empty(m.Events);
    }

    [Fact]
    public void An_operator_stops_everything_until_an_operator_resumes()
    {
        Merchant m = new();
        m.Do(m.Health.Stop("operator:usr_1", "wrong_prices", m.Now, m.Policy));
        Instant stopped = m.Now;
        m.In(Duration.FromDays(3));

        Assert.Equal(new ChargingState.Stopped(ChargingHealth.ByOperator, stopped, null), m.State);
        Assert.Null(m.Take());
        Assert.Empty(m.Health.Stop("operator:usr_2", null, m.Now, m.Policy).Events);
        m.Do(m.Health.Resume("operator:usr_1", null, m.Now, m.Policy));
        Assert.Equal(new Interruption(stopped, m.Now, InterruptionCause.Operator), m.Health.Interruptions.Known.Single());
        Assert.Equal([typeof(ChargingEvent.StoppedByOperator), typeof(ChargingEvent.ResumedByOperator)], m.Events.Select(e => e.GetType()));
    }
}
