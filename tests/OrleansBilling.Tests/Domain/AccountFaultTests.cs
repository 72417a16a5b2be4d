using NodaTime;
using OrleansBilling.Domain;
using OrleansBilling.Domain.Charging;
using OrleansBilling.Tests.Support;

namespace OrleansBilling.Tests.Domain;

/// <summary>Refusals behind which the merchant's account may be: settled by look-ups, and no customer pays for them.</summary>
public class AccountFaultTests
{
    [Theory]
    [InlineData("NOT_SUPPORTED_METHOD")]
    [InlineData("INVALID_API_KEY")]
    [InlineData("API_KEY_ACCESS_DENIED")]
    public void An_account_fault_is_only_looked_up_and_told_once(string code)
    {
        Life life = Life.Active();
        string orderId = life.UntilCharge().OrderId;

        life.Interrupt().Refuse(code).Refuse(code);

        Assert.Equal((orderId, Doubt.AccountFault, LookUpCause.Answer), (life.Attempt.OrderId, life.Attempt.Doubt, life.Attempt.LookUp!.Why));
        Assert.Equal(["invoice.issued", "payment.fault"], life.Events);
        Assert.True(life.Event<EventData.PaymentFault>().Account);
        Assert.Equal(orderId, life.UntilLookUp().OrderId);
    }

    [Fact]
    public void Proven_not_charged_it_opens_the_next_attempt_at_once_and_nobody_is_dunned()
    {
        Life life = Life.Active();
        Attempt first = life.UntilCharge();
        life.Interrupt().Refuse("UNAUTHORIZED_KEY");

        life.ProveNotCharged();

        Assert.True(life.Now >= first.NotBefore + Duration.FromMinutes(12)); // A second activation's send would have been seen.
        Assert.Equal((SubscriptionStatus.Active, 0, life.Now), (life.S.Status, life.Invoice.FailedTries, life.Attempt.NotBefore));
        Assert.Equal((AttemptEnd.Fault, "UNAUTHORIZED_KEY"), (life.Invoice.Closed[^1].End, life.Invoice.Closed[^1].Code));
        Assert.NotEqual(first.OrderId, life.Attempt.OrderId);
        Assert.Equal("payment.not_charged", life.Events.Last());
    }

    [Fact]
    public void A_subscription_that_meets_it_alone_waits_before_it_tries_again()
    {
        Life life = Life.Active();
        life.UntilCharge();
        life.Refuse("FORBIDDEN_REQUEST").ProveNotCharged();

        Assert.Equal(life.Now + ChargePolicy.Default.AfterFault, life.Attempt.NotBefore);
    }

    [Fact]
    public void An_approval_that_a_second_activation_brought_about_is_adopted()
    {
        Life life = Life.Active();
        string orderId = life.UntilCharge().OrderId;
        life.Interrupt().Refuse("UNAUTHORIZED_KEY");
        life.UntilLookUp();

        life.Found();

        Assert.Equal((orderId, 2), (life.S.LastPayment!.OrderId, life.Invoice.Period.Index));
    }

    [Theory]
    [InlineData("ALREADY_REMOVED_BILLING_KEY")]
    [InlineData("INVALID_BILL_KEY_REQUEST")]
    [InlineData("NOT_FOUND_BILLING")]
    public void A_billing_key_that_is_gone_is_a_dead_card_once_nothing_is_proven_charged(string code)
    {
        Life life = Life.Active();
        life.UntilCharge();
        life.Refuse(code);
        Assert.Equal((Doubt.KeyGone, SubscriptionStatus.Active, PaymentMethodState.Usable), (life.Attempt.Doubt, life.S.Status, life.S.PaymentMethods.Single().State));
        Assert.Contains("payment.unknown", life.Events);

        life.ProveNotCharged();

        Assert.Equal((SubscriptionStatus.PastDue, PaymentMethodState.Dead, 1), (life.S.Status, life.S.PaymentMethods.Single().State, life.Invoice.FailedTries));
        Assert.Equal((code, true), (life.Event<EventData.PaymentDeclined>().Code, life.Event<EventData.PaymentDeclined>().Hard));
    }

    // answer ─ 8 min ─ the wave is told, from before the answer ─ proven not charged
    [Fact]
    public void In_a_wave_of_them_the_card_stays_usable_and_nobody_is_dunned()
    {
        Life life = Life.Active();
        Instant answered = life.UntilCharge().NotBefore;
        life.Refuse("NOT_FOUND_BILLING");
        life.Interruptions = Interruptions.None.Begin(InterruptionCause.Account, answered - Duration.FromSeconds(3));

        life.ProveNotCharged();

        Assert.Equal((SubscriptionStatus.Active, PaymentMethodState.Usable, 0), (life.S.Status, life.S.PaymentMethods.Single().State, life.Invoice.FailedTries));
        Assert.Equal((AttemptEnd.Fault, life.Now), (life.Invoice.Closed[^1].End, life.Attempt.NotBefore));
    }

    [Theory]
    [InlineData(InterruptionCause.Provider, 0)] // The account was in order.
    [InlineData(InterruptionCause.Account, 1)] // It began after the answer.
    public void Another_interruption_does_not_save_a_key_that_is_gone(InterruptionCause cause, int minutesAfterTheAnswer)
    {
        Life life = Life.Active();
        life.UntilCharge();
        life.Refuse("NOT_FOUND_BILLING");
        life.Interruptions = Interruptions.None.Begin(cause, life.Now + Duration.FromMinutes(minutesAfterTheAnswer));

        life.ProveNotCharged();

        Assert.Equal(PaymentMethodState.Dead, life.S.PaymentMethods.Single().State);
    }

    [Fact]
    public void A_payment_that_is_found_failed_through_the_account_is_closed_at_once()
    {
        Life life = Life.Active();
        life.UntilCharge();
        life.Interrupt().Unanswered();
        life.In(Duration.FromMinutes(20));

        life.Found(A.PaymentOf(life.Attempt, life.Now) with { Status = "ABORTED", FailureCode = "NOT_SUPPORTED_METHOD" });

        Assert.Equal((AttemptEnd.Fault, SubscriptionStatus.Active, 0), (life.Invoice.Closed[^1].End, life.S.Status, life.Invoice.FailedTries));
        Assert.Contains("payment.fault", life.Events);
    }

    [Fact]
    public void Throttled_requests_burn_no_try_however_often()
    {
        Life life = Life.Active();
        for (int i = 0; i < 50; i++)
        {
            life.UntilCharge();
            life.Unanswered("HTTP 429");
        }

        while (life.Attempt.LookUp is null)
        {
            life.UntilCharge();
            life.Refuse("FORBIDDEN_CONSECUTIVE_REQUEST");
        }

        life.ProveNotCharged();
        Assert.Equal((SubscriptionStatus.Active, 0, AttemptEnd.NotCharged), (life.S.Status, life.Invoice.FailedTries, life.Invoice.Closed[^1].End));
    }

    [Fact]
    public void A_cancellation_that_waits_is_carried_out_when_it_is_settled()
    {
        Life life = Life.Active();
        life.UntilCharge();
        life.Interrupt().Refuse("UNAUTHORIZED_KEY");
        Assert.True(life.Do(A.CancelNow()).Deferred);

        life.ProveNotCharged();

        Assert.Equal((SubscriptionStatus.Ended, EndReason.Canceled), (life.S.Status, life.S.EndReason!.Value));
    }
}
