using System.Text.Json;
using OrleansBilling.TossSimulator;

namespace OrleansBilling.Tests.TossSimulator;

public class WebhookTests
{
    [Fact]
    public async Task Deleting_a_billing_key_sends_BILLING_DELETED_in_the_legacy_envelope()
    {
        await using WebhookReceiver receiver = await WebhookReceiver.StartAsync();
        await using RunningSimulator simulator = await StartAsync(receiver);
        string billingKey = await simulator.IssueAsync();

        await simulator.DeleteAsync("/v1/billing/" + billingKey);
        await receiver.UntilAsync(1, "BILLING_DELETED arrives");

        ReceivedWebhook webhook = Assert.Single(receiver.Received);
        Assert.Equal(["eventType", "createdAt", "data"], webhook.Json.EnumerateObject().Select(member => member.Name));
        Assert.Equal("BILLING_DELETED", webhook.EventType);
        Assert.Matches(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?$", webhook.Json.GetProperty("createdAt").GetString());
        Assert.Equal((billingKey, "삭제 API 요청"),
            (webhook.Json.GetProperty("data").GetProperty("billingKey").GetString(), webhook.Json.GetProperty("data").GetProperty("reason").GetString()));
        Assert.Matches("^whtrans_[0-9a-z]+$", webhook.Id);
        Assert.Equal("0", webhook.RetriedCount);
        Assert.Matches(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+09:00$", webhook.Headers["tosspayments-webhook-transmission-time"]);
        Assert.DoesNotContain("tosspayments-webhook-signature", webhook.Headers.Keys);
        Assert.StartsWith("application/json", webhook.Headers["Content-Type"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Charges_and_declines_send_nothing_and_a_cancel_sends_the_payment()
    {
        await using WebhookReceiver receiver = await WebhookReceiver.StartAsync();
        await using RunningSimulator simulator = await StartAsync(receiver);
        string paymentKey = await simulator.PayAsync();
        await simulator.ChargeAsync(await simulator.IssueAsync(OrleansBilling.TossSimulator.Cards.ScriptedCards.AlwaysDeclines), "order-2");

        await simulator.CancelAsync(paymentKey, new { cancelReason = "r" });
        await receiver.UntilAsync(1, "PAYMENT_STATUS_CHANGED arrives");

        ReceivedWebhook webhook = Assert.Single(receiver.Received); // Had a charge sent one, it would have come before.
        JsonElement data = webhook.Json.GetProperty("data");
        Assert.Equal(("PAYMENT_STATUS_CHANGED", paymentKey, "CANCELED"),
            (webhook.EventType, data.GetProperty("paymentKey").GetString(), data.GetProperty("status").GetString()));
    }

    [Fact]
    public async Task A_cancel_sends_nothing_when_the_knob_says_so()
    {
        await using WebhookReceiver receiver = await WebhookReceiver.StartAsync();
        await using RunningSimulator simulator = await StartAsync(receiver, new SimulatorKnobs { WebhookOnCancel = false });

        await simulator.CancelAsync(await simulator.PayAsync(), new { cancelReason = "r" });

        Assert.Empty((await simulator.GetAsync("/simulator/webhooks")).Json.EnumerateArray());
    }

    [Fact]
    public async Task Retries_follow_the_documented_minutes_on_the_virtual_clock_and_then_end()
    {
        await using WebhookReceiver receiver = await WebhookReceiver.StartAsync();
        // A clock of the test's own: between two moves no time passes, so each retry is due exactly at its minute.
        await using RunningSimulator simulator = await StartAsync(receiver, time: new Microsoft.Extensions.Time.Testing.FakeTimeProvider());
        receiver.Status = 500;
        await simulator.DeleteAsync("/v1/billing/" + await simulator.IssueAsync());
        TimeSpan offset = TimeSpan.Zero;
        int tries = 1;
        await TriedAsync(simulator, tries);

        foreach (int minutes in new[] { 1, 4, 16, 64, 256, 1024, 4096 })
        {
            await simulator.AdvanceToAsync(offset + TimeSpan.FromMinutes(minutes) - TimeSpan.FromSeconds(1));
            Assert.Equal(tries, receiver.Received.Count);
            offset += TimeSpan.FromMinutes(minutes);
            await simulator.AdvanceToAsync(offset);
            await TriedAsync(simulator, ++tries);
        }

        Assert.Equal(["0", "1", "2", "3", "4", "5", "6", "7"], receiver.Received.Select(webhook => webhook.RetriedCount));
        Assert.Single(receiver.Received.Select(webhook => (webhook.Id, webhook.Body)).Distinct());
        Assert.Equal("failed", (await simulator.GetAsync("/simulator/webhooks")).Json[0].GetProperty("state").GetString());
    }

    [Fact]
    public async Task A_receiver_that_does_not_answer_in_time_gets_the_same_webhook_again()
    {
        await using WebhookReceiver receiver = await WebhookReceiver.StartAsync();
        await using RunningSimulator simulator = await StartAsync(receiver, new SimulatorKnobs { WebhookTimeout = TimeSpan.FromMilliseconds(100) });
        receiver.Status = 0;
        await simulator.DeleteAsync("/v1/billing/" + await simulator.IssueAsync());
        await TriedAsync(simulator, 1);
        receiver.Status = 200;

        await simulator.AdvanceToAsync(TimeSpan.FromMinutes(2));
        await TriedAsync(simulator, 2);

        JsonElement webhook = (await simulator.GetAsync("/simulator/webhooks")).Json[0];
        Assert.Equal([0, 200], webhook.GetProperty("attempts").EnumerateArray().Select(status => status.GetInt32()));
        Assert.Equal("delivered", webhook.GetProperty("state").GetString());
        Assert.Single(receiver.Received.Select(received => received.Id).Distinct());
    }

    [Fact]
    public async Task Only_status_200_is_a_success()
    {
        await using WebhookReceiver receiver = await WebhookReceiver.StartAsync();
        await using RunningSimulator simulator = await StartAsync(receiver);
        receiver.Status = 204;

        await simulator.DeleteAsync("/v1/billing/" + await simulator.IssueAsync());
        await TriedAsync(simulator, 1);

        Assert.Equal("pending", (await simulator.GetAsync("/simulator/webhooks")).Json[0].GetProperty("state").GetString());
    }

    [Fact]
    public async Task Duplicates_come_with_the_same_transmission_id()
    {
        await using WebhookReceiver receiver = await WebhookReceiver.StartAsync();
        await using RunningSimulator simulator = await StartAsync(receiver, new SimulatorKnobs { WebhookDuplicates = 2 });

        await simulator.DeleteAsync("/v1/billing/" + await simulator.IssueAsync());
        await receiver.UntilAsync(3, "the webhook arrives three times");

        Assert.Single(receiver.Received.Select(webhook => webhook.Id).Distinct());
    }

    [Fact]
    public async Task Reversed_events_overtake_each_other()
    {
        await using WebhookReceiver receiver = await WebhookReceiver.StartAsync();
        await using RunningSimulator simulator = await StartAsync(receiver, new SimulatorKnobs { WebhooksReversed = true });

        await simulator.CancelAsync(await simulator.PayAsync(), new { cancelReason = "r" });
        await simulator.DeleteAsync("/v1/billing/" + await simulator.IssueAsync());
        await receiver.UntilAsync(2, "both events arrive");

        Assert.Equal(["BILLING_DELETED", "PAYMENT_STATUS_CHANGED"], receiver.Received.Select(webhook => webhook.EventType));
    }

    [Fact]
    public async Task A_forged_event_looks_like_a_real_one()
    {
        await using WebhookReceiver receiver = await WebhookReceiver.StartAsync();
        await using RunningSimulator simulator = await StartAsync(receiver);

        await simulator.ControlAsync("webhooks", new { eventType = "BILLING_DELETED", data = new { billingKey = "made-up", reason = "forged" } });
        await receiver.UntilAsync(1, "the forged event arrives");

        Assert.Equal("made-up", receiver.Received.First().Json.GetProperty("data").GetProperty("billingKey").GetString());
    }

    private static Task<RunningSimulator> StartAsync(WebhookReceiver receiver, SimulatorKnobs? knobs = null, TimeProvider? time = null) =>
        RunningSimulator.StartAsync(new() { Knobs = (knobs ?? new()) with { WebhookUrls = [receiver.Url] } }, time);

    private static Task TriedAsync(RunningSimulator simulator, int tries) => RunningSimulator.UntilAsync(
        async () => (await simulator.GetAsync("/simulator/webhooks")).Json[0].GetProperty("attempts").GetArrayLength() == tries, $"try {tries} is noted");
}
