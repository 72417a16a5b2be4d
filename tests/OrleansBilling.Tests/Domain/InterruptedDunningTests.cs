using NodaTime;
using OrleansBilling.Domain;
using OrleansBilling.Domain.Charging;
using OrleansBilling.Tests.Support;

namespace OrleansBilling.Tests.Domain;

/// <summary>No clock runs against a customer while the merchant's charging stands still.</summary>
public class InterruptedDunningTests
{
    [Fact]
    public void The_wait_for_another_card_is_longer_by_the_interruption()
    {
        Life life = Life.PastDue(code: "INVALID_STOPPED_CARD");
        Instant planned = life.Invoice.GivesUpAt!.Value;
        life.In(Duration.FromDays(2)).Interrupt();
        life.In(Duration.FromDays(3)).GoOn();

        Assert.Equal(new NextStep.Wait(planned + Duration.FromDays(3)), life.Next);
        life.Until<NextStep.Advance>();
        Assert.Equal(EndReason.PaymentFailed, life.Advance().S.EndReason);
        Assert.Equal(planned + Duration.FromDays(3), life.S.EndedAt);
    }

    [Fact]
    public void So_is_the_wait_of_a_first_payment()
    {
        Life life = Life.Started();
        life.UntilCharge();
        life.Refuse("REJECT_CARD_PAYMENT");
        life.In(Duration.FromHours(1)).Interrupt(InterruptionCause.Provider);
        life.In(Duration.FromHours(30)).GoOn(InterruptionCause.Provider);

        Assert.Equal(new NextStep.Wait(A.Start + ChargePolicy.FirstPaymentWait + Duration.FromHours(30)), life.Next);
    }

    [Fact]
    public void While_it_lasts_the_deadline_is_looked_at_now_and_then_and_nothing_ends()
    {
        Life life = Life.PastDue(code: "INVALID_STOPPED_CARD").Interrupt();
        for (int i = 0; i < 3_000; i++)
        {
            Instant until = Assert.IsType<NextStep.Wait>(life.Next).Until;
            Assert.Equal(life.Now + ChargePolicy.Default.InInterruption, until);
            life.Now = until;
            Assert.Same(life.S, life.Advance().S);
        }

        Assert.True(life.S.IsLive);
    }

    [Fact]
    public void A_deadline_that_passed_before_it_stands()
    {
        Life life = Life.PastDue(code: "INVALID_STOPPED_CARD");
        life.Now = life.Invoice.GivesUpAt!.Value;
        life.Interrupt().In(Duration.FromHours(1));

        Assert.IsType<NextStep.Advance>(life.Next);
        Assert.Equal(EndReason.PaymentFailed, life.Advance().S.EndReason);
    }

    [Fact]
    public void A_deadline_that_an_older_version_wrote_is_longer_by_what_stood_still_since_the_invoice_was_due()
    {
        Life life = Life.PastDue(code: "INVALID_STOPPED_CARD");
        life.S = life.S with { Invoice = life.Invoice with { GivesUpSince = null } };
        Instant planned = life.Invoice.GivesUpAt!.Value;
        life.Interrupt().In(Duration.FromDays(1)).GoOn();

        Assert.Equal(new NextStep.Wait(planned + Duration.FromDays(1)), life.Next);
    }

    [Fact]
    public void A_cancellation_that_the_subscriber_planned_is_not_delayed()
    {
        Life life = Life.PastDue(code: "INVALID_STOPPED_CARD").Interrupt();
        Assert.Null(life.Do(A.CancelAtPeriodEnd()).Refusal);
        Instant end = life.S.Cancellation!.At;

        life.Now = end;
        Assert.IsType<NextStep.Advance>(life.Next);
        life.Advance();

        Assert.Equal((EndReason.Canceled, end), (life.S.EndReason, life.S.EndedAt));
    }

    [Fact]
    public void A_try_that_was_sent_late_counts_as_one_and_the_next_waits_its_full_time()
    {
        Life life = Life.PastDue();
        life.UntilCharge();
        life.Interrupt().In(Duration.FromDays(5)).GoOn();
        Assert.IsType<NextStep.Charge>(life.Next);

        life.Refuse("REJECT_CARD_PAYMENT");

        Assert.Equal((2, life.Now + Duration.FromDays(3)), (life.Invoice.FailedTries, life.Attempt.NotBefore));
    }
}
