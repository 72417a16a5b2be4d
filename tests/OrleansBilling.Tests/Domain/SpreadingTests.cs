using NodaTime;
using OrleansBilling.Domain;
using OrleansBilling.Tests.Support;
using Period = OrleansBilling.Domain.Period;

namespace OrleansBilling.Tests.Domain;

public class SpreadingTests
{
    private static readonly Instant First = Instant.FromUtc(2027, 3, 1, 0, 0);
    private static readonly Duration Hour = Duration.FromHours(1);

    [Fact]
    public void Ten_thousand_subscriptions_fill_the_window_evenly()
    {
        Period march = new(3, First, First + Duration.FromDays(31));
        int[] minutes = new int[60];
        for (int i = 0; i < 10_000; i++)
        {
            Duration late = Spreading.DueAt($"sub_01kd3v9m{i:0000000000000000}", march, Hour) - First;
            Assert.InRange(late, Duration.Zero, Hour);
            minutes[(int)late.TotalMinutes]++;
        }

        Assert.All(minutes, count => Assert.InRange(count, 100, 240)); // 167 each on average.
    }

    [Fact]
    public void A_period_of_minutes_is_charged_early_in_it()
    {
        Period minute = new(3, First, First + Duration.FromMinutes(1));

        Assert.All(Enumerable.Range(0, 1_000), i => Assert.InRange(Spreading.DueAt($"sub_{i}", minute, Hour) - First, Duration.Zero, Duration.FromSeconds(15)));
    }

    [Fact]
    public void Without_a_window_a_period_is_charged_at_its_start() => Assert.Equal(First, Spreading.DueAt("sub_1", new(3, First, First + Hour), Duration.Zero));

    [Fact]
    public void Renewals_come_at_the_same_place_of_the_window_and_the_first_charge_at_once()
    {
        Subscription s = SubscriptionLifecycle.Start(A.NewSubscription(A.Plan()), At(A.Start));
        Assert.Equal(A.Start, s.Invoice!.Attempt!.NotBefore);
        List<Duration> places = [];
        for (int renewal = 0; renewal < 6; renewal++)
        {
            Instant paid = s.Invoice!.Attempt!.NotBefore + Duration.FromSeconds(2);
            s = SubscriptionLifecycle.After(s, new Outcome.ChargeApproved(s.Invoice!.Attempt!.OrderId, A.PaymentOf(s.Invoice.Attempt, paid)), At(paid));
            places.Add(s.Invoice!.Attempt!.NotBefore - s.Invoice.Period.Start);
            Assert.Equal(s.Invoice.DueAt, s.Invoice.Attempt.NotBefore);
            Assert.Equal(s.PaidPeriod!.End, s.Invoice.Period.Start); // The periods tile, wherever the charge is.
        }

        Assert.InRange(Assert.Single(places.Distinct()), Duration.FromSeconds(1), Hour);
    }

    [Fact]
    public void The_first_charge_after_a_trial_is_spread()
    {
        Subscription s = SubscriptionLifecycle.Start(A.NewSubscription(A.Plan(trialDays: 14)), At(A.Start));

        Assert.InRange(s.Invoice!.DueAt - s.TrialEndsAt!.Value, Duration.FromSeconds(1), Hour);
    }

    private static Circumstances At(Instant now) => new(now, A.Credential) { SpreadOver = Hour };
}
