using NodaTime;
using OrleansBilling.Domain;
using OrleansBilling.Tests.Support;

namespace OrleansBilling.Tests.Domain;

/// <summary>Refusals that are the merchant's fault, and periods that went by through no fault of the customer.</summary>
public class ChargeProtocolFaultTests
{
    [Theory]
    [InlineData("NOT_MATCHES_CUSTOMER_KEY")]
    [InlineData("BELOW_MINIMUM_AMOUNT")]
    [InlineData("FAILED_DB_PROCESSING")]
    public void A_row_fault_parks_this_subscription_until_a_person_takes_it_up(string code)
    {
        Life life = Life.Active();
        life.UntilCharge();

        life.Refuse(code);

        Assert.Equal((code, SubscriptionStatus.Active, 0), (life.S.Parked!.Reason, life.S.Status, life.Invoice.FailedTries));
        Assert.IsType<NextStep.Rest>(life.In(Duration.FromDays(100)).Next);
        Assert.Null(life.Do(A.RetryNow()).Refusal);
        Assert.Contains("subscription.unparked", life.Events);
    }

    [Fact]
    public void A_parked_subscription_can_be_cancelled()
    {
        Life life = Life.Active();
        life.UntilCharge();
        life.Refuse("NOT_MATCHES_CUSTOMER_KEY");

        Assert.Null(life.Do(A.CancelNow()).Refusal);

        Assert.Equal((SubscriptionStatus.Ended, null), (life.S.Status, life.S.Parked));
    }

    // due 28 Feb ── nobody runs ──► 5 April: the March period is running since 31 March; the one of 28 February is waived.
    [Fact]
    public void Latest_only_waives_what_was_missed_and_charges_the_period_that_runs()
    {
        Life life = Life.Active();
        life.Now = Instant.FromUtc(2027, 3, 10, 0, 0); // Ten days late is still the same period.
        Assert.IsType<NextStep.Charge>(life.Next);
        life.Now = Instant.FromUtc(2027, 4, 5, 0, 0);
        life.S = life.S with { Invoice = life.Invoice with { Attempt = life.Attempt with { NotBefore = life.Now - Duration.FromDays(13), NextAt = life.Now - Duration.FromDays(13) } } };

        life.UntilLookUp();
        Assert.Equal(LookUpCause.PeriodMissed, life.Attempt.LookUp!.Why); // It might have been sent before the halt.
        life.ProveNotCharged();

        EventData.PeriodsWaived waived = life.Event<EventData.PeriodsWaived>();
        Assert.Equal((1, 1), (waived.FirstIndex, waived.LastIndex));
        Assert.Equal((2, 3), (life.Invoice.Period.Index, life.Invoice.Number));
        life.UntilCharge();
        life.Approve();
        Assert.Equal(Instant.FromUtc(2027, 4, 30, 0, 0), life.Attempt.NotBefore);
    }

    [Fact]
    public void A_missed_period_that_was_paid_before_the_halt_is_not_waived()
    {
        Life life = Life.Unknown();
        life.Now = life.Attempt.NotBefore + Duration.FromDays(40);
        string orderId = life.UntilLookUp().OrderId;

        life.Found();

        Assert.Equal((orderId, 1), (life.S.LastPayment!.OrderId, life.S.PaidPeriod!.Index));
        Assert.Equal(2, life.Invoice.Period.Index);
        Assert.DoesNotContain("period.waived", life.Events);
    }

    [Fact]
    public void Collect_all_charges_every_missed_period_one_a_day()
    {
        Life life = Life.Active(A.Plan(interval: new(IntervalUnit.Week, 1), catchUp: CatchUp.CollectAll));
        life.Now = life.Attempt.NotBefore + Duration.FromDays(9); // Periods 1 and 2 are due, 3 in five days.
        List<(int Index, Instant At)> charged = [];
        for (int i = 0; i < 3; i++)
        {
            life.UntilCharge();
            charged.Add((life.Invoice.Period.Index, life.Now));
            life.Approve();
        }

        Assert.Equal([1, 2, 3], charged.Select(x => x.Index));
        Assert.Equal([1.0, 4.0], charged.Zip(charged.Skip(1), (a, b) => (b.At - a.At).TotalDays));
    }

    [Fact]
    public void A_daily_plan_that_was_charged_late_finds_back_to_its_hour()
    {
        Life life = Life.Active(A.Plan(interval: new(IntervalUnit.Day, 1)));
        life.Now = life.Attempt.NotBefore + Duration.FromHours(20);
        List<double> hoursLate = [];
        for (int i = 0; i < 3; i++)
        {
            life.UntilCharge();
            hoursLate.Add((life.Now - life.Invoice.Period.Start).TotalHours);
            life.Approve();
        }

        Assert.Equal([20, 8, 0], hoursLate);
    }
}
