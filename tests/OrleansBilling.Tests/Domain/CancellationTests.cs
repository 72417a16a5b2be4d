using NodaTime;
using OrleansBilling.Domain;
using OrleansBilling.Tests.Support;

namespace OrleansBilling.Tests.Domain;

public class CancellationTests
{
    [Fact]
    public void At_period_end_an_active_one_runs_to_the_end_and_is_not_charged_again()
    {
        Life life = Life.Active();
        Instant end = life.S.PaidPeriod!.End;

        Assert.Null(life.Do(A.CancelAtPeriodEnd()).Refusal);

        Assert.Equal((SubscriptionStatus.Active, end), (life.S.Status, life.S.Cancellation!.At));
        Assert.Equal(new NextStep.Wait(end), life.Next);
        life.Now = end + Duration.FromSeconds(40); // The reminder is late.
        Assert.IsType<NextStep.Advance>(life.Next);
        life.Advance();
        Assert.Equal((SubscriptionStatus.Ended, EndReason.Canceled), (life.S.Status, life.S.EndReason!.Value));
    }

    [Fact]
    public void An_invoice_that_never_fell_due_is_neither_issued_nor_written_off()
    {
        Life life = Life.Active();
        life.Do(A.CancelAtPeriodEnd());
        life.Now = life.S.Cancellation!.At + Duration.FromSeconds(40);

        life.Advance();

        Assert.Equal(["subscription.cancellation_scheduled", "subscription.ended"], life.Events);
    }

    [Fact]
    public void At_period_end_a_trial_runs_to_its_end_and_nothing_is_charged()
    {
        Life life = Life.Started(A.Plan(trialDays: 14));

        Assert.Null(life.Do(A.CancelAtPeriodEnd()).Refusal);

        Assert.Equal(life.S.TrialEndsAt, life.S.Cancellation!.At);
        life.Until<NextStep.Advance>();
        Assert.Equal(EndReason.Canceled, life.Advance().S.EndReason);
        Assert.DoesNotContain("invoice.issued", life.Events);
    }

    [Fact]
    public void At_period_end_a_past_due_one_runs_to_the_end_of_the_unpaid_period_and_is_still_collected()
    {
        Life life = Life.PastDue();

        Assert.Null(life.Do(A.CancelAtPeriodEnd()).Refusal);

        Assert.Equal(life.Invoice.Period.End, life.S.Cancellation!.At);
        life.UntilCharge();
        life.Approve();
        life.Until<NextStep.Advance>();
        Assert.Equal(EndReason.Canceled, life.Advance().S.EndReason);
    }

    [Fact]
    public void Nothing_is_sent_after_the_end_that_was_chosen_even_if_it_was_due_before()
    {
        Life life = Life.PastDue();
        life.Do(A.CancelAtPeriodEnd());
        life.Now = life.S.Cancellation!.At + Duration.FromDays(1); // No silo ran meanwhile.

        life.Until<NextStep.LookUp>();
        life.ProveNotCharged();
        life.Until<NextStep.Advance>();

        Assert.Equal(EndReason.Canceled, life.Advance().S.EndReason);
    }

    [Fact]
    public void Cancelling_now_ends_at_once_and_retires_the_cards()
    {
        Life life = Life.Active();

        Assert.Null(life.Do(A.CancelNow()).Refusal);

        Assert.Equal((SubscriptionStatus.Ended, life.Now, EndReason.Canceled), (life.S.Status, life.S.EndedAt!.Value, life.S.EndReason!.Value));
        Assert.Null(life.S.Invoice);
        Assert.IsType<NextStep.DeleteBillingKey>(life.Next);
        Assert.Equal(new EventData.SubscriptionEnded(EndReason.Canceled, "too_expensive"), life.S.Outbox[^1].Data);
    }

    [Theory]
    [InlineData(SubscriptionStatus.Incomplete)]
    [InlineData(SubscriptionStatus.Trialing)]
    [InlineData(SubscriptionStatus.Active)]
    [InlineData(SubscriptionStatus.PastDue)]
    public void Cancelling_now_is_allowed_in_every_live_status(SubscriptionStatus status)
    {
        Life life = Statuses.At(status);

        Assert.Null(life.Do(A.CancelNow()).Refusal);

        Assert.Equal(SubscriptionStatus.Ended, life.S.Status);
        Assert.Null(life.S.Invoice);
    }

    [Fact]
    public void Undo_brings_the_renewal_back_on_its_day()
    {
        Life life = Life.Active();
        Attempt planned = life.Attempt;
        life.Do(A.CancelAtPeriodEnd());
        Assert.Null(life.Invoice.Attempt);

        Assert.Null(life.Do(A.Undo()).Refusal);

        Assert.Null(life.S.Cancellation);
        Assert.Equal((planned.NotBefore, planned.Number + 1), (life.Attempt.NotBefore, life.Attempt.Number));
    }

    [Fact]
    public void Undo_in_a_trial_brings_the_first_charge_back()
    {
        Life life = Life.Started(A.Plan(trialDays: 14));
        life.Do(A.CancelAtPeriodEnd());

        Assert.Null(life.Do(A.Undo()).Refusal);

        Assert.Equal(life.S.TrialEndsAt, life.UntilCharge().NotBefore);
    }

    [Fact]
    public void After_an_undo_it_can_be_cancelled_again()
    {
        Life life = Life.Active();
        life.Do(A.CancelAtPeriodEnd());
        life.Do(A.Undo());

        Assert.Null(life.Do(A.CancelAtPeriodEnd("cmd-again")).Refusal);

        Assert.NotNull(life.S.Cancellation);
    }
}
