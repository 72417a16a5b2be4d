namespace OrleansBilling.Customers;

/// <summary>
/// One customer: owns the provider's customerKey and decides, in one place, that there is one live subscription per product.
/// Key: <c>{merchant}/{customerId}</c>. Holds ids only; names and addresses live in their own tables.
/// </summary>
[Alias("OrleansBilling.ICustomerGrain")]
public interface ICustomerGrain : IGrainWithStringKey
{
    /// <summary>A UUID made on first use and kept for ever.</summary>
    [Alias("CustomerKey")] Task<string> CustomerKeyAsync();

    /// <summary>Takes the product for this subscription. Answers the id that holds it: the same one, or the live one that was first.</summary>
    [Alias("Claim")] Task<string> ClaimAsync(string productId, string subscriptionId);

    /// <summary>Gives the product free again; called when a subscription ends or a registration is refused.</summary>
    [Alias("Release")] Task ReleaseAsync(string productId, string subscriptionId);

    /// <summary>Ids of all subscriptions of this customer, newest first.</summary>
    [Alias("Subscriptions")] Task<IReadOnlyList<string>> SubscriptionsAsync();
}
