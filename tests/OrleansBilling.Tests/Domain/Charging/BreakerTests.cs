using NodaTime;
using OrleansBilling.Domain.Charging;

namespace OrleansBilling.Tests.Domain.Charging;

/// <summary>The provider out of order: when charging pauses, and how it goes on.</summary>
public class BreakerTests
{
    private static Merchant Open()
    {
        Merchant m = new();
        m.Report(answered: 1_000).Report(transient: 1_000);
        Assert.Equal(ChargingHealth.ProviderOutage, Assert.IsType<ChargingState.Stopped>(m.State).Reason);
        return m;
    }

    [Fact]
    public void Some_failures_in_the_night_open_nothing()
    {
        Merchant m = new();
        for (int i = 0; i < 200; i++)
        {
            m.InSeconds(60).Report(transient: 1);
            Assert.IsType<ChargingState.Flowing>(m.State);
        }

        Assert.Empty(m.Events);
    }

    [Fact]
    public void Ordinary_trouble_of_a_wave_opens_nothing()
    {
        Merchant m = new();
        for (int i = 0; i < 600; i++)
        {
            m.InSeconds(1).Report(answered: 60, transient: 40);
        }

        Assert.IsType<ChargingState.Flowing>(m.State);
    }

    [Fact]
    public void An_outage_in_a_wave_opens_it_within_half_a_minute()
    {
        Merchant m = new();
        for (int i = 0; i < 300; i++)
        {
            m.InSeconds(1).Report(answered: 100);
        }

        Instant outage = m.Now;
        while (m.State is ChargingState.Flowing)
        {
            m.InSeconds(1).Report(transient: 100);
        }

        Assert.InRange((m.Now - outage).TotalSeconds, 1, 30);
        ChargingEvent.BreakerOpened opened = Assert.IsType<ChargingEvent.BreakerOpened>(Assert.Single(m.Events));
        Assert.Equal(m.Now + m.Policy.FirstWait, opened.ProbesFrom);
        Assert.False(opened.IsAlert);
        Assert.Equal(new Interruption(m.Now, null, InterruptionCause.Provider), m.Health.Interruptions.Known.Single());
    }

    [Fact]
    public void Where_little_is_charged_ten_failures_in_five_minutes_open_it()
    {
        Merchant m = new();
        for (int i = 0; i < 9; i++)
        {
            m.InSeconds(25).Report(transient: 1);
        }

        Assert.IsType<ChargingState.Flowing>(m.State);
        m.InSeconds(25).Report(transient: 1);
        Assert.IsType<ChargingState.Stopped>(m.State);
    }

    [Fact]
    public void Throttling_is_no_outage()
    {
        Merchant m = new();
        m.Report(throttled: 10_000);

        Assert.IsType<ChargingState.Flowing>(m.State);
    }

    [Fact]
    public void One_probe_at_a_time_is_let_through_after_the_wait()
    {
        Merchant m = Open();
        Assert.Null(m.Take());
        m.InSeconds(15);
        Assert.Equal((null, null), Assert.IsType<ChargingState.Probing>(m.State) is var free ? (free.Prober, free.Until) : default);

        long? first = m.Take("silo-1");

        Assert.NotNull(first);
        Assert.Null(m.Take("silo-2"));
        Assert.Equal(("silo-1", m.Now + m.Policy.ProbeLasts), Assert.IsType<ChargingState.Probing>(m.State) is var taken ? (taken.Prober!, taken.Until!.Value) : default);
    }

    [Fact]
    public void A_prober_that_died_holds_it_up_for_two_minutes_and_its_late_news_count_nothing()
    {
        Merchant m = Open().UntilProbe();
        long dead = m.Take("silo-1")!.Value;
        m.InSeconds(120);
        long second = m.Take("silo-2")!.Value;

        m.End(dead, ChargeAnswer.Transient);

        Assert.Equal(0, m.Health.Breaker!.FailedProbes);
        m.End(second, ChargeAnswer.Definite).End(second, ChargeAnswer.Definite).End(second, ChargeAnswer.Definite);
        Assert.Equal(1, m.Health.Breaker!.GoodProbes); // Told three times, counted once.
    }

    [Fact]
    public void The_wait_doubles_up_to_two_minutes()
    {
        Merchant m = Open();
        List<double> waits = [];
        for (int i = 0; i < 6; i++)
        {
            waits.Add((Assert.IsType<ChargingState.Stopped>(m.State).NextProbeAt!.Value - m.Now).TotalSeconds);
            m.UntilProbe().Probe(ChargeAnswer.Transient);
        }

        Assert.Equal([15, 30, 60, 120, 120, 120], waits);
    }

    [Theory]
    [InlineData(ChargeAnswer.Definite)]
    [InlineData(ChargeAnswer.KeyGone)]
    public void Three_answers_in_a_row_close_it(ChargeAnswer answer)
    {
        Merchant m = Open().UntilProbe();
        long epoch = m.Health.Epoch;
        m.Probe(answer).Probe(answer).Probe(ChargeAnswer.Transient).UntilProbe();
        m.Probe(answer).Probe(answer);
        Assert.IsType<ChargingState.Probing>(m.State);

        m.Probe(answer);

        Assert.IsType<ChargingState.Flowing>(m.State);
        Assert.IsType<ChargingEvent.BreakerClosed>(m.Events[^1]);
        Assert.Equal(m.Now, m.Health.Interruptions.Known.Single().To);
        Assert.Equal(epoch + 1, m.View.Epoch);
    }

    [Fact]
    public void Requests_that_were_sent_before_it_closed_do_not_open_it_again()
    {
        Merchant m = Open().UntilProbe();
        long before = m.Health.Epoch;
        m.Probe(ChargeAnswer.Definite).Probe(ChargeAnswer.Definite).Probe(ChargeAnswer.Definite);

        m.Report(transient: 500, epoch: before).Fault(epoch: before);

        Assert.IsType<ChargingState.Flowing>(m.State);
        m.Report(transient: 500);
        Assert.IsType<ChargingState.Stopped>(m.State);
    }

    [Fact]
    public void It_goes_on_slowly_and_without_a_limit_after_two_minutes()
    {
        Merchant m = new();
        for (int i = 0; i < 30; i++)
        {
            m.InSeconds(1).Report(answered: 100);
        }

        Assert.Null(m.View.PerSecond);
        m.Report(transient: 10_000).UntilProbe();
        double before = m.Health.RateBeforeStop;
        m.Probe(ChargeAnswer.Definite).Probe(ChargeAnswer.Definite).Probe(ChargeAnswer.Definite);

        Assert.Equal(before / 10, m.View.PerSecond!.Value, 6);
        m.InSeconds(60);
        Assert.InRange(m.View.PerSecond!.Value, before / 4, before / 2);
        m.InSeconds(65);
        Assert.Null(m.View.PerSecond);
    }

    [Fact]
    public void A_probe_with_nothing_to_send_is_free_for_the_next()
    {
        Merchant m = Open().UntilProbe();

        m.Probe(ChargeAnswer.None);

        Assert.NotNull(m.Take("silo-2"));
        Assert.Equal((0, 0), (m.Health.Breaker!.FailedProbes, m.Health.Breaker.GoodProbes));
    }

    [Fact]
    public void A_throttled_probe_waits_a_little_and_teaches_nothing()
    {
        Merchant m = Open().UntilProbe();

        m.Probe(ChargeAnswer.Throttled);

        Assert.Equal(m.Now + m.Policy.FirstWait, Assert.IsType<ChargingState.Stopped>(m.State).NextProbeAt);
        Assert.Equal(0, m.Health.Breaker!.FailedProbes);
    }

    [Fact]
    public void Counts_alone_need_not_be_stored_and_are_kept_for_minutes_only()
    {
        Merchant m = new();
        for (int i = 0; i < 2_000; i++)
        {
            m.InSeconds(1).Report(answered: 10);
            Assert.False(m.Last.MustStore);
        }

        Assert.InRange(m.Health.Answers.Length, 10, 60);
    }
}
