using NodaTime;
using OrleansBilling.Domain.Charging;

namespace OrleansBilling.Tests.Domain.Charging;

/// <summary>Requests a second of one merchant over the cluster.</summary>
public class ChargingRateTests
{
    private static Merchant Flowing(double? highest = null)
    {
        Merchant m = new() { Policy = ChargingPolicy.Default with { HighestRate = highest } };
        for (int i = 0; i < 30; i++)
        {
            m.InSeconds(1).Report(answered: 100);
        }

        return m;
    }

    [Theory]
    [InlineData(null)]
    [InlineData(80.0)]
    public void Without_throttling_only_the_configured_rate_counts(double? highest) => Assert.Equal(highest, Flowing(highest).View.PerSecond);

    [Fact]
    public void Throttling_halves_what_flows()
    {
        Merchant m = Flowing();

        m.Report(throttled: 1);

        Assert.InRange(m.View.PerSecond!.Value, 45, 51);
        Assert.Equal(m.View.PerSecond, Assert.IsType<ChargingEvent.RateLowered>(Assert.Single(m.Events)).PerSecond);
    }

    [Fact]
    public void One_burst_halves_it_once_and_the_next_again()
    {
        Merchant m = Flowing().Report(throttled: 50);
        double first = m.View.PerSecond!.Value;
        m.InSeconds(2).Report(throttled: 50).InSeconds(2).Report(throttled: 50);
        Assert.Equal(first, m.View.PerSecond);

        m.InSeconds(2).Report(throttled: 50);

        Assert.Equal(first * 1.1 / 2, m.View.PerSecond!.Value, 6);
    }

    [Fact]
    public void It_grows_back_by_a_tenth_every_five_seconds_and_not_above_the_highest()
    {
        Merchant m = Flowing(highest: 60).Report(throttled: 1);
        Assert.Equal(30, m.View.PerSecond!.Value, 6);

        Assert.Equal(33, m.InSeconds(5).View.PerSecond!.Value, 6);
        Assert.Equal(30 * Math.Pow(1.1, 7), m.InSeconds(30).View.PerSecond!.Value, 6);
        Assert.Equal(60, m.InSeconds(5).View.PerSecond!.Value, 6);
        Assert.Equal(60, m.In(Duration.FromDays(300)).View.PerSecond!.Value, 6);
    }

    [Fact]
    public void It_is_never_lower_than_the_lowest()
    {
        Merchant m = Flowing();
        for (int i = 0; i < 20; i++)
        {
            m.InSeconds(5).Report(throttled: 10);
        }

        Assert.Equal(1, m.View.PerSecond!.Value, 6);
    }

    [Fact]
    public void Throttling_is_forgotten_after_an_hour()
    {
        Merchant m = Flowing().Report(throttled: 1);

        Assert.NotNull(m.In(Duration.FromMinutes(59)).View.PerSecond);
        Assert.Null(m.In(Duration.FromMinutes(1)).View.PerSecond);
    }

    [Fact]
    public void A_stop_does_not_make_it_forget_that_the_provider_throttles()
    {
        Merchant m = Flowing().Report(throttled: 1).Fault().UntilProbe().Probe(ChargeAnswer.Definite);

        Assert.NotNull(m.In(Duration.FromMinutes(50)).View.PerSecond);
    }

    [Fact]
    public void Divided_times_shrink_together()
    {
        ChargingPolicy divided = ChargingPolicy.Default.DividedBy(60);

        Assert.Equal(Duration.FromSeconds(9), divided.KeyGoneSpan);
        Assert.Equal(Duration.FromSeconds(3), divided.AccountProbeEvery);
        Assert.Equal(ChargingPolicy.Default.FastSample, divided.FastSample);
    }
}
