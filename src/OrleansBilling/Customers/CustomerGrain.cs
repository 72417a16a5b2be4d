using OrleansBilling.Clock;
using OrleansBilling.Domain;
using OrleansBilling.Storage;
using OrleansBilling.Subscriptions;

namespace OrleansBilling.Customers;

/// <summary>What is stored of a customer grain: ids, no personal data.</summary>
public sealed record StoredCustomer : StoredRecord
{
    /// <summary>The form that this program writes.</summary>
    public const int CurrentVersion = 1;

    public int Version { get; init; } = CurrentVersion;
    public int MinReader { get; init; } = CurrentVersion;

    /// <summary>Null until it is first asked for.</summary>
    public string? CustomerKey { get; init; }

    /// <summary>Oldest first.</summary>
    public IReadOnlyList<StoredClaim> Claims { get; init; } = [];
}

/// <param name="Released">The product is free again; the subscription, if it ever started, stays in the list.</param>
public sealed record StoredClaim(string ProductId, string SubscriptionId, DateTimeOffset ClaimedAt, bool Released) : StoredRecord;

internal sealed class CustomerGrain(
    [PersistentState("customer", StorageNames.Billing)] IPersistentState<StoredCustomer> stored,
    [FromKeyedServices(BillingClock.Key)] TimeProvider clock) : Grain, ICustomerGrain
{
    // A claim whose subscription never started stands this long: a registration that was left half way must not lock a product for ever.
    private static readonly TimeSpan UnstartedClaim = TimeSpan.FromHours(1);

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        StoredForm.Check(this.GetPrimaryKeyString(), stored.State.MinReader, StoredCustomer.CurrentVersion);
        return Task.CompletedTask;
    }

    public async Task<string> CustomerKeyAsync()
    {
        if (stored.State.CustomerKey is null)
        {
            await StoreAsync(stored.State with { CustomerKey = Guid.NewGuid().ToString() });
        }

        return stored.State.CustomerKey!;
    }

    public async Task<string> ClaimAsync(string productId, string subscriptionId)
    {
        StoredClaim? holder = stored.State.Claims.LastOrDefault(c => c.ProductId == productId && !c.Released);
        if (holder?.SubscriptionId == subscriptionId)
        {
            return subscriptionId;
        }

        if (holder is not null && await HoldsAsync(holder))
        {
            return holder.SubscriptionId;
        }

        StoredClaim claim = new(productId, subscriptionId, clock.GetUtcNow(), Released: false);
        await StoreAsync(stored.State with { Claims = [.. stored.State.Claims.Select(c => c == holder ? c with { Released = true } : c), claim] });
        return subscriptionId;
    }

    public async Task ReleaseAsync(string productId, string subscriptionId)
    {
        if (stored.State.Claims.FirstOrDefault(c => c.ProductId == productId && c.SubscriptionId == subscriptionId && !c.Released) is { } claim)
        {
            await StoreAsync(stored.State with { Claims = [.. stored.State.Claims.Select(c => c == claim ? c with { Released = true } : c)] });
        }
    }

    public Task<IReadOnlyList<string>> SubscriptionsAsync() =>
        Task.FromResult<IReadOnlyList<string>>([.. stored.State.Claims.Select(c => c.SubscriptionId).Distinct().Reverse()]);

    /// <summary>Asked of the subscription itself when it matters, so that nobody has to report the end of one.</summary>
    private async Task<bool> HoldsAsync(StoredClaim holder)
    {
        (string merchant, _) = GrainKeys.Split(this.GetPrimaryKeyString());
        SubscriptionView? view = await GrainFactory.Subscription(merchant, holder.SubscriptionId).ViewAsync();
        return view is null ? clock.GetUtcNow() - holder.ClaimedAt < UnstartedClaim : view.Status != SubscriptionStatus.Ended;
    }

    private Task StoreAsync(StoredCustomer next) => stored.WriteOrDropAsync(next, this);
}
