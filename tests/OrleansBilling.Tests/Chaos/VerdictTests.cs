using NodaTime;
using OrleansBilling.Chaos;
using OrleansBilling.Domain;
using OrleansBilling.TossSimulator.State;
using Books = OrleansBilling.Chaos.Books;
using Period = OrleansBilling.Domain.Period;

namespace OrleansBilling.Tests.Chaos;

/// <summary>The judge of the runs with real processes: what it must find in two books, and what it must not call a fault.</summary>
public class VerdictTests
{
    private const string Id = "sub_1";

    private static readonly Instant Start = Instant.FromUtc(2027, 1, 31, 0, 0);
    private static readonly Instant Until = Start + Duration.FromSeconds(150); // Three periods have begun: 0, 1 and 2.

    private static readonly BillingCalendar Calendar = BillingCalendar.StartingAt(Start, ChaosPlan.All[0].Interval, DateTimeZoneProviders.Tzdb["Asia/Seoul"]);

    [Fact]
    public void Three_periods_paid_once_each_are_in_order()
    {
        Verdict verdict = Judge(Paid(0, 1, 2));

        Assert.Empty(verdict.Findings);
        Assert.Equal("subscriptions=1 due=3 charged=3 double=0 missed=0 unknown=0", verdict.ToString());
    }

    [Fact]
    public void A_period_that_nobody_charged_is_missed()
    {
        Verdict verdict = Judge(Paid(0, 2));

        Assert.Equal((1, 2), (verdict.Missed, verdict.Charged));
        Assert.StartsWith("missed: sub_1 (Active), period 1", Assert.Single(verdict.Findings), StringComparison.Ordinal);
    }

    [Fact]
    public void A_subscription_that_the_read_side_never_heard_of_is_missed() =>
        Assert.Equal(1, new Verdict(Empty, [Id], [], Until).Missed);

    [Fact]
    public void Two_orders_of_one_invoice_are_double_until_one_is_given_back()
    {
        Books twice = Paid(0, 1, 2);
        twice = twice with
        {
            Ledger = [.. twice.Ledger, Row(LedgerKind.Approval, "order-1b", "pay-1b")],
            Payments = [.. twice.Payments, new PaymentRow("order-1b", Id, 2, "approved", 100, "pay-1b")],
        };

        Assert.Equal(1, Judge(twice).Double);
        Assert.StartsWith("double: sub_1, period of 00:01:00", Assert.Single(Judge(twice).Findings), StringComparison.Ordinal);

        Books refunded = twice with { Ledger = [.. twice.Ledger, Row(LedgerKind.Cancel, "order-1b", "pay-1b")], Refunds = [new RefundRow("tx-Cancel-pay-1b", Id, 100)] };
        Assert.Empty(Judge(refunded).Findings);
    }

    [Fact]
    public void Two_invoices_of_one_period_are_double()
    {
        Books books = Paid(0, 1, 2);
        Books twice = books with
        {
            Ledger = [.. books.Ledger, Row(LedgerKind.Approval, "order-9", "pay-9")],
            Payments = [.. books.Payments, new PaymentRow("order-9", Id, 9, "approved", 100, "pay-9")],
            Invoices = [.. books.Invoices, Invoice(9, 1, "paid")],
        };

        Assert.Equal(1, Judge(twice).Double);
    }

    [Fact]
    public void One_order_approved_twice_is_double_even_if_our_book_knows_neither()
    {
        Books books = Paid(0, 1, 2);

        Verdict verdict = Judge(books with { Ledger = [.. books.Ledger, Row(LedgerKind.Approval, "order-x", "pay-x"), Row(LedgerKind.Approval, "order-x", "pay-y")] });

        Assert.Equal(1, verdict.Double);
        Assert.Equal(2, verdict.Findings.Count(finding => finding.StartsWith("books: only the provider has approval", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData(false, 100, "books: only we have approval pay-1")]
    [InlineData(true, 99, "books: approval pay-1 is 99 won there and 100 here")]
    public void Books_that_differ_are_a_finding(bool known, long amountKrw, string finding)
    {
        Books books = Paid(0, 1, 2);
        LedgerRow[] others = [.. books.Ledger.Where(row => row.PaymentKey != "pay-1")];

        Verdict verdict = Judge(books with { Ledger = known ? [.. others, Row(LedgerKind.Approval, "order-1", "pay-1") with { AmountKrw = amountKrw }] : others });

        Assert.Contains(finding, verdict.Findings);
    }

    [Fact]
    public void A_period_may_be_waived_written_off_or_in_dunning()
    {
        Books books = Paid(0);

        Assert.Equal(2, Judge(books with { Waivers = [new WaiverRow(Id, 1, 2)] }).Waived);
        Assert.Equal(2, Judge(books with { Subscriptions = [Subscription("PastDue")], Invoices = [.. books.Invoices, Invoice(2, 1, "issued")] }).InDunning);
        // Ended by dunning in its third period, which fell due while the second was being asked for.
        Assert.Equal(2, Judge(books with { Subscriptions = [Subscription("Ended", endedAt: 140)], Invoices = [.. books.Invoices, Invoice(2, 1, "written_off")] }).WrittenOff);
        Assert.Equal(1, Judge(Paid(0, 1) with { Subscriptions = [Subscription("Ended", endedAt: 119)] }).Due - 1);
    }

    [Fact]
    public void A_payment_that_came_late_moves_the_next_one_within_its_period()
    {
        // Period 2 began at 120 s and is due at 155 s, after the cut.
        Assert.Equal(2, Judge(Paid(0, 1) with { Subscriptions = [Subscription("Active", nextCharge: 155)] }).Due);
        // Due before the cut and not charged: missed.
        Assert.Equal(1, Judge(Paid(0, 1) with { Subscriptions = [Subscription("Active", nextCharge: 145)] }).Missed);
    }

    [Fact]
    public void Unknown_parked_and_events_with_gaps_are_findings()
    {
        Verdict verdict = Judge(Paid(0, 1, 2) with
        {
            Unknown = new HashSet<string> { Id },
            Subscriptions = [Subscription("Active") with { ParkedReason = "refund_stuck" }],
            Events = [new EventCount(Id, 7, 8)],
        });

        Assert.Equal(1, verdict.Unknown);
        Assert.Equal(3, verdict.Findings.Count);
    }

    [Fact]
    public void An_approval_after_the_end_is_a_finding_until_it_is_given_back()
    {
        Books books = Paid(0, 1) with { Subscriptions = [Subscription("Ended", endedAt: 70)] };
        Books charged = books with { Ledger = [.. books.Ledger.SkipLast(1), books.Ledger[^1] with { At = (Start + Duration.FromSeconds(71)).ToDateTimeOffset() }] };

        Assert.StartsWith("after the end: order-1", Assert.Single(Judge(charged).Findings), StringComparison.Ordinal);
        Books givenBack = charged with { Ledger = [.. charged.Ledger, Row(LedgerKind.Cancel, "order-1", "pay-1")], Refunds = [new RefundRow("tx-Cancel-pay-1", Id, 100)] };
        Assert.Empty(Judge(givenBack).Findings);
    }

    [Fact]
    public void An_accepted_cancellation_that_did_not_end_it_is_a_finding()
    {
        Assert.StartsWith("not ended: sub_1", Assert.Single(Judge(Paid(0, 1, 2), Id).Findings), StringComparison.Ordinal);
        // Two periods fell due while the customer ended it; neither was paid.
        Verdict ended = Judge(Paid(0) with { Subscriptions = [Subscription("Ended", endedAt: 130)] }, Id);
        Assert.Empty(ended.Findings);
        Assert.Equal(2, ended.WrittenOff);
        // A hole before the last payment is none that the end explains.
        Assert.Equal(1, Judge(Paid(0, 2) with { Subscriptions = [Subscription("Ended", endedAt: 130)] }, Id).Missed);
    }

    [Fact]
    public void A_schedule_follows_from_its_seed_and_has_every_harm()
    {
        IReadOnlyList<Blow> blows = Schedule.Of(7, TimeSpan.FromMinutes(3));

        Assert.Equal(blows, Schedule.Of(7, TimeSpan.FromMinutes(3)));
        Assert.NotEqual(blows, Schedule.Of(8, TimeSpan.FromMinutes(3)));
        Assert.Equal(Enum.GetValues<Harm>(), Schedule.Of(7, TimeSpan.FromMinutes(0.5)).Select(blow => blow.Harm).Distinct().Order());
        Assert.All(blows, blow => Assert.InRange(blow.At, TimeSpan.Zero, TimeSpan.FromMinutes(3)));
    }

    private static Books Empty { get; } = new([], [], [], [], [], [], [], new HashSet<string>());

    private static Verdict Judge(Books books, params string[] cancelled) => new(books, [Id], cancelled, Until);

    private static Books Paid(params int[] periods) => Empty with
    {
        Subscriptions = [Subscription("Active")],
        Ledger = [.. periods.Select(n => Row(LedgerKind.Approval, $"order-{n}", $"pay-{n}"))],
        Payments = [.. periods.Select(n => new PaymentRow($"order-{n}", Id, n + 1, "approved", 100, $"pay-{n}"))],
        Invoices = [.. periods.Select(n => Invoice(n + 1, n, "paid"))],
    };

    private static InvoiceRow Invoice(int number, int index, string state) => new(Id, number, state, 100, Period(index).Start.ToUnixTimeMilliseconds());

    private static SubscriptionRow Subscription(string status, int nextCharge = 180, int? endedAt = null) => new(
        Id, ChaosPlan.All[0].Id, status, Start.ToUnixTimeMilliseconds(), endedAt is null ? (Start + Duration.FromSeconds(nextCharge)).ToUnixTimeMilliseconds() : null,
        endedAt is { } seconds ? (Start + Duration.FromSeconds(seconds)).ToUnixTimeMilliseconds() : null, null);

    private static LedgerRow Row(LedgerKind kind, string orderId, string paymentKey) => new(
        kind, "mid", orderId, paymentKey, $"tx-{kind}-{paymentKey}", 100, "customer", Start.ToDateTimeOffset());

    private static Period Period(int index) => Calendar.Period(index);
}
