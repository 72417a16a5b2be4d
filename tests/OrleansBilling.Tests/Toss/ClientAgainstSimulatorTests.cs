using NodaTime;
using OrleansBilling.Domain;
using OrleansBilling.Toss;
using OrleansBilling.TossSimulator;
using OrleansBilling.TossSimulator.Cards;
using OrleansBilling.TossSimulator.Faults;
using OrleansBilling.TossSimulator.State;
using OrleansBilling.TossSimulator.Wire;
using Outcome = OrleansBilling.Domain.Outcome;

namespace OrleansBilling.Tests.Toss;

/// <summary>The client over real sockets against the simulator, whose ledger says what really happened.</summary>
public sealed class ClientAgainstSimulatorTests
{
    private const string OrderId = "inv-0001-01";

    private static CancellationToken Test => TestContext.Current.CancellationToken;

    [Fact]
    public async Task From_a_card_to_money_and_back()
    {
        await using SimulatedToss toss = await SimulatedToss.StartAsync();

        IssueAnswer.Issued issued = Assert.IsType<IssueAnswer.Issued>(await toss.Client.IssueAsync(toss.AuthKey(), SimulatedToss.CustomerKey, "reg_1"));
        Assert.Equal((SimulatorKeys.MerchantId, "카드", new CardFacts("21", issued.Card.MaskedNumber, "신용", "개인")), (issued.MId, issued.Method, issued.Card));
        Assert.Contains('*', issued.Card.MaskedNumber!);

        ChargeRequest charge = new(issued.BillingKey, SimulatedToss.CustomerKey, OrderId, "월 구독", 4900);
        ProviderPayment paid = Assert.IsType<Outcome.ChargeApproved>(await toss.Client.ChargeAsync(charge)).Payment;
        Assert.Equal(paid, Assert.IsType<PaymentAnswer.Found>(await toss.Client.GetPaymentByOrderAsync(OrderId, Test)).Payment);
        Assert.Equal(paid, Assert.IsType<PaymentAnswer.Found>(await toss.Client.GetPaymentAsync(paid.PaymentKey, Test)).Payment);

        CancelRequest part = new(1, paid.PaymentKey, 1000, 4900, "환불 #1", "refund-1");
        ProviderPayment partly = Assert.IsType<Outcome.RefundSeen>(await toss.Client.CancelAsync(part)).Payment;
        Assert.Equal(("PARTIAL_CANCELED", 3900L, 1000L), (partly.Status, partly.BalanceKrw, Assert.Single(partly.Cancels).AmountKrw));

        Instant now = Instant.FromDateTimeOffset(toss.State.Clock.GetUtcNow());
        TransactionsAnswer.Page page = Assert.IsType<TransactionsAnswer.Page>(
            await toss.Client.ListTransactionsAsync(now - Duration.FromHours(1), now + Duration.FromHours(1), cancellation: Test));
        Assert.Equal([OrderId, OrderId], page.InWon.Select(row => row.OrderId));

        Assert.Equal(new Outcome.BillingKeyDeleted("pm_1"), await toss.Client.DeleteBillingKeyAsync(issued.BillingKey, "pm_1"));
        Assert.Equal(new Outcome.BillingKeyDeleted("pm_1"), await toss.Client.DeleteBillingKeyAsync(issued.BillingKey, "pm_1"));
        Assert.Equal(
            new Outcome.ChargeRefused("inv-0001-02", "ALREADY_REMOVED_BILLING_KEY"),
            await toss.Client.ChargeAsync(charge with { OrderId = "inv-0001-02" }));
    }

    [Fact]
    public async Task A_refund_decided_on_an_old_balance_is_refused()
    {
        await using SimulatedToss toss = await SimulatedToss.StartAsync();
        ProviderPayment paid = Assert.IsType<Outcome.ChargeApproved>(await toss.Client.ChargeAsync(await toss.ChargeableAsync())).Payment;
        await toss.Client.CancelAsync(new(1, paid.PaymentKey, 1000, 4900, "환불 #1", "refund-1"));

        // Another key, as after a crash that lost it: the balance alone prevents the second refund.
        Outcome again = await toss.Client.CancelAsync(new(1, paid.PaymentKey, 1000, 4900, "환불 #1", "refund-1b"));

        Assert.Equal(new Outcome.RefundRefused(1, "NOT_MATCHES_REFUNDABLE_AMOUNT"), again);
        Assert.Equal(1000, toss.State.ReadLedger().Where(row => row.Kind == LedgerKind.Cancel).Sum(row => row.AmountKrw));
    }

    [Theory]
    [InlineData("9410009000001000", "REJECT_CARD_PAYMENT", CodeClass.Soft)]
    [InlineData("9410009000002001", "INVALID_STOPPED_CARD", CodeClass.Hard)]
    [InlineData("9410009000002005", "REJECT_CARD_COMPANY", CodeClass.SoftThenHard)]
    [InlineData("9410009000002007", "SOME_NEW_CODE_OF_TOSS", CodeClass.Unlisted)]
    [InlineData("9410009000007001", "PROVIDER_ERROR", CodeClass.Transient)]
    public async Task A_card_that_refuses_is_refused_with_its_code(string card, string code, CodeClass @class)
    {
        await using SimulatedToss toss = await SimulatedToss.StartAsync();

        Outcome outcome = await toss.Client.ChargeAsync(await toss.ChargeableAsync(card));

        Assert.Equal(new Outcome.ChargeRefused(OrderId, code), outcome);
        Assert.Equal(@class, ProviderCodes.Classify(code));
        Assert.Equal(0, toss.Approvals());
        Assert.Equal(new PaymentAnswer.NotFound(), await toss.Client.GetPaymentByOrderAsync(OrderId, Test));
    }

    [Theory]
    [InlineData("UNAUTHORIZED_KEY", CodeClass.AccountFault)]
    [InlineData("NOT_SUPPORTED_METHOD", CodeClass.AccountFault)]
    [InlineData("FAILED_DB_PROCESSING", CodeClass.RowFault)]
    [InlineData("UNKNOWN_PAYMENT_ERROR", CodeClass.TransientThenSoft)]
    [InlineData("DUPLICATED_ORDER_ID", CodeClass.AlreadyDone)]
    public async Task A_forced_error_keeps_its_class_whatever_its_status(string code, CodeClass @class)
    {
        await using SimulatedToss toss = await SimulatedToss.StartAsync();
        ChargeRequest charge = await toss.ChargeableAsync();
        await using TossClients forced = new(toss.Address, header: ("TossPayments-Test-Code", code));

        Assert.Equal(new Outcome.ChargeRefused(OrderId, code), await forced.Client.ChargeAsync(charge));
        Assert.Equal(@class, ProviderCodes.Classify(code));
    }

    [Fact]
    public async Task A_request_in_progress_is_no_answer()
    {
        await using SimulatedToss toss = await SimulatedToss.StartAsync();
        ChargeRequest charge = await toss.ChargeableAsync();
        toss.Fail(new(FaultKind.Hold));

        Task<Outcome> first = toss.Client.ChargeAsync(charge);
        await toss.HeldAsync(1);
        Outcome second = await toss.Client.ChargeAsync(charge);
        toss.Release();

        Assert.Equal(new Outcome.ChargeUnanswered(OrderId, "HTTP 409 IDEMPOTENT_REQUEST_PROCESSING"), second);
        Assert.IsType<Outcome.ChargeApproved>(await first);
        Assert.Equal(1, toss.Approvals());
    }

    // What the client knows, what really happened, and what the same request says afterwards.
    [Theory]
    [InlineData("drop-before-commit", false)]
    [InlineData("drop-after-commit", true)]
    [InlineData("http-429", false)]
    [InlineData("html-body", true)]
    [InlineData("truncated", true)]
    public async Task A_fault_leaves_the_outcome_open_and_a_repeat_settles_it(string kind, bool committed)
    {
        await using SimulatedToss toss = await SimulatedToss.StartAsync();
        ChargeRequest charge = await toss.ChargeableAsync();
        toss.Fail(new(Faults[kind]));

        Outcome outcome = await toss.Client.ChargeAsync(charge);

        // Were a dropped POST sent again by the HTTP stack, this would be an approval.
        Assert.IsType<Outcome.ChargeUnanswered>(outcome);
        Assert.Equal(committed ? 1 : 0, toss.Approvals());

        Assert.IsType<Outcome.ChargeApproved>(await toss.Client.ChargeAsync(charge));
        Assert.Equal(1, toss.Approvals());
        Assert.Equal([false, committed], (await toss.RequestsAsync(WireOperation.Charge, 2)).Select(request => request.IsReplay));
    }

    [Fact]
    public async Task A_500_that_was_carried_out_is_a_code_and_the_look_up_finds_the_money()
    {
        await using SimulatedToss toss = await SimulatedToss.StartAsync();
        ChargeRequest charge = await toss.ChargeableAsync();
        toss.Fail(new(FaultKind.Committed500));

        Assert.Equal(new Outcome.ChargeRefused(OrderId, "FAILED_INTERNAL_SYSTEM_PROCESSING"), await toss.Client.ChargeAsync(charge));
        Assert.Equal(CodeClass.Transient, ProviderCodes.Classify("FAILED_INTERNAL_SYSTEM_PROCESSING"));
        Assert.IsType<PaymentAnswer.Found>(await toss.Client.GetPaymentByOrderAsync(OrderId, Test));
        Assert.Equal(1, toss.Approvals());
    }

    [Fact]
    public async Task A_late_success_is_unanswered_and_comes_back_on_a_repeat()
    {
        await using SimulatedToss toss = await SimulatedToss.StartAsync();
        await using TossClients hasty = new(toss.Address, timeout: TimeSpan.FromSeconds(1));
        ChargeRequest charge = await toss.ChargeableAsync();
        toss.Fail(new(FaultKind.Hold) { Commit = true });

        Task<Outcome> late = hasty.Client.ChargeAsync(charge);
        await toss.HeldAsync(1);
        Assert.Equal(new Outcome.ChargeUnanswered(OrderId, "time-out"), await late);
        Assert.Equal(1, toss.Approvals());
        toss.Release();

        Assert.IsType<Outcome.ChargeApproved>(await toss.RepeatAsync(charge));
        Assert.Equal(1, toss.Approvals());
    }

    [Fact]
    public async Task A_repeat_is_answered_with_the_first_answer()
    {
        await using SimulatedToss toss = await SimulatedToss.StartAsync();
        ChargeRequest charge = await toss.ChargeableAsync();

        Outcome first = await toss.Client.ChargeAsync(charge);
        Outcome repeat = await toss.Client.ChargeAsync(charge);

        Assert.Equal(first, repeat);
        Assert.Equal(1, toss.Approvals());
    }

    [Fact]
    public async Task A_decline_is_bound_to_its_key_too()
    {
        await using SimulatedToss toss = await SimulatedToss.StartAsync();
        ChargeRequest charge = await toss.ChargeableAsync(ScriptedCards.Declines(1));

        await toss.Client.ChargeAsync(charge);

        Assert.Equal(new Outcome.ChargeRefused(OrderId, "REJECT_CARD_PAYMENT"), await toss.Client.ChargeAsync(charge));
        Assert.IsType<Outcome.ChargeApproved>(await toss.Client.ChargeAsync(charge with { OrderId = "inv-0001-02" }));
    }

    [Fact]
    public async Task Drift_changes_nothing()
    {
        await using SimulatedToss toss = await SimulatedToss.StartAsync(new SimulatorKnobs { Drift = true });

        ProviderPayment paid = Assert.IsType<Outcome.ChargeApproved>(await toss.Client.ChargeAsync(await toss.ChargeableAsync())).Payment;

        Assert.Equal((4900L, 4900L), (paid.TotalKrw, paid.BalanceKrw));
        Assert.IsType<Outcome.RefundSeen>(await toss.Client.CancelAsync(new(1, paid.PaymentKey, null, 4900, "환불 #1", "refund-1")));
    }

    [Fact]
    public async Task A_lost_billing_key_comes_back_under_the_same_idempotency_key()
    {
        await using SimulatedToss toss = await SimulatedToss.StartAsync();
        string authKey = toss.AuthKey();
        toss.Fail(new(FaultKind.DropAfterCommit), WireOperation.Issue);

        Assert.IsType<IssueAnswer.Unanswered>(await toss.Client.IssueAsync(authKey, SimulatedToss.CustomerKey, "reg_1"));
        Assert.IsType<IssueAnswer.Issued>(await toss.Client.IssueAsync(authKey, SimulatedToss.CustomerKey, "reg_1"));
        Assert.Equal("NOT_FOUND_BILLING", Assert.IsType<IssueAnswer.Refused>(await toss.Client.IssueAsync(authKey, SimulatedToss.CustomerKey, "reg_2")).Code);
    }

    [Fact]
    public async Task A_foreign_auth_key_is_refused()
    {
        await using SimulatedToss toss = await SimulatedToss.StartAsync();

        IssueAnswer answer = await toss.Client.IssueAsync(toss.AuthKey(customerKey: "somebody-else"), SimulatedToss.CustomerKey, "reg_1");

        Assert.Equal("NOT_FOUND_BILLING", Assert.IsType<IssueAnswer.Refused>(answer).Code);
    }

    [Fact]
    public async Task A_declined_charge_that_Toss_shows_is_found_as_aborted()
    {
        await using SimulatedToss toss = await SimulatedToss.StartAsync(new SimulatorKnobs { FailedChargesVisible = true });
        await toss.Client.ChargeAsync(await toss.ChargeableAsync(ScriptedCards.AlwaysDeclines));

        PaymentAnswer.Found found = Assert.IsType<PaymentAnswer.Found>(await toss.Client.GetPaymentByOrderAsync(OrderId, Test));

        Assert.Equal(("ABORTED", "REJECT_CARD_PAYMENT", false), (found.Payment.Status, found.Payment.FailureCode, found.Payment.WasApproved));
    }

    private static readonly Dictionary<string, FaultKind> Faults = new()
    {
        ["drop-before-commit"] = FaultKind.DropBeforeCommit,
        ["drop-after-commit"] = FaultKind.DropAfterCommit,
        ["http-429"] = FaultKind.Http429,
        ["html-body"] = FaultKind.HtmlBody,
        ["truncated"] = FaultKind.Truncated,
    };
}
