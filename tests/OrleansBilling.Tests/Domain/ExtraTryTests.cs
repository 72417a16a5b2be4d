using NodaTime;
using OrleansBilling.Domain;
using OrleansBilling.Tests.Support;

namespace OrleansBilling.Tests.Domain;

/// <summary>A retry that a person asks for in dunning is one more try, not one of the planned ones.</summary>
public class ExtraTryTests
{
    /// <summary>Declined once; an extra try is due now, a day before the planned one.</summary>
    private static Life Retried(out Instant planned, string code = "REJECT_CARD_PAYMENT")
    {
        Life life = Life.PastDue(code: code);
        planned = life.Attempt.NotBefore;
        life.In(Duration.FromHours(2));
        Assert.Null(life.Do(A.RetryNow()).Refusal);
        Assert.IsType<NextStep.Charge>(life.Next);
        return life;
    }

    [Fact]
    public void Declined_it_burns_no_try_and_the_schedule_goes_on_as_planned()
    {
        Life life = Retried(out Instant planned);

        life.Refuse("REJECT_CARD_PAYMENT");

        Assert.Equal((1, planned, null), (life.Invoice.FailedTries, life.Attempt.NotBefore, life.Attempt.PlannedRetryAt));
        Assert.Equal(planned, life.Event<EventData.PaymentDeclined>().NextAttemptAt);
    }

    [Fact]
    public void Any_number_of_them_leaves_all_planned_tries()
    {
        Life life = Life.PastDue();
        int planned = 1;
        for (int i = 0; life.S.IsLive; i++)
        {
            life.In(Duration.FromHours(1)).Do(A.RetryNow($"cmd-{i}"));
            life.UntilCharge();
            life.Refuse("REJECT_CARD_PAYMENT");
            life.UntilCharge();
            life.Refuse("REJECT_CARD_PAYMENT");
            planned++;
        }

        Assert.Equal(1 + DunningSchedule.Default.Waits.Length, planned);
    }

    [Fact]
    public void Approved_it_pays()
    {
        Life life = Retried(out _);

        life.Approve();

        Assert.Equal((SubscriptionStatus.Active, 2), (life.S.Status, life.Invoice.Period.Index));
    }

    [Fact]
    public void Declined_after_the_planned_time_it_was_the_planned_one()
    {
        Life life = Retried(out Instant planned);
        life.Unanswered();
        life.Now = planned;

        life.Refuse("REJECT_CARD_PAYMENT");

        Assert.Equal((2, life.Now + Duration.FromDays(3)), (life.Invoice.FailedTries, life.Attempt.NotBefore));
    }

    [Fact]
    public void Proven_not_charged_it_is_tried_again_and_the_schedule_still_goes_on_as_planned()
    {
        Life life = Retried(out Instant planned);
        life.Refuse("A_CODE_MADE_LATER");
        life.Now += Duration.FromMinutes(20);
        life.Found(A.PaymentOf(life.Attempt, life.Now) with { Status = "ABORTED", FailureCode = "PROVIDER_ERROR" });

        Assert.Equal(planned, life.Attempt.PlannedRetryAt);
        life.UntilCharge();
        life.Refuse("REJECT_CARD_PAYMENT");
        Assert.Equal((1, planned), (life.Invoice.FailedTries, life.Attempt.NotBefore));
    }

    [Fact]
    public void Refusals_without_a_reason_are_not_held_against_the_card_when_a_person_asked_for_them()
    {
        Life life = Retried(out _, "REJECT_CARD_COMPANY");
        life.Refuse("REJECT_CARD_COMPANY");
        life.UntilCharge();
        life.Refuse("REJECT_CARD_COMPANY");
        Assert.Equal(PaymentMethodState.Usable, life.S.PaymentMethods.Single().State);
        life.UntilCharge();

        life.Refuse("REJECT_CARD_COMPANY");

        Assert.Equal(PaymentMethodState.Dead, life.S.PaymentMethods.Single().State);
    }

    [Fact]
    public void A_dead_card_is_dead_whoever_asked()
    {
        Life life = Retried(out _);

        life.Refuse("INVALID_STOPPED_CARD");

        Assert.Equal((PaymentMethodState.Dead, null), (life.S.PaymentMethods.Single().State, life.Invoice.Attempt));
        Assert.NotNull(life.Invoice.GivesUpAt);
    }

    [Fact]
    public void It_is_told_who_asked_and_why()
    {
        Life life = Retried(out _);

        BillingEvent told = life.S.Outbox.Single(e => e.Data is EventData.PaymentRetryRequested);
        Assert.Equal(("operator:usr_1", "cmd-retry", life.Attempt.OrderId), (told.Actor, told.Cause, ((EventData.PaymentRetryRequested)told.Data).OrderId));
    }
}
