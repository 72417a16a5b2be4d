using NodaTime;
using OrleansBilling.Domain;
using OrleansBilling.Tests.Support;

namespace OrleansBilling.Tests.Domain;

/// <summary>What is sent, when, and how often.</summary>
public class ChargeProtocolSendingTests
{
    [Fact]
    public void No_attempt_is_sent_before_its_time()
    {
        Life life = Life.Active();
        life.Now = life.Attempt.NotBefore - Duration.FromNanoseconds(100);

        Assert.Equal(new NextStep.Wait(life.Attempt.NotBefore), life.Next);
    }

    // A state that was read just before its time, or an outcome that moved its look forward, must not bring the request forward.
    [Fact]
    public void Not_even_when_it_is_to_be_looked_at_earlier()
    {
        Life life = Life.Active();
        life.S = life.S with { Invoice = life.Invoice with { Attempt = life.Attempt with { NextAt = life.Now } } };

        Assert.Equal(new NextStep.Wait(life.Attempt.NotBefore), life.Next);
    }

    [Fact]
    public void Without_an_answer_the_identical_request_is_repeated_with_growing_waits()
    {
        Life life = Life.Active();
        Attempt sent = life.UntilCharge();
        List<int> minutes = [];
        for (int i = 0; i < 6; i++)
        {
            Instant before = life.Now;
            life.Unanswered();
            Attempt repeated = life.UntilCharge();
            minutes.Add((int)(life.Now - before).TotalMinutes);
            Assert.Equal(RequestOf(sent), RequestOf(repeated));
        }

        Assert.Equal([1, 2, 4, 8, 15, 15], minutes);
        Assert.Single(life.S.Outbox, e => e.Data is EventData.PaymentUnknown);
    }

    [Fact]
    public void A_request_still_being_processed_counts_as_no_answer()
    {
        Life life = Life.Active();
        life.UntilCharge();

        life.Refuse("IDEMPOTENT_REQUEST_PROCESSING");

        Assert.Equal(Doubt.NoAnswer, life.UntilCharge().Doubt);
    }

    [Theory]
    [InlineData("PROVIDER_ERROR")]
    [InlineData("FAILED_INTERNAL_SYSTEM_PROCESSING")]
    [InlineData("FAILED_PAYMENT_INTERNAL_SYSTEM_PROCESSING")]
    public void A_transient_answer_is_repeated_twice_and_then_only_looked_up(string code)
    {
        Life life = Life.Active();
        int sends = 0;
        while (life.Attempt.LookUp is null)
        {
            life.UntilCharge();
            sends++;
            life.Refuse(code);
        }

        Assert.Equal(1 + ChargePolicy.MaxTransientRepeats, sends);
        Assert.IsType<NextStep.LookUp>(life.Until<NextStep.LookUp>());
        Assert.True(life.Now >= A.Start);
    }

    [Fact]
    public void Silence_between_transient_answers_does_not_earn_more_repeats()
    {
        Life life = Life.Active();
        foreach (string? code in new[] { "PROVIDER_ERROR", null, "PROVIDER_ERROR", null, "PROVIDER_ERROR" })
        {
            life.UntilCharge();
            _ = code is null ? life.Unanswered() : life.Refuse(code);
        }

        Assert.Equal(LookUpCause.Answer, life.Attempt.LookUp!.Why);
    }

    [Fact]
    public void An_attempt_of_14_days_is_never_sent_again_and_looked_up_a_day_apart()
    {
        Life life = Life.Unknown();
        string old = life.Attempt.OrderId;
        life.Now = life.Attempt.NotBefore + ChargePolicy.Default.MaxSendAge + Duration.FromSeconds(1);

        life.UntilLookUp();
        Instant first = life.Now;
        life.NotFound();
        life.UntilLookUp();

        Assert.Equal((first + Duration.FromDays(1), LookUpCause.TooOld), (life.Now, life.Attempt.LookUp!.Why));
        life.NotFound();
        Assert.Equal((old, AttemptEnd.NotCharged), (life.Invoice.Closed[^1].OrderId, life.Invoice.Closed[^1].End));
        Assert.NotEqual(old, life.UntilCharge().OrderId);
    }

    [Fact]
    public void Exactly_14_days_is_still_sent()
    {
        Life life = Life.Unknown();
        life.Now = life.Attempt.NotBefore + ChargePolicy.Default.MaxSendAge;

        Assert.IsType<NextStep.Charge>(life.Next);
    }

    [Fact]
    public void With_another_api_key_the_attempt_is_only_looked_up_and_the_next_one_uses_the_new_key()
    {
        Life life = Life.Unknown();
        string old = life.Attempt.OrderId;
        life.Credential = "fp-2";

        life.ProveNotCharged();

        Attempt next = life.UntilCharge();
        Assert.NotEqual(old, next.OrderId);
        Assert.Equal(("fp-2", 0), (next.Credential, life.Invoice.FailedTries));
    }

    [Fact]
    public void An_attempt_sent_under_the_old_api_key_and_found_is_adopted()
    {
        Life life = Life.Unknown();
        string old = life.Attempt.OrderId;
        life.Credential = "fp-2";
        life.UntilLookUp();

        life.Found();

        Assert.Equal((SubscriptionStatus.Active, old, "fp-2"), (life.S.Status, life.S.LastPayment!.OrderId, life.Attempt.Credential));
    }

    // Another activation may have read a state that allows sending, just before this one ruled it out.
    [Theory]
    [InlineData(LookUpCause.CredentialChanged)]
    [InlineData(LookUpCause.DebtIsGoing)]
    public void Not_found_proves_nothing_until_every_copy_of_the_state_that_could_send_is_stale(LookUpCause cause)
    {
        Life life = Life.Unknown();
        if (cause == LookUpCause.CredentialChanged)
        {
            life.In(Duration.FromMinutes(1)).Credential = "fp-2";
            life.Advance();
        }
        else
        {
            life.Do(A.CancelNow());
        }

        Assert.Equal(cause, life.Attempt.LookUp!.Why);
        Assert.Equal(life.Now + ChargePolicy.Default.StateFreshness + ChargePolicy.Default.LookUpAfterSend, life.Attempt.LookUp.FirstProofFrom);
    }

    private static object RequestOf(Attempt a) => (a.OrderId, a.PaymentMethodId, a.CustomerKey, a.AmountKrw, a.TaxFreeKrw, a.OrderName, a.Credential);
}
