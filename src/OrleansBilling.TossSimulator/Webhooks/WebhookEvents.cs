using System.Text.Json.Nodes;
using OrleansBilling.TossSimulator.State;
using OrleansBilling.TossSimulator.Wire;

namespace OrleansBilling.TossSimulator.Webhooks;

/// <summary>The events of billing, in the legacy envelope: eventType, createdAt without an offset, data. They carry no signature.</summary>
internal static class WebhookEvents
{
    public static IEnumerable<JournalEntry> BillingDeleted(BillingKeyRecord key, SimulatorKnobs knobs, DateTimeOffset now) =>
        Queue("BILLING_DELETED", new JsonObject { ["billingKey"] = key.BillingKey, ["reason"] = "삭제 API 요청" }, knobs.WebhookUrls, now);

    public static IEnumerable<JournalEntry> PaymentCanceled(PaymentRecord payment, SimulatorKeySet keys, SimulatorKnobs knobs, DateTimeOffset now) =>
        knobs.WebhookOnCancel ? Queue("PAYMENT_STATUS_CHANGED", WireJson.Payment(payment, keys, english: false), knobs.WebhookUrls, now) : [];

    /// <summary>One delivery for each address, due at once. The body is made here, so that every retry sends the same bytes.</summary>
    public static IEnumerable<JournalEntry> Queue(string eventType, JsonNode data, IReadOnlyList<string> urls, DateTimeOffset now)
    {
        if (urls.Count == 0)
        {
            return [];
        }
        byte[] body = WireJson.Bytes(new JsonObject { ["eventType"] = eventType, ["createdAt"] = KoreanTime.WithoutOffset(now), ["data"] = data });
        return [.. urls.Select(url => new JournalEntry.WebhookQueued(new(KeyShapes.WebhookId(), url, eventType, body, now, [], now)))];
    }
}
