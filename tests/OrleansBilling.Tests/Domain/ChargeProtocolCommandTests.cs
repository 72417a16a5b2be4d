using NodaTime;
using OrleansBilling.Domain;
using OrleansBilling.Tests.Support;

namespace OrleansBilling.Tests.Domain;

/// <summary>Commands that arrive while a payment may be on its way.</summary>
public class ChargeProtocolCommandTests
{
    [Fact]
    public void From_ten_minutes_before_its_time_an_attempt_may_have_left()
    {
        Life life = Life.Active();
        life.Now = life.Attempt.NotBefore - ChargePolicy.Default.ClockGuard - Duration.FromSeconds(1);
        Assert.False(SubscriptionLifecycle.MayHaveLeft(life.S, new Circumstances(life.Now, "")));

        Assert.True(SubscriptionLifecycle.MayHaveLeft(life.S, new Circumstances(life.Now + Duration.FromSeconds(1), "")));
    }

    [Fact]
    public void A_card_replaced_while_an_attempt_is_unknown_is_used_only_after_it_is_settled()
    {
        Life life = Life.Unknown();

        Assert.True(life.Do(A.ReplaceCard()).Deferred);

        Assert.Equal("pm_1", life.UntilCharge().PaymentMethodId);
        life.Refuse("REJECT_CARD_PAYMENT");
        Assert.Equal("pm_2", Assert.IsType<NextStep.Charge>(life.Next).Attempt.PaymentMethodId);
        Assert.Empty(life.S.Pending);
    }

    [Fact]
    public void And_when_the_old_card_paid_the_new_one_pays_the_next_invoice()
    {
        Life life = Life.Unknown();
        life.Do(A.ReplaceCard());
        life.UntilCharge();

        life.Approve();

        Assert.Equal(("pm_1", "pm_2"), (life.S.LastPayment!.PaymentMethodId, life.Attempt.PaymentMethodId));
        Assert.Equal(PaymentMethodState.Replaced, life.S.PaymentMethods.Single(m => m.Id == "pm_1").State); // Until the new one has paid.
        Assert.IsType<NextStep.Wait>(life.Next);
    }

    [Fact]
    public void A_key_is_not_deleted_while_an_open_attempt_names_it()
    {
        Life life = Life.Unknown();
        life.S = life.S with { PaymentMethods = [A.Card() with { State = PaymentMethodState.Retired }] };

        Assert.IsType<NextStep.Charge>(life.In(Duration.FromMinutes(1)).Next);
        Assert.NotEqual(typeof(NextStep.DeleteBillingKey), life.Unanswered().Next.GetType());
    }

    [Fact]
    public void Cancelling_during_a_charge_is_deferred_and_settled_by_look_ups_alone()
    {
        Life life = Life.Active();
        life.UntilCharge();

        Decision decision = life.Do(A.CancelNow());

        Assert.Equal((true, null), (decision.Deferred, decision.Refusal));
        Assert.Equal(["command.deferred"], life.Events);
        Assert.Equal(LookUpCause.DebtIsGoing, life.Attempt.LookUp!.Why);
        life.Unanswered();
        life.UntilLookUp(); // Never a charge, or it would fail.
    }

    [Fact]
    public void An_approval_of_what_was_cancelled_meanwhile_is_adopted_and_refunded()
    {
        Life life = Life.Active();
        Attempt sent = life.UntilCharge();
        life.Do(A.CancelNow());

        life.Approve();

        Assert.Equal((SubscriptionStatus.Ended, EndReason.Canceled, sent.OrderId), (life.S.Status, life.S.EndReason!.Value, life.S.LastPayment!.OrderId));
        Refund refund = Assert.IsType<NextStep.SendRefund>(life.Next).Refund;
        Assert.Equal(("canceled_in_flight", A.PriceKrw, A.PriceKrw), (refund.Reason, refund.AmountKrw, refund.RefundableKrw));
        Assert.Null(life.Do(A.CancelNow()).Refusal); // Repeated, it is answered as done.
    }

    [Fact]
    public void What_was_cancelled_meanwhile_and_not_charged_ends_without_money()
    {
        Life life = Life.Active();
        life.UntilCharge();
        life.Do(A.CancelNow());

        life.ProveNotCharged();

        Assert.Equal((SubscriptionStatus.Ended, EndReason.Canceled), (life.S.Status, life.S.EndReason!.Value));
        Assert.Empty(life.S.Refunds);
        Assert.Equal(1, life.S.LastPayment!.InvoiceNumber);
    }

    // Asked 5 minutes before the renewal, settled 20 minutes later: it must not be taken for a cancellation at the end of the next period.
    [Fact]
    public void A_cancellation_at_period_end_means_the_period_in_which_it_was_asked_for()
    {
        Life life = Life.Active();
        Instant end = life.S.PaidPeriod!.End;
        life.Now = end - Duration.FromMinutes(5);
        Assert.True(life.Do(A.CancelAtPeriodEnd()).Deferred);

        life.ProveNotCharged();

        Assert.True(life.Now > end);
        Assert.Equal(end, life.S.Cancellation!.At);
        Assert.IsType<NextStep.Advance>(life.Next);
        Assert.Equal((SubscriptionStatus.Ended, end), (life.Advance().S.Status, life.S.PaidPeriod!.End));
    }

    [Fact]
    public void A_renewal_that_was_charged_although_cancelled_before_it_goes_back()
    {
        Life life = Life.Active();
        life.Now = life.S.PaidPeriod!.End - Duration.FromMinutes(5);
        life.Do(A.CancelAtPeriodEnd());
        life.UntilLookUp();

        life.Found();

        Assert.Equal(SubscriptionStatus.Ended, life.S.Status);
        Assert.Equal("canceled_in_flight", life.S.Refunds.Single().Reason);
    }

    [Fact]
    public void A_cancellation_at_period_end_asked_for_after_the_renewal_fell_due_waits_and_takes_nothing_back()
    {
        Life life = Life.Unknown();
        Assert.True(life.Do(A.CancelAtPeriodEnd()).Deferred);
        life.UntilCharge();

        life.Approve();

        Assert.Equal((SubscriptionStatus.Active, life.S.PaidPeriod!.End), (life.S.Status, life.S.Cancellation!.At));
        Assert.Empty(life.S.Refunds);
        Assert.Null(life.Invoice.Attempt);
    }

    [Fact]
    public void Undo_takes_a_deferred_cancellation_back_and_an_approval_stays()
    {
        Life life = Life.Active();
        life.UntilCharge();
        life.Do(A.CancelNow());

        Assert.Equal((null, false), (life.Do(A.Undo()).Refusal, life.Do(A.Undo()).Deferred));

        life.Approve();
        Assert.Equal(SubscriptionStatus.Active, life.S.Status);
        Assert.Empty(life.S.Refunds);
        Assert.Null(life.Do(A.CancelNow()).Refusal); // The old id is answered, but cancels nothing any more.
        Assert.Equal(SubscriptionStatus.Active, life.S.Status);
    }

    [Fact]
    public void Undo_of_a_deferred_cancellation_charges_again_when_nothing_was_charged()
    {
        Life life = Life.Active();
        string first = life.UntilCharge().OrderId;
        life.Do(A.CancelNow());
        life.Do(A.Undo());

        life.ProveNotCharged();

        Assert.NotEqual(first, life.UntilCharge().OrderId);
    }

    [Fact]
    public void A_card_that_waited_for_a_subscription_that_ended_is_dropped_and_its_key_deleted()
    {
        Life life = Life.Active();
        life.UntilCharge();
        life.Do(A.CancelNow());
        life.Do(A.ReplaceCard());

        life.Approve();

        Assert.Equal(new EventData.CommandDropped("replace_card", Refusal.AlreadyEnded), life.Event<EventData.CommandDropped>());
        Assert.Equal(PaymentMethodState.Retired, life.S.PaymentMethods.Single(m => m.Id == "pm_2").State);
    }

    [Fact]
    public void Commands_that_waited_are_carried_out_in_their_order()
    {
        Life life = Life.Unknown();
        life.Do(A.ReplaceCard("pm_2"));
        life.Do(A.ReplaceCard("pm_3"));
        life.Do(A.CancelAtPeriodEnd());
        life.UntilCharge();

        life.Approve();

        Assert.Equal(["pm_3", "pm_2", "pm_1"], life.S.PaymentMethods.Select(m => m.Id));
        Assert.NotNull(life.S.Cancellation);
    }

    [Fact]
    public void A_scheduled_cancellation_withdraws_the_attempt_that_could_not_have_left()
    {
        Life life = Life.Active();

        Assert.False(life.Do(A.CancelAtPeriodEnd()).Deferred);

        Assert.Equal(AttemptEnd.Withdrawn, life.Invoice.Closed.Single().End);
    }
}
