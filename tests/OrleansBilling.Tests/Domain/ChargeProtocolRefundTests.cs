using NodaTime;
using OrleansBilling.Domain;
using OrleansBilling.Tests.Support;

namespace OrleansBilling.Tests.Domain;

/// <summary>Money that goes back.</summary>
public class ChargeProtocolRefundTests
{
    /// <summary>Cancelled in flight and approved: a refund of 9,900 is due.</summary>
    private static (Life Life, Attempt Paid) Refunding()
    {
        Life life = Life.Active();
        Attempt paid = life.UntilCharge();
        life.Do(A.CancelNow());
        life.Approve().Forget();
        life.S = life.S with { PaymentMethods = [] }; // Deleting the card's key is another story.
        return (life, paid);
    }

    private static Refund RefundOf(Life life) => life.S.Refunds.Single();

    private static ProviderCancel Ours(Life life, long amountKrw = A.PriceKrw) =>
        A.Cancel("tx-ours", amountKrw, $"구독 환불 {SubscriptionLifecycle.RefundMark(life.S, RefundOf(life))}", life.Now);

    private static Life Seen(Life life, Attempt paid, params ProviderCancel[] cancels) =>
        life.After(new Outcome.RefundSeen(RefundOf(life).Number, A.PaymentOf(paid, life.Now, cancels)));

    [Fact]
    public void It_is_done_when_the_payment_lists_it_by_its_number()
    {
        (Life life, Attempt paid) = Refunding();

        Seen(life, paid, Ours(life));

        Assert.Empty(life.S.Refunds);
        EventData.RefundSucceeded told = life.Event<EventData.RefundSucceeded>();
        Assert.Equal((1, "tx-ours", A.PriceKrw), (told.Number!.Value, told.TransactionKey, told.AmountKrw));
        Assert.Equal(0, life.S.LastPayment!.BalanceKrw);
    }

    [Fact]
    public void Without_an_answer_the_payment_is_read_before_anything_is_sent_again()
    {
        (Life life, Attempt paid) = Refunding();
        string key = SubscriptionLifecycle.RefundIdempotencyKey(life.S, RefundOf(life));
        life.Until<NextStep.SendRefund>();

        life.After(new Outcome.RefundUnanswered(1, "timeout"));

        life.Until<NextStep.ReadRefund>();
        Seen(life, paid);
        life.Until<NextStep.SendRefund>();
        Assert.Equal(key, SubscriptionLifecycle.RefundIdempotencyKey(life.S, RefundOf(life))); // Nothing is bound to it, so it still protects.
    }

    [Fact]
    public void A_refused_refund_that_was_not_executed_is_sent_under_another_key()
    {
        (Life life, Attempt paid) = Refunding();
        string key = SubscriptionLifecycle.RefundIdempotencyKey(life.S, RefundOf(life));

        life.After(new Outcome.RefundRefused(1, "PROVIDER_ERROR"));
        life.Until<NextStep.ReadRefund>();
        Seen(life, paid);

        life.Until<NextStep.SendRefund>();
        Assert.NotEqual(key, SubscriptionLifecycle.RefundIdempotencyKey(life.S, RefundOf(life)));
    }

    [Fact]
    public void A_refused_refund_that_was_executed_all_the_same_is_adopted()
    {
        (Life life, Attempt paid) = Refunding();
        life.After(new Outcome.RefundRefused(1, "ALREADY_CANCELED_PAYMENT"));
        life.Until<NextStep.ReadRefund>();

        Seen(life, paid, Ours(life));

        Assert.Empty(life.S.Refunds);
    }

    [Fact]
    public void It_is_never_more_than_the_balance_and_names_the_balance_it_was_decided_on()
    {
        (Life life, Attempt paid) = Refunding();
        life.After(new Outcome.RefundRefused(1, "NOT_MATCHES_REFUNDABLE_AMOUNT"));
        life.Until<NextStep.ReadRefund>();

        Seen(life, paid, A.Cancel("tx-console", 4_000, "고객 요청", life.Now));

        Assert.Equal((5_900L, 5_900L), (RefundOf(life).AmountKrw, RefundOf(life).RefundableKrw));
    }

    [Fact]
    public void A_cancel_made_elsewhere_is_told_once()
    {
        (Life life, Attempt paid) = Refunding();
        ProviderCancel foreign = A.Cancel("tx-console", 4_000, "고객 요청", life.Now);
        life.After(new Outcome.RefundUnanswered(1, "timeout"));
        life.Until<NextStep.ReadRefund>();
        Seen(life, paid, foreign);

        Seen(life, paid, foreign, Ours(life, 5_900));

        Assert.Equal(
            [(null, "tx-console"), (1, "tx-ours")],
            life.S.Outbox.Select(e => e.Data).OfType<EventData.RefundSucceeded>().Select(r => (r.Number, r.TransactionKey)));
    }

    [Fact]
    public void What_somebody_else_gave_back_whole_is_not_refunded_again()
    {
        (Life life, Attempt paid) = Refunding();

        Seen(life, paid, A.Cancel("tx-console", A.PriceKrw, "고객 요청", life.Now));

        Assert.Empty(life.S.Refunds);
        Assert.Null(life.Event<EventData.RefundSucceeded>().Number);
    }

    [Fact]
    public void A_200_that_does_not_list_the_refund_is_read_back_after_a_wait()
    {
        (Life life, Attempt paid) = Refunding();
        life.Until<NextStep.SendRefund>();
        Instant sent = life.Now;

        Seen(life, paid);

        life.Until<NextStep.ReadRefund>();
        Assert.True(life.Now > sent);
    }

    [Fact]
    public void Refusals_that_go_on_are_a_persons_case_and_silence_is_not()
    {
        (Life life, Attempt paid) = Refunding();
        for (int i = 0; i < 50; i++)
        {
            life.After(new Outcome.RefundUnanswered(1, "timeout"));
        }

        Assert.Null(life.S.Parked);
        int refused = 0;
        while (life.S.Parked is null)
        {
            life.After(new Outcome.RefundRefused(1, "FAILED_REFUND_PROCESS"));
            refused++;
            if (life.S.Parked is null)
            {
                life.Until<NextStep.ReadRefund>();
                Seen(life, paid);
            }
        }

        Assert.Equal((ChargePolicy.MaxRefundTries, "refund_stuck"), (refused, life.S.Parked.Reason));
    }

    [Fact]
    public void A_final_refusal_is_read_back_once_and_then_a_persons_case_who_can_take_it_up_after_the_end()
    {
        (Life life, Attempt paid) = Refunding();
        life.After(new Outcome.RefundRefused(1, "EXCEED_MAX_REFUND_DUE"));
        life.Until<NextStep.ReadRefund>();
        Seen(life, paid);
        Assert.Equal("refund_refused", life.S.Parked!.Reason);

        Assert.Null(life.Do(A.RetryNow()).Refusal);

        Assert.IsType<NextStep.ReadRefund>(life.Next);
    }

    [Fact]
    public void One_refund_of_a_payment_at_a_time()
    {
        (Life life, Attempt paid) = Refunding();

        life.After(new Outcome.PaymentFound(paid.OrderId, A.PaymentOf(paid, life.Now)));

        Assert.Single(life.S.Refunds);
    }

    [Fact]
    public void Numbers_that_begin_alike_are_not_mistaken_for_each_other()
    {
        (Life life, Attempt paid) = Refunding();

        Seen(life, paid, A.Cancel("tx-11", 1_000, $"x {SubscriptionLifecycle.RefundMark(life.S, RefundOf(life))}1", life.Now));

        Assert.Single(life.S.Refunds);
    }
}
