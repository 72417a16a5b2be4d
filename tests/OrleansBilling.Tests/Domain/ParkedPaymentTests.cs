using NodaTime;
using OrleansBilling.Domain;
using OrleansBilling.Tests.Support;

namespace OrleansBilling.Tests.Domain;

/// <summary>A payment about which no rule can decide, and what a person may decide.</summary>
public class ParkedPaymentTests
{
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

    /// <summary>The provider said "done already", another activation's request arrives after that, and a look-up from before it is heard days later.</summary>
    [Fact]
    public void Old_news_do_not_close_an_order_that_was_paid_meanwhile()
    {
        Life life = Life.Active();
        Attempt attempt = life.UntilCharge();
        life.Refuse("ALREADY_PROCESSED_PAYMENT");
        Instant before = life.Now;
        life.NotFound(before).In(Duration.FromMinutes(5)).NotFound();

        life.In(Duration.FromMinutes(12)).Unanswered();
        life.In(Duration.FromDays(6)).NotFound(before);

        Assert.Equal(attempt.OrderId, life.Attempt.OrderId);
        Assert.Empty(life.Invoice.Closed);
    }

    [Fact]
    public void Not_charged_is_believed_when_two_look_ups_agree()
    {
        Life life = Contradiction();
        string orderId = life.Attempt.OrderId;

        Assert.Null(life.Do(A.TreatAsNotCharged()).Refusal);

        Assert.Equal((null, orderId), (life.S.Parked, Assert.IsType<NextStep.LookUp>(life.Next).Attempt.OrderId));
        Assert.All(life.S.Outbox, e => Assert.Equal(("operator:usr_1", "cmd-not-charged"), (e.Actor, e.Cause)));
        EventData.PaymentResolved resolved = life.Event<EventData.PaymentResolved>();
        Assert.Equal((orderId, "not_charged", "looked_at"), (resolved.OrderId, resolved.As, resolved.Reason));

        Instant decided = life.Now;
        life.NotFound().ProveNotCharged();

        Assert.Equal((decided + ChargePolicy.Default.BetweenLookUps, AttemptEnd.NotCharged, 0), (life.Now, life.Invoice.Closed[^1].End, life.Invoice.FailedTries));
        Assert.NotEqual(orderId, Assert.IsType<NextStep.Charge>(life.Next).Attempt.OrderId);
        Assert.Equal(["subscription.unparked", "payment.resolved", "payment.not_charged"], life.Events);
    }

    // The person looked at the provider's console, and then another activation's request arrived.
    [Fact]
    public void An_approval_that_a_person_could_not_see_yet_pays_the_invoice()
    {
        Life life = Contradiction();
        string orderId = life.Attempt.OrderId;
        life.Do(A.TreatAsNotCharged());

        life.NotFound().UntilLookUp();
        life.Found();

        Assert.Equal((orderId, 2), (life.S.LastPayment!.OrderId, life.Invoice.Period.Index));
        Assert.Empty(life.S.Refunds);
    }

    // The provider's list showed it at once, before our own look-ups: nothing had ruled sending out.
    [Fact]
    public void Not_charged_waits_until_no_request_can_be_on_its_way()
    {
        Life life = Life.Active();
        Instant sent = life.UntilCharge().NotBefore;
        life.Found(Strange(life));
        Assert.Equal(SubscriptionLifecycle.PaymentMismatch, life.S.Parked!.Reason);

        life.Do(A.TreatAsNotCharged());
        life.ProveNotCharged();

        Assert.Equal(AttemptEnd.NotCharged, life.Invoice.Closed[^1].End);
        Assert.True(life.Now >= sent + ChargePolicy.Default.StateFreshness + ChargePolicy.Default.ProcessingLimit);
    }

    [Theory]
    [InlineData(100)]
    [InlineData(0)]
    public void A_payment_that_was_given_back_at_the_provider_is_told_and_another_one_is_charged(long lessKrw)
    {
        Life life = Mismatch();
        string orderId = life.Attempt.OrderId;
        life.Do(A.TreatAsNotCharged());
        life.Forget().UntilLookUp();

        life.Found(A.PaymentOf(life.Attempt with { AmountKrw = A.PriceKrw - lessKrw }, life.Now, A.Cancel("tx-1", A.PriceKrw - lessKrw, "by hand", life.Now)));

        Assert.Equal((SubscriptionStatus.Active, 1, AttemptEnd.Approved), (life.S.Status, life.S.LastPayment!.InvoiceNumber, life.Invoice.Closed[^1].End));
        Assert.NotEqual(orderId, Assert.IsType<NextStep.Charge>(life.Next).Attempt.OrderId);
        Assert.Equal(["payment.not_charged", "payment.approved", "refund.succeeded"], life.Events);
    }

    [Fact]
    public void A_strange_payment_that_still_holds_money_is_a_persons_case_again()
    {
        Life life = Mismatch();
        life.Do(A.TreatAsNotCharged());
        life.UntilLookUp();

        life.Found(Strange(life));

        Assert.Equal(SubscriptionLifecycle.PaymentMismatch, life.S.Parked!.Reason);
        Assert.Equal(LookUpCause.Answer, life.Attempt.LookUp!.Why); // The decision is spent.
    }

    [Fact]
    public void A_cancellation_that_waited_for_it_is_carried_out()
    {
        Life life = Contradiction();
        Assert.True(life.Do(A.CancelNow()).Deferred);

        life.Do(A.TreatAsNotCharged());
        life.ProveNotCharged();

        Assert.Equal(EndReason.Canceled, life.S.EndReason);
    }

    [Fact]
    public void An_approval_that_turns_up_after_all_goes_back()
    {
        Life life = Contradiction();
        Attempt old = life.Attempt;
        life.Do(A.TreatAsNotCharged());
        life.ProveNotCharged();

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
