using OrleansBilling.Subscriptions;

namespace OrleansBilling.Pages.Subscriptions;

internal static class CustomerSubscriptions
{
    /// <summary>All subscriptions of one customer, newest first.</summary>
    public static async Task<IReadOnlyList<SubscriptionView>> SubscriptionsOfAsync(this IGrainFactory grains, string merchant, string customerId)
    {
        IReadOnlyList<string> ids = await grains.Customer(merchant, customerId).SubscriptionsAsync();
        SubscriptionView?[] views = await Task.WhenAll(ids.Select(id => grains.Subscription(merchant, id).ViewAsync()));
        return [.. views.OfType<SubscriptionView>()];
    }

    /// <summary>One subscription, or null when it does not exist or is another customer's: the two must look alike from outside.</summary>
    public static async Task<SubscriptionView?> SubscriptionOfAsync(this IGrainFactory grains, string merchant, string customerId, string subscriptionId)
    {
        SubscriptionView? view = await grains.Subscription(merchant, subscriptionId).ViewAsync();
        return view?.CustomerId == customerId ? view : null;
    }
}
