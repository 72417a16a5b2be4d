using System.Text.Json;
using OrleansBilling.TossSimulator.Cards;

namespace OrleansBilling.Tests.TossSimulator;

public class LookupTests
{
    [Fact]
    public async Task A_payment_is_found_by_key_and_by_order_as_it_was_answered()
    {
        await using RunningSimulator simulator = await RunningSimulator.StartAsync();
        WireReply paid = await simulator.ChargeAsync(await simulator.IssueAsync());

        WireReply byKey = await simulator.GetAsync("/v1/payments/" + paid.Text("paymentKey"));
        WireReply byOrder = await simulator.GetAsync("/v1/payments/orders/order-1");

        Assert.Equal(paid.Bytes, byKey.Bytes);
        Assert.Equal(paid.Bytes, byOrder.Bytes);
    }

    [Theory]
    [InlineData("/v1/payments/simbi20260901000000abcde")]
    [InlineData("/v1/payments/orders/order-none")]
    public async Task What_is_unknown_is_404(string path)
    {
        await using RunningSimulator simulator = await RunningSimulator.StartAsync();

        WireReply reply = await simulator.GetAsync(path);

        Assert.Equal((404, "NOT_FOUND_PAYMENT"), (reply.Status, reply.Code));
    }

    [Fact]
    public async Task A_declined_charge_is_404_unless_the_knob_shows_it_as_ABORTED()
    {
        await using RunningSimulator simulator = await RunningSimulator.StartAsync();
        await simulator.ChargeAsync(await simulator.IssueAsync(ScriptedCards.AlwaysStopped), amount: 4_900);
        Assert.Equal(404, (await simulator.GetAsync("/v1/payments/orders/order-1")).Status);

        await simulator.ControlAsync("knobs", new { failedChargesVisible = true });
        JsonElement payment = (await simulator.GetAsync("/v1/payments/orders/order-1")).Json;

        // As in the official example of a failed payment: the balance is the total and the VAT is there, so neither proves that it was paid.
        Assert.Equal(("ABORTED", "INVALID_STOPPED_CARD", JsonValueKind.Null, 4_900, 445),
            (payment.GetProperty("status").GetString(), payment.GetProperty("failure").GetProperty("code").GetString(),
                payment.GetProperty("approvedAt").ValueKind, payment.GetProperty("balanceAmount").GetInt64(), payment.GetProperty("vat").GetInt64()));
    }

    [Fact]
    public async Task A_deleted_billing_key_answers_nothing_and_charges_no_more()
    {
        await using RunningSimulator simulator = await RunningSimulator.StartAsync();
        string billingKey = await simulator.IssueAsync();

        WireReply deleted = await simulator.DeleteAsync("/v1/billing/" + Uri.EscapeDataString(billingKey));
        WireReply again = await simulator.DeleteAsync("/v1/billing/" + billingKey);
        WireReply charged = await simulator.ChargeAsync(billingKey);

        Assert.Equal((200, 0), (deleted.Status, deleted.Bytes.Length));
        Assert.Equal((400, "ALREADY_REMOVED_BILLING_KEY"), (again.Status, again.Code));
        Assert.Equal((400, "ALREADY_REMOVED_BILLING_KEY"), (charged.Status, charged.Code));
    }

    [Fact]
    public async Task Deleting_a_key_that_never_was_is_refused_with_the_code_of_the_knob()
    {
        await using RunningSimulator simulator = await RunningSimulator.StartAsync();
        Assert.Equal("NOT_FOUND_BILLING", (await simulator.DeleteAsync("/v1/billing/none")).Code);

        await simulator.ControlAsync("knobs", new { unknownBillingKeyOnDeleteCode = "INVALID_BILL_KEY_REQUEST" });
        Assert.Equal("INVALID_BILL_KEY_REQUEST", (await simulator.DeleteAsync("/v1/billing/none")).Code);
    }
}
