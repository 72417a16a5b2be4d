using System.Text.Json.Nodes;
using NodaTime;
using OrleansBilling.Domain;
using OrleansBilling.Tests.Support;
using OrleansBilling.Toss;

namespace OrleansBilling.Tests.Toss;

/// <summary>Answers to look-ups, refunds, deletions, registrations and the transaction list.</summary>
public sealed class OtherAnswersTests
{
    private const string PaymentKey = "tviva20260901090000AbC12";

    [Theory]
    [InlineData(404, "NOT_FOUND_PAYMENT")]
    [InlineData(404, "NOT_FOUND")]
    public async Task Toss_saying_not_found_is_not_found(int status, string code)
    {
        await using ScriptedServer server = await ScriptedServer.StartAsync(status, Wire.Error(code));
        await using TossClients toss = new(server.Address);

        PaymentAnswer answer = await toss.Client.GetPaymentByOrderAsync("inv-0001-01", TestContext.Current.CancellationToken);

        Assert.Equal(new Outcome.PaymentNotFound("inv-0001-01", A.Start), answer.ToOutcome("inv-0001-01", A.Start));
    }

    // A wrong "not found" twice closes an attempt that may have been paid.
    [Theory]
    [InlineData(404, "", "HTTP 404 without an error code")]
    [InlineData(404, "<html>no such page</html>", "HTTP 404 with an unreadable body of 25 bytes")]
    [InlineData(404, """{"code":"NOT_FOUND_MERCHANT"}""", "HTTP 404 NOT_FOUND_MERCHANT")]
    [InlineData(500, """{"code":"NOT_FOUND_PAYMENT"}""", "HTTP 500 NOT_FOUND_PAYMENT")]
    [InlineData(401, """{"code":"UNAUTHORIZED_KEY"}""", "HTTP 401 UNAUTHORIZED_KEY")]
    [InlineData(200, """{"paymentKey":"x"}""", "HTTP 200 with no usable orderId")]
    [InlineData(429, "", "HTTP 429")]
    public async Task Any_other_absence_of_a_payment_teaches_nothing(int status, string body, string reason)
    {
        await using ScriptedServer server = await ScriptedServer.StartAsync(status, body);
        await using TossClients toss = new(server.Address);

        PaymentAnswer answer = await toss.Client.GetPaymentByOrderAsync("inv-0001-01", TestContext.Current.CancellationToken);

        Assert.Equal(new Outcome.LookUpFailed("inv-0001-01", reason), answer.ToOutcome("inv-0001-01", A.Start));
    }

    [Fact]
    public async Task A_payment_for_another_order_is_not_an_answer()
    {
        await using ScriptedServer server = await ScriptedServer.StartAsync(200, Wire.Payment());
        await using TossClients toss = new(server.Address);

        Assert.IsType<PaymentAnswer.Failed>(await toss.Client.GetPaymentByOrderAsync("inv-0001-02", TestContext.Current.CancellationToken));
        Assert.IsType<PaymentAnswer.Failed>(await toss.Client.GetPaymentAsync("tviva-another", TestContext.Current.CancellationToken));
        Assert.IsType<PaymentAnswer.Found>(await toss.Client.GetPaymentAsync(PaymentKey, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_failed_payment_is_found_as_what_it_is()
    {
        await using ScriptedServer server = await ScriptedServer.StartAsync(200, Wire.Payment(payment =>
        {
            payment["status"] = "ABORTED";
            payment["approvedAt"] = null;
            payment["failure"] = new JsonObject { ["code"] = "REJECT_CARD_PAYMENT", ["message"] = "한도초과" };
        }));
        await using TossClients toss = new(server.Address);

        PaymentAnswer answer = await toss.Client.GetPaymentByOrderAsync("inv-0001-01", TestContext.Current.CancellationToken);

        ProviderPayment payment = Assert.IsType<PaymentAnswer.Found>(answer).Payment;
        Assert.Equal(("ABORTED", null, "REJECT_CARD_PAYMENT", false), (payment.Status, payment.ApprovedAt, payment.FailureCode, payment.WasApproved));
    }

    [Theory]
    [InlineData(200, "", true)]
    [InlineData(400, """{"code":"ALREADY_REMOVED_BILLING_KEY"}""", true)]
    [InlineData(404, """{"code":"NOT_FOUND_BILLING"}""", true)]
    [InlineData(404, "", false)]
    [InlineData(500, """{"code":"COMMON_ERROR"}""", false)]
    [InlineData(200, "<html>login</html>", false)]
    public async Task Deleting_a_key_that_is_gone_is_deleting(int status, string body, bool deleted)
    {
        await using ScriptedServer server = await ScriptedServer.StartAsync(status, body);
        await using TossClients toss = new(server.Address);

        Outcome outcome = await toss.Client.DeleteBillingKeyAsync(new BillingKey(Wire.ClearKey), "pm_1");

        Assert.Equal(deleted ? typeof(Outcome.BillingKeyDeleted) : typeof(Outcome.BillingKeyDeletionFailed), outcome.GetType());
    }

    [Fact]
    public async Task A_cancelled_payment_shows_its_cancels()
    {
        await using ScriptedServer server = await ScriptedServer.StartAsync(200, Wire.Payment(payment =>
        {
            payment["status"] = "PARTIAL_CANCELED";
            payment["balanceAmount"] = 3900;
            payment["cancels"] = new JsonArray(new JsonObject
            {
                ["cancelAmount"] = 1000,
                ["cancelReason"] = "refund 7",
                ["refundableAmount"] = 3900,
                ["canceledAt"] = "2026-09-02T10:00:00+09:00",
                ["transactionKey"] = "txrd_2",
            });
        }));
        await using TossClients toss = new(server.Address);

        Outcome outcome = await toss.Client.CancelAsync(new(7, PaymentKey, 1000, 4900, "refund 7", "refund-7"));

        ProviderPayment payment = Assert.IsType<Outcome.RefundSeen>(outcome).Payment;
        Assert.Equal(3900, payment.BalanceKrw);
        Assert.Equal(
            [new ProviderCancel { TransactionKey = "txrd_2", AmountKrw = 1000, RefundableKrw = 3900, Reason = "refund 7", CanceledAt = Instant.FromUtc(2026, 9, 2, 1, 0) }],
            payment.Cancels);
    }

    [Theory]
    [InlineData(403, """{"code":"NOT_CANCELABLE_AMOUNT"}""", typeof(Outcome.RefundRefused))]
    [InlineData(500, """{"code":"FAILED_REFUND_PROCESS"}""", typeof(Outcome.RefundRefused))]
    [InlineData(409, """{"code":"IDEMPOTENT_REQUEST_PROCESSING"}""", typeof(Outcome.RefundUnanswered))]
    [InlineData(502, "<html/>", typeof(Outcome.RefundUnanswered))]
    [InlineData(200, """{"paymentKey":"other"}""", typeof(Outcome.RefundUnanswered))]
    public async Task A_cancel_without_a_payment_is_refused_by_code_or_not_answered(int status, string body, Type expected)
    {
        await using ScriptedServer server = await ScriptedServer.StartAsync(status, body);
        await using TossClients toss = new(server.Address);

        Assert.IsType(expected, await toss.Client.CancelAsync(new(7, PaymentKey, null, 4900, "refund 7", "refund-7")));
    }

    [Fact]
    public async Task A_key_issued_to_another_customer_is_not_taken()
    {
        await using ScriptedServer server = await ScriptedServer.StartAsync(200,
            """{"mId":"m","customerKey":"somebody-else","method":"카드","billingKey":"k=","card":null,"transfers":null}""");
        await using TossClients toss = new(server.Address);

        Assert.Equal(
            new IssueAnswer.Unanswered("HTTP 200 for another customerKey than was sent"),
            await toss.Client.IssueAsync("bln_12345678901", "customer-1", "reg_1"));
    }

    [Fact]
    public async Task An_account_is_recognised_by_its_bank()
    {
        await using ScriptedServer server = await ScriptedServer.StartAsync(200,
            """
            {"mId":"m","customerKey":"customer-1","method":"계좌이체","billingKey":"key-without-padding","card":null,
             "transfers":[{"bankName":"토스뱅크","bankAccountNumber":"1000****1234"}]}
            """);
        await using TossClients toss = new(server.Address);

        IssueAnswer.Issued issued = Assert.IsType<IssueAnswer.Issued>(await toss.Client.IssueAsync("bln_12345678901", "customer-1", "reg_1"));

        Assert.Equal(("계좌이체", new CardFacts("토스뱅크", "1000****1234", null, null)), (issued.Method, issued.Card));
    }

    [Fact]
    public async Task Transactions_are_read_in_won_and_paged_by_the_last_row()
    {
        await using ScriptedServer server = await ScriptedServer.StartAsync(200,
            """
            [{"mId":"m","transactionKey":"t1","paymentKey":"p1","orderId":"o-00001","status":"DONE","transactionAt":"2026-09-01T09:00:00+09:00","currency":"KRW","amount":4900.0},
             {"mId":"m","transactionKey":"t2","paymentKey":"p2","orderId":"o-00002","status":"DONE","transactionAt":"2026-09-01T09:00:00","currency":"USD","amount":4.99}]
            """);
        await using TossClients toss = new(server.Address);

        TransactionsAnswer answer = await toss.Client.ListTransactionsAsync(
            Instant.FromUtc(2026, 8, 31, 15, 0), Instant.FromUtc(2026, 9, 1, 15, 0), "t0&x", limit: 2, TestContext.Current.CancellationToken);

        TransactionsAnswer.Page page = Assert.IsType<TransactionsAnswer.Page>(answer);
        Assert.Equal([new TossTransaction("t1", "p1", "o-00001", "DONE", Instant.FromUtc(2026, 9, 1, 0, 0), 4900)], page.InWon);
        Assert.Equal("t2", page.Next);
        // Korean wall-clock time without an offset: with one the provider answers INVALID_DATE.
        Assert.Equal(["GET /v1/transactions?startDate=2026-09-01T00:00:00&endDate=2026-09-02T00:00:00&limit=2&startingAfter=t0%26x"], server.Requests);
    }

    [Fact]
    public async Task A_row_that_cannot_be_read_fails_the_page()
    {
        await using ScriptedServer server = await ScriptedServer.StartAsync(200, """[{"transactionKey":"t1","currency":"KRW"}]""");
        await using TossClients toss = new(server.Address);

        TransactionsAnswer answer = await toss.Client.ListTransactionsAsync(
            Instant.FromUtc(2026, 9, 1, 0, 0), Instant.FromUtc(2026, 9, 2, 0, 0), cancellation: TestContext.Current.CancellationToken);

        Assert.Equal(new TransactionsAnswer.Failed("HTTP 200 with a row with no usable paymentKey"), answer);
    }
}
