using NodaTime;
using OrleansBilling.Domain;
using OrleansBilling.Tests.Support;

namespace OrleansBilling.Tests.Domain;

/// <summary>How an attempt whose outcome is unknown is settled.</summary>
public class ChargeProtocolSettlingTests
{
    /// <summary>A renewal that is being looked up, since a transient answer stayed the same.</summary>
    private static Life LookedUp(string code = "PROVIDER_ERROR")
    {
        Life life = Life.Active();
        while (life.Attempt.LookUp is null)
        {
            life.UntilCharge();
            life.Refuse(code);
        }

        return life.Forget();
    }

    [Fact]
    public void Two_look_ups_far_enough_apart_close_it_as_not_charged_and_burn_no_try()
    {
        Life life = LookedUp();
        Instant sent = life.Now;
        string orderId = life.UntilLookUp().OrderId;
        Assert.True(life.Now >= sent + Duration.FromMinutes(5));
        Instant first = life.Now;
        life.NotFound();
        life.UntilLookUp();
        Assert.True(life.Now >= first + Duration.FromMinutes(5));

        life.NotFound();

        Assert.Equal((AttemptEnd.NotCharged, 0, SubscriptionStatus.Active), (life.Invoice.Closed[^1].End, life.Invoice.FailedTries, life.S.Status));
        Assert.Equal(orderId, life.Event<EventData.PaymentNotCharged>().OrderId);
        Assert.Equal(life.Now + ChargePolicy.Default.AfterNotCharged, life.Attempt.NotBefore);
        Assert.NotEqual(orderId, life.Attempt.OrderId);
    }

    [Fact]
    public void A_not_found_too_early_proves_nothing()
    {
        Life life = LookedUp();
        Attempt attempt = life.Attempt;
        life.In(Duration.FromMinutes(4));

        life.NotFound();

        Assert.Null(life.Attempt.LookUp!.FirstNotFoundAt);
        Assert.Equal(new NextStep.Wait(attempt.LookUp!.FirstProofFrom), life.Next);
    }

    [Fact]
    public void A_second_not_found_too_soon_after_the_first_proves_nothing()
    {
        Life life = LookedUp();
        life.UntilLookUp();
        life.NotFound();

        life.In(Duration.FromMinutes(1)).NotFound();

        Assert.NotNull(life.Invoice.Attempt);
    }

    [Fact]
    public void A_not_found_for_an_attempt_that_may_still_be_sent_changes_nothing()
    {
        Life life = Life.Unknown();
        Subscription before = life.S;

        Assert.Same(before, life.In(Duration.FromHours(1)).NotFound().S);
    }

    // A process that is stopped while it looks up may hear the answer an hour later.
    [Fact]
    public void A_not_found_proves_nothing_of_what_came_after_it_was_asked()
    {
        Life life = LookedUp();
        life.UntilLookUp();
        Instant asked = life.Now;
        life.NotFound();

        life.In(Duration.FromHours(1)).NotFound(asked);

        Assert.IsType<NextStep.LookUp>(life.Next);
        life.NotFound();
        Assert.Equal(AttemptEnd.NotCharged, life.Invoice.Closed[^1].End);
    }

    [Fact]
    public void A_look_up_that_fails_teaches_nothing_and_is_repeated_later()
    {
        Life life = LookedUp();
        life.UntilLookUp();

        life.After(new Outcome.LookUpFailed(life.Attempt.OrderId, "UNAUTHORIZED_KEY"));

        Assert.Equal(new NextStep.Wait(life.Now + ChargePolicy.Default.BetweenLookUps), life.Next);
    }

    [Fact]
    public void A_payment_that_is_found_is_adopted()
    {
        Life life = LookedUp();
        string orderId = life.UntilLookUp().OrderId;

        life.Found();

        Assert.Equal((SubscriptionStatus.Active, orderId), (life.S.Status, life.S.LastPayment!.OrderId));
        Assert.Equal(["payment.approved", "invoice.paid", "subscription.renewed"], life.Events);
    }

    [Theory]
    [InlineData("READY")]
    [InlineData("IN_PROGRESS")]
    [InlineData("MADE_LATER")]
    public void A_status_that_is_not_final_or_not_known_is_looked_up_again(string status)
    {
        Life life = LookedUp();
        life.UntilLookUp();

        life.Found(A.PaymentOf(life.Attempt, life.Now) with { Status = status });

        Assert.Equal(new NextStep.Wait(life.Now + ChargePolicy.Default.BetweenLookUps), life.Next);
    }

    [Theory]
    [InlineData("REJECT_CARD_PAYMENT", 1)]
    [InlineData("MADE_LATER", 1)]
    [InlineData("PROVIDER_ERROR", 0)]
    public void A_payment_that_is_found_failed_is_judged_by_its_failure(string code, int failedTries)
    {
        Life life = LookedUp();
        life.UntilLookUp();

        life.Found(A.PaymentOf(life.Attempt, life.Now) with { Status = "ABORTED", FailureCode = code });

        Assert.Equal((failedTries, 2), (life.Invoice.FailedTries, life.Attempt.Number));
    }

    [Theory]
    [InlineData("FAILED_PAYMENT_INTERNAL_SYSTEM_PROCESSING")]
    [InlineData("A_CODE_MADE_LATER")]
    public void A_code_that_may_hide_a_refusal_counts_as_a_soft_decline_once_proven_not_charged(string code)
    {
        Life life = LookedUp(code);

        life.ProveNotCharged();

        Assert.Equal((SubscriptionStatus.PastDue, 1, code), (life.S.Status, life.Invoice.FailedTries, life.Invoice.LastCode));
    }

    [Fact]
    public void An_unlisted_code_is_never_a_decline_by_itself()
    {
        Life life = Life.Active();
        life.UntilCharge();

        life.Refuse("A_CODE_MADE_LATER");

        Assert.Equal((SubscriptionStatus.Active, 0, Doubt.UnlistedCode), (life.S.Status, life.Invoice.FailedTries, life.Attempt.Doubt!.Value));
        Assert.Equal(LookUpCause.Answer, life.Attempt.LookUp!.Why);
    }

    [Theory]
    [InlineData("DUPLICATED_ORDER_ID")]
    [InlineData("ALREADY_PROCESSED_PAYMENT")]
    public void An_order_that_is_done_already_is_looked_up_at_once_and_adopted(string code)
    {
        Life life = Life.Active();
        life.UntilCharge();
        life.Refuse(code);

        Assert.IsType<NextStep.LookUp>(life.Next);
        life.Found();

        Assert.Equal(SubscriptionStatus.Active, life.S.Status);
    }

    [Fact]
    public void An_order_said_to_be_done_that_is_not_there_is_a_persons_case()
    {
        Life life = Life.Active();
        life.UntilCharge();
        life.Refuse("DUPLICATED_ORDER_ID");

        life.ProveNotCharged();

        Assert.Equal("payment_contradiction", life.S.Parked!.Reason);
        Assert.IsType<NextStep.Rest>(life.Next);
    }

    // Another activation may send for ten minutes from a state that it read before, and the provider may take a minute for it.
    [Fact]
    public void An_order_said_to_be_done_that_is_not_there_may_still_be_on_its_way()
    {
        Life life = Life.Active();
        Instant sent = life.UntilCharge().NotBefore;
        life.Refuse("DUPLICATED_ORDER_ID");

        life.ProveNotCharged();

        Assert.Equal(sent + ChargePolicy.Default.StateFreshness + ChargePolicy.Default.ProcessingLimit, life.S.Parked!.At);
    }

    [Theory]
    [InlineData("DUPLICATED_ORDER_ID", Doubt.AlreadyDone)]
    [InlineData("A_CODE_MADE_LATER", Doubt.UnlistedCode)]
    [InlineData("UNAUTHORIZED_KEY", Doubt.AccountFault)]
    [InlineData("NOT_FOUND_BILLING", Doubt.KeyGone)]
    public void Silence_does_not_outweigh_an_answer_after_which_nothing_is_sent(string code, Doubt doubt)
    {
        Life life = Life.Active();
        life.UntilCharge();
        life.Refuse(code);
        Subscription before = life.S;

        life.In(Duration.FromMinutes(1)).Unanswered().Refuse("PROVIDER_ERROR");

        Assert.Same(before, life.S);
        Assert.Equal(doubt, life.Attempt.Doubt);
    }

    [Fact]
    public void A_200_that_is_not_our_payment_is_looked_up_and_never_taken_for_paid()
    {
        Life life = Life.Active();
        life.UntilCharge();

        life.After(new Outcome.ChargeContradicted(life.Attempt.OrderId, "status WAITING_FOR_DEPOSIT"));

        Assert.Equal(1, life.S.LastPayment!.InvoiceNumber);
        Assert.IsType<NextStep.LookUp>(life.Next);
    }

    [Theory]
    [InlineData(9_899, "KRW")]
    [InlineData(9_900, "USD")]
    public void A_found_payment_of_another_amount_or_currency_is_a_persons_case(long totalKrw, string currency)
    {
        Life life = LookedUp();
        life.UntilLookUp();

        life.Found(A.PaymentOf(life.Attempt, life.Now) with { TotalKrw = totalKrw, Currency = currency });

        Assert.Equal("payment_mismatch", life.S.Parked!.Reason);
        Assert.Equal(1, life.S.LastPayment!.InvoiceNumber);
        Assert.IsType<NextStep.Rest>(life.Next);
    }

    [Fact]
    public void No_attempt_is_opened_while_one_is_unknown()
    {
        Life life = Life.Unknown();
        string orderId = life.Attempt.OrderId;

        life.Do(A.RetryNow());
        life.Do(A.ReplaceCard());
        life.Do(A.CancelAtPeriodEnd());
        life.Do(A.Undo());

        Assert.Equal(orderId, life.Attempt.OrderId);
        Assert.Empty(life.Invoice.Closed);
    }

    [Fact]
    public void The_outcome_of_a_closed_attempt_changes_nothing()
    {
        Life life = Life.PastDue();
        string old = life.Invoice.Closed[^1].OrderId;
        Subscription before = life.S;

        life.After(new Outcome.ChargeRefused(old, "INVALID_STOPPED_CARD"));
        life.After(new Outcome.ChargeUnanswered(old, "timeout"));
        life.After(new Outcome.ChargeContradicted(old, "status"));
        life.After(new Outcome.PaymentNotFound(old, life.Now));
        life.After(new Outcome.LookUpFailed(old, "timeout"));

        Assert.Same(before, life.S);
    }
}
