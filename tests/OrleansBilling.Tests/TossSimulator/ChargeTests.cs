using System.Text.Json;
using OrleansBilling.TossSimulator;
using OrleansBilling.TossSimulator.State;
using OrleansBilling.TossSimulator.Wire;

namespace OrleansBilling.Tests.TossSimulator;

public class ChargeTests
{
    [Fact]
    public async Task An_approved_charge_answers_the_whole_payment()
    {
        await using RunningSimulator simulator = await RunningSimulator.StartAsync(
            time: new Microsoft.Extensions.Time.Testing.FakeTimeProvider(new(2026, 8, 31, 15, 0, 0, TimeSpan.Zero)));

        JsonElement payment = (await simulator.ChargeAsync(await simulator.IssueAsync(), "sub-0001-01", 4_900)).Json;

        Assert.Equal(
            [
                "mId", "version", "paymentKey", "lastTransactionKey", "transactionKey", "status", "type", "orderId", "orderName", "requestedAt", "approvedAt",
                "useEscrow", "cultureExpense", "card", "virtualAccount", "transfer", "mobilePhone", "giftCertificate", "cashReceipt", "cashReceipts", "discount",
                "cancels", "secret", "easyPay", "easyPayAmount", "easyPayDiscountAmount", "country", "failure", "isPartialCancelable", "receipt", "checkout",
                "currency", "totalAmount", "balanceAmount", "suppliedAmount", "vat", "taxFreeAmount", "taxExemptionAmount", "metadata", "method",
            ],
            payment.EnumerateObject().Select(member => member.Name));
        string Text(string member) => payment.GetProperty(member).GetString()!;
        Assert.Equal(("BILLING", "DONE", "카드", "KRW", "sub-0001-01", "2026-09-01T00:00:00+09:00"),
            (Text("type"), Text("status"), Text("method"), Text("currency"), Text("orderId"), Text("approvedAt")));
        Assert.Matches("^simbi20260901000000[A-Za-z0-9]{5}$", Text("paymentKey"));
        Assert.Matches("^txrd_a01[0-9a-z]{24}$", Text("lastTransactionKey"));
        Assert.StartsWith("ps_", Text("secret"), StringComparison.Ordinal);
        Assert.Equal("00000000", payment.GetProperty("card").GetProperty("approveNo").GetString());
        Assert.Contains(Text("paymentKey"), payment.GetProperty("receipt").GetProperty("url").GetString(), StringComparison.Ordinal);
        Assert.Equal((4_900, 4_900, 4_455, 445), (payment.GetProperty("totalAmount").GetInt64(), payment.GetProperty("balanceAmount").GetInt64(),
            payment.GetProperty("suppliedAmount").GetInt64(), payment.GetProperty("vat").GetInt64()));
    }

    [Theory]
    [InlineData(4_900, 0, 0, 445)] // Toss' own sample says 455 here; its formula does not.
    [InlineData(9_900, 0, 0, 900)]
    [InlineData(1_000, 0, 0, 91)]
    [InlineData(10_000, 3_000, 0, 636)]
    [InlineData(10_000, 3_000, 1_000, 545)]
    [InlineData(10_000, 10_000, 0, 0)]
    [InlineData(100, 0, 0, 9)]
    [InlineData(5, 0, 0, 0)] // 0.4545…
    [InlineData(6, 0, 0, 1)] // 0.5454…
    public void VAT_is_an_eleventh_rounded_half_up(long amountKrw, long taxFreeKrw, long exemptKrw, long vatKrw)
    {
        Vat vat = Vat.Of(amountKrw, taxFreeKrw, exemptKrw);

        Assert.Equal(vatKrw, vat.VatKrw);
        Assert.Equal(amountKrw, vat.VatKrw + vat.SuppliedKrw + taxFreeKrw + exemptKrw);
    }

    [Theory]
    [InlineData(false, 0, 909)]
    [InlineData(true, 3_000, 636)]
    public async Task Tax_free_amounts_count_only_for_merchants_that_sell_tax_free(bool sellsTaxFree, long taxFreeKrw, long vatKrw)
    {
        await using RunningSimulator simulator = await RunningSimulator.StartAsync(new()
        {
            KeySets = { new() { MerchantId = "books", ClientKey = "test_ck_b", SecretKeys = [SimulatorKeys.SecretKey], SellsTaxFree = sellsTaxFree } },
        });

        WireReply reply = await simulator.PostAsync("/v1/billing/" + await simulator.IssueAsync(),
            new { customerKey = "customer-1", amount = 10_000, orderId = "order-1", orderName = "책", taxFreeAmount = 3_000 });

        Assert.Equal((taxFreeKrw, vatKrw), (reply.Krw("taxFreeAmount"), reply.Krw("vat")));
    }

    [Theory]
    [InlineData("""{"amount":9900,"orderId":"order-1","orderName":"n"}""", "INVALID_REQUIRED_PARAM")]
    [InlineData("""{"customerKey":"customer-1","amount":9900,"orderName":"n"}""", "INVALID_REQUIRED_PARAM")]
    [InlineData("""{"customerKey":"customer-1","amount":9900,"orderId":"order-1"}""", "INVALID_REQUIRED_PARAM")]
    [InlineData("""{"customerKey":"customer-1","orderId":"order-1","orderName":"n"}""", "REQUIRED_AMOUNT")]
    [InlineData("""{"customerKey":"customer-1","amount":"9900","orderId":"order-1","orderName":"n"}""", "INVALID_REQUEST")]
    [InlineData("""{"customerKey":"customer-1","amount":9900.5,"orderId":"order-1","orderName":"n"}""", "INVALID_REQUEST")]
    [InlineData("""{"customerKey":"customer-1","amount":-1,"orderId":"order-1","orderName":"n"}""", "BELOW_ZERO_AMOUNT")]
    [InlineData("""{"customerKey":"customer-1","amount":99,"orderId":"order-1","orderName":"n"}""", "BELOW_MINIMUM_AMOUNT")]
    [InlineData("""{"customerKey":"customer-1","amount":9900,"orderId":"short","orderName":"n"}""", "INVALID_ORDER_ID")]
    [InlineData("""{"customerKey":"customer-1","amount":9900,"orderId":"has space","orderName":"n"}""", "INVALID_ORDER_ID")]
    [InlineData("""{"customerKey":"customer-2","amount":9900,"orderId":"order-1","orderName":"n"}""", "NOT_MATCHES_CUSTOMER_KEY")]
    [InlineData("not json", "INVALID_REQUEST")]
    public async Task A_charge_that_cannot_be_moves_nothing(string body, string code)
    {
        await using RunningSimulator simulator = await RunningSimulator.StartAsync();

        WireReply reply = await simulator.PostAsync("/v1/billing/" + await simulator.IssueAsync(), body);

        Assert.Equal((400, code), (reply.Status, reply.Code));
        Assert.Empty(simulator.State.ReadLedger());
    }

    [Fact]
    public async Task Members_that_Toss_does_not_know_are_ignored()
    {
        await using RunningSimulator simulator = await RunningSimulator.StartAsync();

        WireReply reply = await simulator.PostAsync("/v1/billing/" + await simulator.IssueAsync(),
            new { customerKey = "customer-1", amount = 9_900, orderId = "order-1", orderName = "n", currency = "KRW", anything = new { at = "all" } });

        Assert.Equal(200, reply.Status);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_billing_key_works_in_the_path_encoded_or_raw(bool encoded)
    {
        await using RunningSimulator simulator = await RunningSimulator.StartAsync();
        string billingKey = await simulator.IssueAsync();

        WireReply reply = await simulator.PostAsync(
            "/v1/billing/" + (encoded ? billingKey.Replace("=", "%3D", StringComparison.Ordinal) : billingKey), RunningSimulator.ChargeBody());

        Assert.Equal(200, reply.Status);
    }

    [Fact]
    public async Task An_order_is_approved_once_even_after_its_cancel()
    {
        await using RunningSimulator simulator = await RunningSimulator.StartAsync();
        string billingKey = await simulator.IssueAsync();
        WireReply first = await simulator.ChargeAsync(billingKey);
        WireReply second = await simulator.ChargeAsync(billingKey);
        await simulator.CancelAsync(first.Text("paymentKey"), new { cancelReason = "환불" });
        WireReply third = await simulator.ChargeAsync(billingKey);

        Assert.Equal([(200, ""), (400, "DUPLICATED_ORDER_ID"), (400, "DUPLICATED_ORDER_ID")],
            [(first.Status, first.Code), (second.Status, second.Code), (third.Status, third.Code)]);
        Assert.Equal([LedgerKind.Approval, LedgerKind.Cancel], simulator.State.ReadLedger().Select(row => row.Kind));
    }

    [Theory]
    [InlineData(true, 200)]
    [InlineData(false, 400)]
    public async Task The_order_id_of_a_declined_charge_is_reusable_unless_the_knob_says_no(bool reusable, int status)
    {
        await using RunningSimulator simulator = await RunningSimulator.StartAsync(new() { Knobs = new() { FailedOrderIdsReusable = reusable } });
        string billingKey = await simulator.IssueAsync(OrleansBilling.TossSimulator.Cards.ScriptedCards.Declines(1));
        Assert.Equal("REJECT_CARD_PAYMENT", (await simulator.ChargeAsync(billingKey)).Code);

        Assert.Equal(status, (await simulator.ChargeAsync(billingKey)).Status);
    }

    [Fact]
    public async Task A_provider_that_breaks_its_promise_charges_twice_and_the_ledger_shows_it()
    {
        await using RunningSimulator simulator = await RunningSimulator.StartAsync(new() { Knobs = new() { RefusesDuplicateOrderIds = false } });
        string billingKey = await simulator.IssueAsync();
        await simulator.ChargeAsync(billingKey);
        await simulator.ChargeAsync(billingKey);

        JsonElement ledger = (await simulator.GetAsync("/simulator/ledger")).Json;

        Assert.Equal(2, ledger.GetProperty("approvalsPerOrder").GetProperty("order-1").GetInt32());
    }

    [Fact]
    public async Task A_key_that_never_was_is_refused_with_the_code_of_the_knob()
    {
        await using RunningSimulator simulator = await RunningSimulator.StartAsync();
        Assert.Equal((400, "INVALID_BILL_KEY_REQUEST"), await ChargeAsync());

        await simulator.ControlAsync("knobs", new { unknownBillingKeyCode = "NOT_FOUND_BILLING" });
        Assert.Equal((404, "NOT_FOUND_BILLING"), await ChargeAsync());

        async Task<(int, string)> ChargeAsync()
        {
            WireReply reply = await simulator.ChargeAsync(new string('x', 43) + "=");
            return (reply.Status, reply.Code);
        }
    }
}
