using System.Text.Json;
using OrleansBilling.TossSimulator;
using OrleansBilling.TossSimulator.State;

namespace OrleansBilling.Tests.TossSimulator;

public class CancelTests
{
    [Fact]
    public async Task A_full_cancel_leaves_CANCELED_and_cannot_be_repeated()
    {
        await using RunningSimulator simulator = await RunningSimulator.StartAsync();
        string paymentKey = await simulator.PayAsync(amount: 1_000);

        WireReply canceled = await simulator.CancelAsync(paymentKey, new { cancelReason = "고객 요청" });
        WireReply again = await simulator.CancelAsync(paymentKey, new { cancelReason = "고객 요청" });

        Assert.Equal(("CANCELED", 1_000, 0, 0, 0), (canceled.Text("status"), canceled.Krw("totalAmount"), canceled.Krw("balanceAmount"),
            canceled.Krw("vat"), canceled.Krw("suppliedAmount")));
        JsonElement cancel = Assert.Single(canceled.Json.GetProperty("cancels").EnumerateArray());
        Assert.Equal(
            [
                "transactionKey", "cancelReason", "taxExemptionAmount", "canceledAt", "cardDiscountAmount", "transferDiscountAmount", "easyPayDiscountAmount",
                "receiptKey", "cancelAmount", "taxFreeAmount", "refundableAmount", "cancelStatus", "cancelRequestId",
            ],
            cancel.EnumerateObject().Select(member => member.Name));
        Assert.Equal(canceled.Text("lastTransactionKey"), cancel.GetProperty("transactionKey").GetString());
        Assert.Equal((400, "ALREADY_CANCELED_PAYMENT"), (again.Status, again.Code));
    }

    // Measured: 300 of 1000, then 700.
    [Fact]
    public async Task Partial_cancels_down_to_zero_stay_PARTIAL_CANCELED()
    {
        await using RunningSimulator simulator = await RunningSimulator.StartAsync();
        string paymentKey = await simulator.PayAsync(amount: 1_000);

        WireReply first = await simulator.CancelAsync(paymentKey, new { cancelReason = "r", cancelAmount = 300 });
        WireReply second = await simulator.CancelAsync(paymentKey, new { cancelReason = "r", cancelAmount = 700 });
        WireReply third = await simulator.CancelAsync(paymentKey, new { cancelReason = "r" });

        Assert.Equal(("PARTIAL_CANCELED", 700, 64), (first.Text("status"), first.Krw("balanceAmount"), first.Krw("vat")));
        Assert.Equal(("PARTIAL_CANCELED", 0), (second.Text("status"), second.Krw("balanceAmount")));
        Assert.Equal([300, 700], second.Json.GetProperty("cancels").EnumerateArray().Select(cancel => cancel.GetProperty("cancelAmount").GetInt64()));
        Assert.Equal([700, 0], second.Json.GetProperty("cancels").EnumerateArray().Select(cancel => cancel.GetProperty("refundableAmount").GetInt64()));
        Assert.Equal((403, "NOT_CANCELABLE_AMOUNT"), (third.Status, third.Code));
    }

    [Theory]
    [InlineData("""{"cancelReason":"r","cancelAmount":1001}""", 403, "NOT_CANCELABLE_AMOUNT")]
    [InlineData("""{"cancelReason":"r","cancelAmount":9000000000000000000}""", 403, "NOT_CANCELABLE_AMOUNT")]
    [InlineData("""{"cancelReason":"r","refundableAmount":999}""", 400, "NOT_MATCHES_REFUNDABLE_AMOUNT")]
    [InlineData("""{"cancelReason":"r","cancelAmount":0}""", 400, "INVALID_REFUND_AMOUNT")]
    [InlineData("""{"cancelReason":"r","cancelAmount":-5}""", 400, "INVALID_REFUND_AMOUNT")]
    [InlineData("""{"cancelAmount":100}""", 400, "INVALID_REQUIRED_PARAM")]
    [InlineData("""{"cancelReason":"r","currency":"USD"}""", 400, "INVALID_CURRENCY")]
    [InlineData("""{"cancelReason":"r","cancelAmount":"100"}""", 400, "INVALID_REQUEST")]
    public async Task A_cancel_that_cannot_be_changes_nothing(string body, int status, string code)
    {
        await using RunningSimulator simulator = await RunningSimulator.StartAsync();
        string paymentKey = await simulator.PayAsync(amount: 1_000);

        WireReply reply = await simulator.CancelAsync(paymentKey, body);

        Assert.Equal((status, code), (reply.Status, reply.Code));
        Assert.Equal("DONE", (await simulator.GetAsync("/v1/payments/" + paymentKey)).Text("status"));
    }

    [Fact]
    public async Task The_expected_balance_refuses_a_second_execution_whatever_the_key()
    {
        await using RunningSimulator simulator = await RunningSimulator.StartAsync();
        string paymentKey = await simulator.PayAsync(amount: 1_000);
        object body = new { cancelReason = "refund 1", cancelAmount = 300, refundableAmount = 1_000 };

        WireReply first = await simulator.CancelAsync(paymentKey, body, "key-1");
        WireReply replay = await simulator.CancelAsync(paymentKey, body, "key-1");
        WireReply otherKey = await simulator.CancelAsync(paymentKey, body, "key-2");

        Assert.Equal(first.Bytes, replay.Bytes);
        Assert.Equal("NOT_MATCHES_REFUNDABLE_AMOUNT", otherKey.Code);
        Assert.Equal(1, simulator.State.ReadLedger().Count(row => row.Kind == LedgerKind.Cancel));
    }

    [Fact]
    public async Task Tax_free_parts_are_cancelled_as_named_and_the_rest_takes_what_is_left()
    {
        await using RunningSimulator simulator = await RunningSimulator.StartAsync(new()
        {
            KeySets = { new() { MerchantId = "books", ClientKey = "test_ck_b", SecretKeys = [SimulatorKeys.SecretKey], SellsTaxFree = true } },
        });
        WireReply paid = await simulator.PostAsync("/v1/billing/" + await simulator.IssueAsync(),
            new { customerKey = "customer-1", amount = 10_000, orderId = "order-1", orderName = "책", taxFreeAmount = 3_000 });

        WireReply partly = await simulator.CancelAsync(paid.Text("paymentKey"), new { cancelReason = "r", cancelAmount = 2_000, taxFreeAmount = 1_000 });
        WireReply tooMuch = await simulator.CancelAsync(paid.Text("paymentKey"), new { cancelReason = "r", cancelAmount = 3_000, taxFreeAmount = 2_001 });
        WireReply rest = await simulator.CancelAsync(paid.Text("paymentKey"), new { cancelReason = "r" });

        Assert.Equal((2_000, 545), (partly.Krw("taxFreeAmount"), partly.Krw("vat")));
        Assert.Equal("INVALID_REQUEST", tooMuch.Code);
        Assert.Equal((0, 0, 0), (rest.Krw("balanceAmount"), rest.Krw("taxFreeAmount"), rest.Krw("vat")));
    }

    [Fact]
    public async Task A_payment_with_a_tax_exempt_part_can_only_be_cancelled_whole()
    {
        await using RunningSimulator simulator = await RunningSimulator.StartAsync();
        WireReply paid = await simulator.PostAsync("/v1/billing/" + await simulator.IssueAsync(),
            new { customerKey = "customer-1", amount = 10_000, orderId = "order-1", orderName = "컵 보증금", taxExemptionAmount = 300 });

        WireReply part = await simulator.CancelAsync(paid.Text("paymentKey"), new { cancelReason = "r", cancelAmount = 5_000 });
        WireReply whole = await simulator.CancelAsync(paid.Text("paymentKey"), new { cancelReason = "r" });

        Assert.False(paid.Json.GetProperty("isPartialCancelable").GetBoolean());
        Assert.Equal((403, "NOT_ALLOWED_PARTIAL_REFUND"), (part.Status, part.Code));
        Assert.Equal("CANCELED", whole.Text("status"));
    }

    [Fact]
    public async Task A_payment_that_nobody_knows_cannot_be_cancelled()
    {
        await using RunningSimulator simulator = await RunningSimulator.StartAsync();

        WireReply reply = await simulator.CancelAsync("simbi20260901000000abcde", new { cancelReason = "r" });

        Assert.Equal((404, "NOT_FOUND_PAYMENT"), (reply.Status, reply.Code));
    }
}
