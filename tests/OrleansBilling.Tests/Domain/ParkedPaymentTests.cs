using NodaTime;
using OrleansBilling.Domain;
using OrleansBilling.Tests.Support;

namespace OrleansBilling.Tests.Domain;

/// <summary>A payment about which no rule can decide, and what a person may decide.</summary>
public class ParkedPaymentTests
{
    private static readonly Duration StrangersGone = ChargePolicy.Default.StateFreshness + ChargePolicy.Default.ProcessingLimit;

    /// <summary>"Done already", and then nothing to be found.</summary>
    private static Life Contradiction()
    {
        Life life = Life.Active();
        life.UntilCharge();
        life.Refuse("ALREADY_PROCESSED_PAYMENT").ProveNotCharged();
        Assert.Equal(SubscriptionLifecycle.PaymentContradiction, life.S.Parked!.Reason);
        return life.Forget();
    }

    /// <summary>The provider took 100 won less than it was asked for.</summary>
    private static Life Mismatch()
    {
        Life life = Life.Unknown();
        life.Found(Strange(life));
        Assert.Equal(SubscriptionLifecycle.PaymentMismatch, life.S.Parked!.Reason);
        return life.Forget();
    }

    private static ProviderPayment Strange(Life life, long lessKrw = 100) =>
        A.PaymentOf(life.Attempt with { AmountKrw = A.PriceKrw - lessKrw }, life.Now);

    [Fact]
    public void Not_charged_closes_the_attempt_and_charges_under_a_new_order_id()
    {
        Life life = Contradiction();
        string orderId = life.Attempt.OrderId;
        life.In(StrangersGone);

        Assert.Null(life.Do(A.TreatAsNotCharged()).Refusal);

        Assert.Equal((null, AttemptEnd.NotCharged, 0), (life.S.Parked, life.Invoice.Closed[^1].End, life.Invoice.FailedTries));
        Assert.NotEqual(orderId, Assert.IsType<NextStep.Charge>(life.Next).Attempt.OrderId);
        Assert.Equal(["subscription.unparked", "payment.resolved", "payment.not_charged"], life.Events);
        Assert.All(life.S.Outbox, e => Assert.Equal(("operator:usr_1", "cmd-not-charged"), (e.Actor, e.Cause)));
        EventData.PaymentResolved resolved = life.Event<EventData.PaymentResolved>();
        Assert.Equal((orderId, "not_charged", "looked_at"), (resolved.OrderId, resolved.As, resolved.Reason));
    }

    [Fact]
    public void It_is_too_early_while_a_request_may_still_be_on_its_way()
    {
        Life life = Contradiction();
        life.In(StrangersGone - Duration.FromSeconds(1));

        Assert.Equal(Refusal.TooEarlyToResolve, life.Do(A.TreatAsNotCharged()).Refusal);
        Assert.NotNull(life.S.Parked);
        Assert.Null(life.In(Duration.FromSeconds(1)).Do(A.TreatAsNotCharged("cmd-again")).Refusal);
    }

    [Fact]
    public void A_cancellation_that_waited_for_it_is_carried_out()
    {
        Life life = Contradiction();
        Assert.True(life.Do(A.CancelNow()).Deferred);

        life.In(StrangersGone).Do(A.TreatAsNotCharged());

        Assert.Equal(EndReason.Canceled, life.S.EndReason);
    }

    [Fact]
    public void An_approval_that_turns_up_after_all_goes_back()
    {
        Life life = Contradiction();
        Attempt old = life.Attempt;
        life.In(StrangersGone).Do(A.TreatAsNotCharged());

        life.After(new Outcome.PaymentFound(old.OrderId, A.PaymentOf(old, life.Now)));

        Assert.Equal("late_approval", life.Event<EventData.RefundRequested>().Reason);
    }

    [Fact]
    public void Another_amount_is_adopted_when_the_provider_shows_exactly_it()
    {
        Life life = Mismatch();
        string orderId = life.Attempt.OrderId;

        Assert.Null(life.Do(A.AdoptPayment(A.PriceKrw - 100)).Refusal);
        Assert.Equal(orderId, Assert.IsType<NextStep.LookUp>(life.Next).Attempt.OrderId); // Nothing is believed before it is seen.
        life.Found(Strange(life));

        Assert.Equal((SubscriptionStatus.Active, A.PriceKrw - 100, 2), (life.S.Status, life.S.LastPayment!.AmountKrw, life.Invoice.Period.Index));
        Assert.Equal(A.PriceKrw - 100, life.Event<EventData.PaymentApproved>().AmountKrw);
        Assert.Equal(("adopted", A.PriceKrw - 100), (life.Event<EventData.PaymentResolved>().As, life.Event<EventData.PaymentResolved>().AmountKrw));
        Assert.Equal(A.PriceKrw, life.Invoice.TotalKrw); // The next one asks for the price.
    }

    [Fact]
    public void A_third_amount_parks_it_again_and_the_decision_is_spent()
    {
        Life life = Mismatch();
        life.Do(A.AdoptPayment(A.PriceKrw - 200));

        life.Found(Strange(life));

        Assert.Equal((SubscriptionLifecycle.PaymentMismatch, null), (life.S.Parked!.Reason, life.Attempt.AdoptsKrw));
    }

    [Fact]
    public void A_payment_that_is_not_found_any_more_is_a_contradiction()
    {
        Life life = Mismatch();
        life.Do(A.AdoptPayment(A.PriceKrw - 100));

        life.ProveNotCharged();

        Assert.Equal(SubscriptionLifecycle.PaymentContradiction, life.S.Parked!.Reason);
    }

    [Fact]
    public void News_that_settle_the_payment_take_the_subscription_up_by_themselves()
    {
        Life life = Contradiction();

        life.Found();

        Assert.Equal((null, SubscriptionStatus.Active, 2), (life.S.Parked, life.S.Status, life.Invoice.Period.Index));
        Assert.Equal("payment_settled", life.Event<EventData.SubscriptionUnparked>().Reason);
    }

    [Fact]
    public void There_is_nothing_to_decide_about_what_is_not_parked_for_a_payment()
    {
        Life row = Life.Active();
        row.UntilCharge();
        row.Refuse("NOT_MATCHES_CUSTOMER_KEY");
        Life ended = Life.Active();
        ended.Do(A.CancelNow());

        Assert.Equal(Refusal.NothingToResolve, Life.Active().Do(A.TreatAsNotCharged()).Refusal);
        Assert.Equal(Refusal.NothingToResolve, row.Do(A.TreatAsNotCharged()).Refusal);
        Assert.Equal(Refusal.NothingToResolve, row.Do(A.AdoptPayment(1)).Refusal);
        Assert.Equal(Refusal.AlreadyEnded, ended.Do(A.AdoptPayment(1)).Refusal);
    }

    [Fact]
    public void Time_in_which_nothing_was_tried_for_want_of_a_person_is_not_the_customers()
    {
        Life life = Life.PastDue(A.Plan(interval: new(IntervalUnit.Week, 1)));
        life.UntilCharge();
        life.Refuse("BELOW_MINIMUM_AMOUNT");
        life.In(Duration.FromDays(20)).Do(A.RetryNow());
        life.UntilCharge();
        life.Approve();

        Assert.Equal((2, 3), life.Event<EventData.PeriodsWaived>() is var waived ? (waived.FirstIndex, waived.LastIndex) : default);
    }
}
