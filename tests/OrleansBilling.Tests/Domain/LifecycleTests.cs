using NodaTime;
using OrleansBilling.Domain;
using OrleansBilling.Tests.Support;

namespace OrleansBilling.Tests.Domain;

/// <summary>From the start through renewals, as long as cards pay.</summary>
public class LifecycleTests
{
    private static Instant Seoul(int year, int month, int day) => Instant.FromUtc(year, month, day, 0, 0); // 09:00 there.

    [Fact]
    public void Without_a_trial_the_first_charge_is_due_at_once()
    {
        Life life = Life.Started();

        Attempt attempt = Assert.IsType<NextStep.Charge>(life.Next).Attempt;
        Assert.Equal((SubscriptionStatus.Incomplete, 1, A.Start), (life.S.Status, life.Invoice.Number, attempt.NotBefore));
        Assert.Equal(["subscription.created", "card.registered"], life.Events);
    }

    [Fact]
    public void With_a_trial_the_first_charge_is_due_when_it_ends_and_anchors_the_calendar()
    {
        Life life = Life.Started(A.Plan(trialDays: 14));

        Assert.Equal((SubscriptionStatus.Trialing, Seoul(2027, 2, 14)), (life.S.Status, life.S.TrialEndsAt!.Value));
        Assert.Equal(Seoul(2027, 2, 14), Assert.IsType<NextStep.Wait>(life.Next).Until);
        life.UntilCharge();
        life.Approve();
        Assert.Equal((SubscriptionStatus.Active, Seoul(2027, 3, 14)), (life.S.Status, life.Attempt.NotBefore));
    }

    [Fact]
    public void A_trial_that_ends_in_a_gap_of_the_clocks_keeps_its_wall_clock_afterwards()
    {
        Life life = Life.Started(A.Plan(trialDays: 14), Instant.FromUtc(2027, 2, 28, 7, 30), "America/New_York"); // 02:30; 14 days on there is no 02:30.

        Assert.Equal(Instant.FromUtc(2027, 3, 14, 7, 0), life.S.TrialEndsAt);
        life.UntilCharge();
        life.Approve();
        Assert.Equal(Instant.FromUtc(2027, 4, 14, 6, 30), life.Attempt.NotBefore);
    }

    [Fact]
    public void The_first_approval_activates_and_plans_the_renewal_in_the_same_state()
    {
        Life life = Life.Started();
        Attempt first = life.UntilCharge();

        life.Approve();

        Assert.Equal((SubscriptionStatus.Active, first.OrderId), (life.S.Status, life.S.LastPayment!.OrderId));
        Assert.Equal((A.Start, Seoul(2027, 2, 28)), (life.S.PaidPeriod!.Start, life.S.PaidPeriod.End));
        Assert.Equal((2, Seoul(2027, 2, 28)), (life.Invoice.Number, life.Attempt.NotBefore));
        Assert.Equal(["invoice.issued", "payment.approved", "invoice.paid", "subscription.activated"], life.Events.Skip(2));
    }

    [Fact]
    public void A_planned_attempt_holds_everything_that_its_request_is_made_of()
    {
        Attempt attempt = Life.Active().Attempt;

        Assert.Equal("main-01kd3v9m0000000000000000ab-2-1", attempt.OrderId);
        Assert.Equal(("pm_1", A.Card().CustomerKey, "프로 월간"), (attempt.PaymentMethodId, attempt.CustomerKey, attempt.OrderName));
        Assert.Equal((A.PriceKrw, 0L, A.Credential), (attempt.AmountKrw, attempt.TaxFreeKrw, attempt.Credential));
    }

    [Fact]
    public void A_monthly_plan_from_the_31st_is_charged_25_times_in_two_years_on_the_right_days()
    {
        Life life = Life.Started();
        List<Instant> charged = [];
        for (int i = 0; i < 25; i++)
        {
            life.UntilCharge();
            charged.Add(life.Now);
            life.In(Duration.FromSeconds(3)).Approve();
        }

        Assert.Equal("31 28 31 30 31 30 31 31 30 31 30 31 31 29 31 30 31 30 31 31 30 31 30 31 31", string.Join(' ', charged.Select(t => t.InUtc().Day)));
        Assert.Equal(Seoul(2029, 1, 31), charged[^1]);
    }

    [Fact]
    public void An_invoice_says_its_vat_and_when_it_fell_due()
    {
        Life life = Life.Active();
        life.UntilCharge();

        life.In(Duration.FromMinutes(3)).Approve();

        EventData.InvoiceIssued issued = life.Event<EventData.InvoiceIssued>();
        Assert.Equal((9_900L, 900L, Seoul(2027, 2, 28)), (issued.TotalKrw, issued.VatKrw, issued.DueAt));
        Assert.IsType<EventData.SubscriptionRenewed>(life.S.Outbox[^1].Data);
    }

    [Fact]
    public void Events_count_without_gaps_and_carry_actor_and_cause()
    {
        Life life = Life.Started();
        life.UntilCharge();
        life.Approve();

        Assert.Equal(Enumerable.Range(1, life.S.Outbox.Length).Select(n => (long)n), life.S.Outbox.Select(e => e.Sequence));
        Assert.Equal(("customer:cus_1", "cmd-start"), (life.S.Outbox[0].Actor, life.S.Outbox[0].Cause));
        Assert.Equal(("system:billing", life.S.LastPayment!.OrderId), (life.S.Outbox[^1].Actor, life.S.Outbox[^1].Cause));
        Assert.Equal("evt_01kd3v9m0000000000000000ab_1", life.S.Outbox[0].Id);
    }

    [Fact]
    public void Nothing_is_due_between_charges() => Assert.Equal(new NextStep.Wait(Seoul(2027, 2, 28)), Life.Active().Next);
}
