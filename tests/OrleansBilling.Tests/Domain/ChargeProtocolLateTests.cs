using NodaTime;
using OrleansBilling.Domain;
using OrleansBilling.Tests.Support;

namespace OrleansBilling.Tests.Domain;

/// <summary>Approvals for attempts that counted as over.</summary>
public class ChargeProtocolLateTests
{
    /// <summary>A renewal whose first attempt was closed as not charged; the second is planned for ten minutes later.</summary>
    private static (Life Life, Attempt Closed) NotCharged()
    {
        Life life = Life.Active();
        Attempt attempt = life.Attempt;
        while (life.Attempt.LookUp is null)
        {
            life.UntilCharge();
            life.Refuse("PROVIDER_ERROR");
        }

        life.ProveNotCharged().Forget();
        return (life, attempt);
    }

    private static Life Late(Life life, Attempt attempt) => life.After(new Outcome.PaymentFound(attempt.OrderId, A.PaymentOf(attempt, life.Now)));

    [Fact]
    public void It_pays_the_invoice_when_nothing_else_may_pay_it()
    {
        (Life life, Attempt closed) = NotCharged();
        life.S = life.S with { Invoice = life.Invoice with { Attempt = life.Attempt with { NotBefore = life.Now + Duration.FromHours(1), NextAt = life.Now + Duration.FromHours(1) } } };

        Late(life, closed);

        Assert.Equal((closed.OrderId, 3), (life.S.LastPayment!.OrderId, life.Invoice.Number));
        Assert.Empty(life.S.Refunds);
    }

    [Fact]
    public void It_goes_back_when_another_attempt_may_be_paying()
    {
        (Life life, Attempt closed) = NotCharged();
        Attempt second = life.UntilCharge();

        Late(life, closed);

        Refund refund = Assert.IsType<NextStep.SendRefund>(life.Next).Refund;
        Assert.Equal(("late_approval", A.PriceKrw, $"pay-{closed.OrderId}"), (refund.Reason, refund.AmountKrw, refund.PaymentKey));
        Assert.Equal(second.OrderId, life.Attempt.OrderId);
    }

    [Fact]
    public void It_goes_back_when_another_attempt_has_paid()
    {
        (Life life, Attempt closed) = NotCharged();
        life.UntilCharge();
        life.Approve();

        Late(life, closed);

        Assert.Equal("late_approval", life.S.Refunds.Single().Reason);
        Assert.Equal(["payment.approved", "refund.requested"], life.Events.TakeLast(2));
    }

    [Fact]
    public void It_goes_back_when_the_subscription_has_ended()
    {
        (Life life, Attempt closed) = NotCharged();
        life.S = life.S with { Invoice = life.Invoice with { Attempt = life.Attempt with { NotBefore = life.Now + Duration.FromHours(1) } } };
        life.Do(A.CancelNow());

        Late(life, closed);

        Assert.Equal("late_approval", life.S.Refunds.Single().Reason);
    }

    [Fact]
    public void It_is_told_and_refunded_once_however_often_it_is_heard_of()
    {
        (Life life, Attempt closed) = NotCharged();
        life.UntilCharge();
        Late(life, closed);
        life.Approve();
        Refund refund = life.S.Refunds.Single();
        ProviderPayment refunded = A.PaymentOf(closed, life.Now, A.Cancel("tx-1", A.PriceKrw, $"x {SubscriptionLifecycle.RefundMark(life.S, refund)}", life.Now));
        life.After(new Outcome.RefundSeen(refund.Number, refunded));
        Subscription before = life.S;

        Late(life, closed);
        life.After(new Outcome.PaymentFound(closed.OrderId, refunded));

        Assert.Same(before, life.S);
    }

    // A webhook may make us look at any payment again, years later.
    [Fact]
    public void A_payment_that_was_wanted_never_goes_back_however_old()
    {
        Life life = Life.Started();
        List<Attempt> paid = [];
        for (int i = 0; i < SubscriptionLifecycle.RememberedInvoices + 3; i++)
        {
            paid.Add(life.UntilCharge());
            life.Approve();
        }

        Subscription before = life.S;

        foreach (Attempt attempt in paid)
        {
            Late(life, attempt);
        }

        Assert.Same(before, life.S);
    }

    [Theory]
    [InlineData("main-01kd3v9m0000000000000000ab-2-9")] // An attempt that was never opened.
    [InlineData("main-01kd3v9m0000000000000000ab-9-1")]
    [InlineData("main-01kd3v9m0000000000000000zz-1-1")]
    [InlineData("order-1")]
    public void An_order_that_this_state_did_not_open_is_left_alone(string orderId)
    {
        Life life = Life.Active();
        Subscription before = life.S;

        life.After(new Outcome.PaymentFound(orderId, A.PaymentOf(life.Attempt, life.Now) with { OrderId = orderId }));

        Assert.Same(before, life.S);
    }

    [Fact]
    public void A_late_approval_of_another_amount_is_not_taken_for_the_invoice()
    {
        (Life life, Attempt closed) = NotCharged();
        life.S = life.S with { Invoice = life.Invoice with { Attempt = null } };

        life.After(new Outcome.PaymentFound(closed.OrderId, A.PaymentOf(closed, life.Now) with { TotalKrw = 100, BalanceKrw = 100 }));

        Assert.Equal((2, 100), (life.Invoice.Number, life.S.Refunds.Single().AmountKrw));
    }

    [Fact]
    public void A_card_that_counted_as_dead_lives_when_it_has_paid_after_all()
    {
        (Life life, Attempt closed) = NotCharged();
        life.UntilCharge();
        life.Refuse("INVALID_STOPPED_CARD");
        Assert.Null(life.S.UsableMethod);

        Late(life, closed);

        Assert.Equal((SubscriptionStatus.Active, "pm_1"), (life.S.Status, life.Attempt.PaymentMethodId));
    }
}
