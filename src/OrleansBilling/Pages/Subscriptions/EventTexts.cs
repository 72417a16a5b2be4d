using System.Collections.Frozen;

namespace OrleansBilling.Pages.Subscriptions;

/// <summary>Which events of a subscription its customer is told, and in which words. The others are the operator's.</summary>
internal static class EventTexts
{
    public static FrozenSet<string> ForCustomers { get; } = new[]
    {
        "subscription.created", "subscription.activated", "subscription.renewed", "subscription.past_due", "subscription.cancellation_scheduled",
        "subscription.cancellation_undone", "subscription.ended", "period.waived", "payment.approved", "payment.declined", "payment.not_charged",
        "refund.succeeded", "card.registered", "card.replaced", "card.removed",
    }.ToFrozenSet(StringComparer.Ordinal);

    public static string TextKey(string type) => $"sub.event.{type}";
}
