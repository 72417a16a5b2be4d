using NodaTime;
using OrleansBilling.Domain;
using OrleansBilling.Tests.Support;

namespace OrleansBilling.Tests.Domain;

/// <summary>What follows a definite refusal.</summary>
public class DunningTests
{
    private static readonly DunningSchedule TwoWaits = new([Duration.FromDays(1), Duration.FromDays(3)]);

    // decline ─1d─ decline ─3d─ decline ─5d─ decline ─7d─ decline → ended
    [Fact]
    public void A_soft_decline_is_tried_again_after_each_wait_and_ends_after_the_last()
    {
        Life life = Life.Active();
        List<int> days = [];
        Instant before = life.UntilCharge().NotBefore;
        while (life.S.IsLive)
        {
            life.Refuse("REJECT_CARD_PAYMENT");
            if (life.S.IsLive)
            {
                Assert.Equal(SubscriptionStatus.PastDue, life.S.Status);
                Instant at = life.UntilCharge().NotBefore;
                days.Add((int)(at - before).TotalDays);
                before = at;
            }
        }

        Assert.Equal([1, 3, 5, 7], days);
        Assert.Equal(EndReason.PaymentFailed, life.S.EndReason);
        Assert.Equal("payment_failed", life.Event<EventData.InvoiceWrittenOff>().Reason);
    }

    [Fact]
    public void A_new_try_has_a_new_order_id_and_the_same_amount()
    {
        Life life = Life.Active();
        Attempt first = life.UntilCharge();

        life.Refuse("REJECT_CARD_PAYMENT");

        Assert.Equal((first.Number + 1, first.AmountKrw), (life.Attempt.Number, life.Attempt.AmountKrw));
        Assert.NotEqual(first.OrderId, life.Attempt.OrderId);
        Assert.Equal(life.Attempt.NotBefore, life.Event<EventData.PaymentDeclined>().NextAttemptAt);
    }

    [Fact]
    public void A_payment_in_dunning_makes_it_active_and_keeps_the_billing_day()
    {
        Life life = Life.PastDue();
        life.UntilCharge();

        life.Approve();

        Assert.Equal(SubscriptionStatus.Active, life.S.Status);
        Assert.Equal(Instant.FromUtc(2027, 3, 31, 0, 0), life.Attempt.NotBefore);
    }

    [Fact]
    public void A_payment_just_before_the_next_period_does_not_bring_a_second_charge_within_a_day()
    {
        BillingInterval weekly = new(IntervalUnit.Week, 1);
        Life life = Life.PastDue(A.Plan(interval: weekly));
        Instant nextStart = life.Invoice.Period.End;
        life.Now = nextStart - Duration.FromHours(1);
        life.Do(A.RetryNow());
        life.UntilCharge();

        life.Approve();

        Assert.Equal(life.Now + Duration.FromDays(1), life.Attempt.NotBefore);
        life.UntilCharge();
        life.Approve();
        Assert.Equal(nextStart + Duration.FromDays(7), life.Attempt.NotBefore); // And is back on its day.
    }

    [Fact]
    public void A_hard_decline_opens_no_attempt_and_waits_for_another_card_until_the_deadline()
    {
        Life life = Life.PastDue(code: "INVALID_STOPPED_CARD");
        Instant declined = life.Now;

        Assert.Null(life.Invoice.Attempt);
        Assert.Equal(PaymentMethodState.Dead, life.S.PaymentMethods.Single().State);
        Assert.Equal(new NextStep.Wait(declined + DunningSchedule.Default.Total), life.Next);
        life.Until<NextStep.Advance>();
        life.Advance();
        Assert.Equal((SubscriptionStatus.Ended, EndReason.PaymentFailed), (life.S.Status, life.S.EndReason!.Value));
    }

    [Fact]
    public void An_issuer_that_hides_its_reason_is_asked_three_times_then_the_card_is_dead()
    {
        Life life = Life.PastDue(code: "REJECT_CARD_COMPANY");
        life.UntilCharge();
        life.Refuse("REJECT_CARD_COMPANY");
        Assert.NotNull(life.S.UsableMethod);
        life.UntilCharge();

        life.Refuse("REJECT_CARD_COMPANY");

        Assert.Equal((PaymentMethodState.Dead, 3), (life.S.PaymentMethods.Single().State, life.Invoice.FailedTries));
    }

    [Fact]
    public void Hidden_refusals_are_counted_for_each_card_and_other_declines_are_none()
    {
        Life life = Life.PastDue();
        life.UntilCharge();
        life.Refuse("REJECT_CARD_PAYMENT");
        life.UntilCharge();
        life.Refuse("REJECT_CARD_COMPANY");
        Assert.Equal(PaymentMethodState.Usable, life.S.PaymentMethods.Single().State);
        life.Do(A.ReplaceCard());
        life.UntilCharge();

        life.Refuse("REJECT_CARD_COMPANY");

        Assert.Equal(("pm_2", PaymentMethodState.Usable), (life.S.PaymentMethods[0].Id, life.S.PaymentMethods[0].State));
    }

    [Fact]
    public void A_declined_first_charge_waits_for_another_card_and_then_ends()
    {
        Life life = Life.Started();
        life.UntilCharge();

        life.Refuse("REJECT_CARD_PAYMENT");

        Assert.Equal((SubscriptionStatus.Incomplete, null), (life.S.Status, life.Invoice.Attempt));
        Assert.Equal(new NextStep.Wait(A.Start + ChargePolicy.FirstPaymentWait), life.Next);
        life.Until<NextStep.Advance>();
        Assert.Equal(EndReason.FirstPaymentFailed, life.Advance().S.EndReason);
        Assert.Equal("first_payment_failed", life.Event<EventData.InvoiceWrittenOff>().Reason);
    }

    [Fact]
    public void Retry_now_charges_at_once_under_a_new_order_id()
    {
        Life life = Life.PastDue();
        string planned = life.Attempt.OrderId;

        Assert.Null(life.Do(A.RetryNow()).Refusal);

        Assert.NotEqual(planned, Assert.IsType<NextStep.Charge>(life.Next).Attempt.OrderId);
        Assert.Equal(AttemptEnd.Withdrawn, life.Invoice.Closed[^1].End);
    }

    [Fact]
    public void Retry_now_just_before_the_time_of_an_attempt_does_not_send_it_early()
    {
        Life life = Life.PastDue();
        Instant notBefore = life.Attempt.NotBefore;
        life.Now = notBefore - Duration.FromMinutes(5);

        Assert.Null(life.Do(A.RetryNow()).Refusal);

        Assert.Equal(new NextStep.Wait(notBefore), life.Next);
    }

    [Fact]
    public void Replacing_the_card_charges_at_once_when_past_due()
    {
        Life life = Life.PastDue(code: "INVALID_CARD_EXPIRATION");

        life.Do(A.ReplaceCard());

        Assert.Equal("pm_2", Assert.IsType<NextStep.Charge>(life.Next).Attempt.PaymentMethodId);
    }

    [Fact]
    public void Replacing_the_card_before_the_renewal_keeps_its_day()
    {
        Life life = Life.Active();
        Instant due = life.Attempt.NotBefore;

        life.Do(A.ReplaceCard());

        Assert.Equal(("pm_2", due), (life.Attempt.PaymentMethodId, life.Attempt.NotBefore));
        Assert.Equal(2, life.Attempt.Number);
    }

    [Fact]
    public void The_replaced_cards_key_is_deleted_only_after_the_new_one_has_paid()
    {
        Life life = Life.Active();
        life.Do(A.ReplaceCard());
        life.UntilCharge();
        Assert.Equal(PaymentMethodState.Replaced, life.S.PaymentMethods.Single(m => m.Id == "pm_1").State);

        life.Approve();

        Assert.Equal("pm_1", Assert.IsType<NextStep.DeleteBillingKey>(life.Next).Method.Id);
        life.After(new Outcome.BillingKeyDeleted("pm_1"));
        PaymentMethod removed = life.S.PaymentMethods.Single(m => m.Id == "pm_1");
        Assert.Equal((PaymentMethodState.Removed, null, "hash-of-pm_1"), (removed.State, removed.EncryptedBillingKey, removed.BillingKeyHash));
        Assert.IsType<NextStep.Wait>(life.Next);
    }

    [Fact]
    public void A_key_that_cannot_be_deleted_is_tried_again_a_bounded_number_of_times()
    {
        Life life = Life.Active();
        life.Do(A.CancelNow());
        int tries = 0;
        while (life.Next is not NextStep.Rest)
        {
            life.Until<NextStep.DeleteBillingKey>();
            life.After(new Outcome.BillingKeyDeletionFailed("pm_1", "timeout"));
            tries++;
        }

        Assert.Equal(ChargePolicy.MaxKeyDeletions, tries);
    }

    [Fact]
    public void A_card_that_is_replaced_while_its_last_try_is_declined_is_tried_before_giving_up()
    {
        Life life = Life.PastDue(A.Plan(dunning: TwoWaits));
        life.UntilCharge();
        life.Refuse("REJECT_CARD_PAYMENT");
        life.UntilCharge();
        Assert.True(life.Do(A.ReplaceCard()).Deferred);

        life.Refuse("REJECT_CARD_PAYMENT");

        Assert.Equal("pm_2", Assert.IsType<NextStep.Charge>(life.Next).Attempt.PaymentMethodId);
    }

    // A card that an answer declared dead, and no attempt: without a plan for it the renewal would be forgotten.
    [Fact]
    public void A_renewal_for_which_there_is_no_card_falls_due_all_the_same()
    {
        Life life = Life.Active();
        life.S = life.S with
        {
            PaymentMethods = [A.Card() with { State = PaymentMethodState.Dead }],
            Invoice = life.Invoice with { Attempt = null },
        };

        life.Until<NextStep.Advance>();
        life.Advance();

        Assert.Equal((SubscriptionStatus.PastDue, life.Now + DunningSchedule.Default.Total), (life.S.Status, life.Invoice.GivesUpAt!.Value));
        Assert.Equal(["invoice.issued", "subscription.past_due"], life.Events);
    }
}
