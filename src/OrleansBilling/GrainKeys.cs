using OrleansBilling.Customers;
using OrleansBilling.Reconciliation;
using OrleansBilling.Registrations;
using OrleansBilling.Subscriptions;

namespace OrleansBilling;

/// <summary>Every grain key begins with the merchant, so that two merchants can never meet in one grain.</summary>
public static class GrainKeys
{
    public static ISubscriptionGrain Subscription(this IGrainFactory grains, string merchant, string subscriptionId) =>
        grains.Subscription($"{merchant}/{subscriptionId}");

    public static ISubscriptionGrain Subscription(this IGrainFactory grains, string grainKey) => grains.GetGrain<ISubscriptionGrain>(grainKey);

    public static IRegistrationGrain Registration(this IGrainFactory grains, string merchant, string registrationId) =>
        grains.GetGrain<IRegistrationGrain>($"{merchant}/{registrationId}");

    public static IReconciliationGrain Reconciliation(this IGrainFactory grains, string merchant) => grains.GetGrain<IReconciliationGrain>(merchant);

    public static ICustomerGrain Customer(this IGrainFactory grains, string merchant, string customerId) =>
        grains.GetGrain<ICustomerGrain>($"{merchant}/{customerId}");

    /// <summary>Splits a grain key into merchant and id.</summary>
    public static (string Merchant, string Id) Split(string grainKey)
    {
        int slash = grainKey.IndexOf('/', StringComparison.Ordinal);
        return slash > 0 ? (grainKey[..slash], grainKey[(slash + 1)..]) : throw new FormatException("A grain key is {merchant}/{id}.");
    }
}
