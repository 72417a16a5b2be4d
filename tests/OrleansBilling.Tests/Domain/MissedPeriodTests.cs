using NodaTime;
using OrleansBilling.Domain;
using OrleansBilling.Tests.Support;
using Period = OrleansBilling.Domain.Period;

namespace OrleansBilling.Tests.Domain;

/// <summary>Whose fault it was that a period began unpaid: the customer owes what passed in dunning, and nothing that passed in our halts.</summary>
public class MissedPeriodTests
{
    private static readonly Plan Weekly = A.Plan(interval: new(IntervalUnit.Week, 1));

    /// <summary>The next charges: which period, and how many days after it began.</summary>
    private static List<(int Index, double Days)> Charges(Life life, int count)
    {
        List<(int, double)> charges = [];
        for (int i = 0; i < count; i++)
        {
            life.UntilCharge();
            charges.Add((life.Invoice.Period.Index, (life.Now - life.Invoice.Period.Start).TotalDays));
            life.Approve();
        }

        return charges;
    }

    // Declined on days 0, 1, 4 and 9 of week 1; paid on day 16, in week 3.
    [Fact]
    public void What_dunning_took_is_owed_and_collected_one_a_day()
    {
        Life life = Life.PastDue(Weekly);
        for (int i = 0; i < 3; i++)
        {
            life.UntilCharge();
            life.Refuse("REJECT_CARD_PAYMENT");
        }

        life.UntilCharge();
        life.Approve();

        Assert.DoesNotContain("period.waived", life.Events);
        Assert.Equal([(2, 10.0), (3, 4.0), (4, 0.0)], Charges(life, 3));
    }

    [Fact]
    public void So_is_what_passed_until_another_card_came()
    {
        Life life = Life.PastDue(Weekly, "INVALID_STOPPED_CARD");
        life.In(Duration.FromDays(8)).Do(A.ReplaceCard());
        life.UntilCharge();
        life.Approve().After(new Outcome.BillingKeyDeleted("pm_1"));

        Assert.Equal([(2, 2.0), (3, 0.0)], Charges(life, 2));
    }

    // Declined on day 0; the try of day 1 could only be sent on day 23: weeks 2 and 3 went by through us, and week 4 runs.
    [Fact]
    public void A_halt_in_dunning_is_not_the_customers()
    {
        Life life = Life.PastDue(Weekly);
        life.UntilCharge();
        life.In(Duration.FromDays(13)).Unanswered(); // The answer is lost, so it is the same attempt that is repeated.
        life.In(Duration.FromDays(9));
        life.Found();

        EventData.PeriodsWaived waived = life.Event<EventData.PeriodsWaived>();
        Assert.Equal((2, 3), (waived.FirstIndex, waived.LastIndex));
        Assert.Equal((4, life.Now + Duration.FromDays(1)), (life.Invoice.Period.Index, life.Attempt.NotBefore));
    }

    // Declined on days 0, 1, 4; sent on day 9; the answer comes on day 25. Had it come at once, week 2 would have been owed; weeks 3 and 4 began in our halt, one of them is charged.
    [Fact]
    public void Where_both_had_a_part_in_it_as_many_are_waived_as_we_lost()
    {
        Life life = Life.PastDue(Weekly);
        for (int i = 0; i < 2; i++)
        {
            life.UntilCharge();
            life.Refuse("REJECT_CARD_PAYMENT");
        }

        life.UntilCharge();
        life.Unanswered();
        life.In(Duration.FromDays(16));
        life.Found();

        EventData.PeriodsWaived waived = life.Event<EventData.PeriodsWaived>();
        Assert.Equal((2, 2), (waived.FirstIndex, waived.LastIndex));
        Assert.Equal([3, 4, 5], Charges(life, 3).Select(x => x.Index));
    }

    [Fact]
    public void An_owed_period_that_falls_due_in_a_halt_is_waived_with_those_that_the_halt_took()
    {
        Life life = Life.PastDue(Weekly, "INVALID_STOPPED_CARD");
        life.In(Duration.FromDays(10)).Do(A.ReplaceCard());
        life.UntilCharge();
        life.Approve().After(new Outcome.BillingKeyDeleted("pm_1"));
        Assert.Equal(2, life.Invoice.Period.Index); // Week 2 runs; due tomorrow.
        Instant due = life.Attempt.NotBefore;
        life.Now = due + Duration.FromDays(9); // In week 4.

        life.UntilLookUp();
        life.ProveNotCharged();

        EventData.PeriodsWaived waived = life.Event<EventData.PeriodsWaived>();
        Assert.Equal((2, 2), (waived.FirstIndex, waived.LastIndex));
        Assert.Equal((3, life.Now), (life.Invoice.Period.Index, life.Attempt.NotBefore));
    }

    // The provider's outage is over after the period; the next attempt would be for nothing, and nobody can have sent it.
    [Fact]
    public void An_attempt_that_opens_when_its_period_is_over_is_waived_at_once_with_nothing_to_look_up()
    {
        Life life = Life.Active(Weekly);
        life.UntilCharge();
        Period missed = life.Invoice.Period;
        life.Now = missed.End - Duration.FromMinutes(1);
        life.Refuse("PROVIDER_ERROR").Refuse("PROVIDER_ERROR").Refuse("PROVIDER_ERROR").ProveNotCharged();
        Assert.Equal((missed.Index, life.Now + ChargePolicy.Default.AfterNotCharged), (life.Invoice.Period.Index, life.Attempt.NotBefore));

        Attempt next = life.UntilCharge();

        Assert.Equal((missed.Index + 1, life.Now), (life.Invoice.Period.Index, next.NotBefore));
        EventData.PeriodsWaived waived = life.Event<EventData.PeriodsWaived>();
        Assert.Equal((missed.Index, missed.Index), (waived.FirstIndex, waived.LastIndex));
        Assert.Equal("period_waived", life.Event<EventData.InvoiceWrittenOff>().Reason);
    }

    [Fact]
    public void A_first_payment_that_came_late_owes_nothing_of_the_time_before_it()
    {
        Life life = Life.Started(A.Plan(interval: new(IntervalUnit.Day, 1)));
        life.UntilCharge();
        life.Refuse("REJECT_CARD_PAYMENT");
        life.In(Duration.FromHours(22)).Do(A.ReplaceCard());
        life.UntilCharge();
        life.Unanswered();
        life.In(Duration.FromHours(40)).Found();

        Assert.Equal(new(0, 0), (life.S.PaidPeriod!.Index, 0));
        Assert.True(life.Invoice.Period.End > life.Now);
    }

    [Fact]
    public void A_plan_that_collects_all_collects_all()
    {
        Life life = Life.PastDue(A.Plan(interval: new(IntervalUnit.Week, 1), catchUp: CatchUp.CollectAll));
        life.UntilCharge();
        life.Unanswered();
        life.In(Duration.FromDays(13)).Found();

        Assert.Equal([2, 3], Charges(life, 2).Select(x => x.Index));
    }
}
