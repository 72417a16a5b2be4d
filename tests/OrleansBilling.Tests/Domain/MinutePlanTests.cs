using CsCheck;
using NodaTime;
using OrleansBilling.Domain;
using OrleansBilling.Tests.Support;
using Period = OrleansBilling.Domain.Period;

namespace OrleansBilling.Tests.Domain;

/// <summary>Plans by the minute, which only the simulator takes: what holds for days and months holds in little.</summary>
public class MinutePlanTests
{
    private static readonly Duration Minute = Duration.FromMinutes(1);
    private static readonly Duration Tolerance = Duration.FromSeconds(1);

    [Fact]
    public void Each_minute_is_charged_at_its_start()
    {
        Life life = Life.Active(A.Plan(interval: new(IntervalUnit.Minute, 1)));

        for (int minute = 1; minute <= 90; minute++)
        {
            Assert.Equal(minute, life.Invoice.Period.Index);
            Assert.Equal(A.Start + minute * Minute, life.UntilCharge().NotBefore);
            life.Approve().Forget();
        }
    }

    // Late by up to five minutes each time: some periods are waived, none is paid twice, and two payments lie half a period apart at least.
    [Fact]
    public void Late_payments_waive_what_they_passed_and_never_follow_each_other_closely() => Gen.Int[0, 300].Array[30].Sample(lateness =>
    {
        Life life = Life.Active(A.Plan(interval: new(IntervalUnit.Minute, 1)));
        Instant paidAt = life.Now;
        int paid = 0;
        foreach (int seconds in lateness)
        {
            life.UntilCharge();
            Period period = life.Invoice.Period;
            life.In(Duration.FromSeconds(seconds)).Approve().Forget();
            Assert.True(period.Index > paid && life.Now - paidAt >= Minute / 2 - Tolerance, $"Period {period.Index} is paid {life.Now - paidAt} after period {paid}.");
            (paid, paidAt) = (period.Index, life.Now);
            Assert.True(life.Invoice.Period.End > life.Now, "A period that is over is asked for.");
        }
    }, iter: 300);

    [Fact]
    public void A_dunning_schedule_of_seconds_ends_a_dead_subscription_within_a_minute()
    {
        Life life = Life.Active(A.Plan(interval: new(IntervalUnit.Minute, 1), dunning: new DunningSchedule([Duration.FromSeconds(10), Duration.FromSeconds(20)])));

        for (int i = 0; i < 3; i++)
        {
            life.UntilCharge();
            life.Refuse("REJECT_CARD_PAYMENT");
        }

        life.Until<NextStep.DeleteBillingKey>();
        Assert.Equal((SubscriptionStatus.Ended, EndReason.PaymentFailed), (life.S.Status, life.S.EndReason));
        Assert.True(life.Now < A.Start + 2 * Minute);
    }
}
