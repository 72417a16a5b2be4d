using System.Data.Common;
using Dapper;
using Microsoft.Extensions.Options;
using OrleansBilling.Domain;
using OrleansBilling.Storage;
using OrleansBilling.Toss;

namespace OrleansBilling.Reconciliation;

/// <summary>Which charges under our order ids nobody here knows: neither the read side nor the subscription that the order id names.</summary>
internal sealed class UnknownCharges(Database database, IGrainFactory grains, IOptions<MerchantOptions> merchant)
{
    /// <summary>How our order ids begin. Other people's orders under the same keys are not ours to judge.</summary>
    public string OrderPrefix { get; } = $"{merchant.Value.Id}-";

    public async Task<IReadOnlyList<TossTransaction>> AmongAsync(IReadOnlyCollection<TossTransaction> transactions, CancellationToken cancellation)
    {
        TossTransaction[] ours = [.. transactions.Where(t => t.OrderId.StartsWith(OrderPrefix, StringComparison.Ordinal))];
        HashSet<string> known = await KnownToReadSideAsync([.. ours.Select(t => t.OrderId).Distinct()], cancellation);
        List<TossTransaction> unknown = [];
        foreach (TossTransaction transaction in ours.Where(t => !known.Contains(t.OrderId)))
        {
            string? subscriptionId = SubscriptionLifecycle.SubscriptionIdOf(transaction.OrderId);
            if (subscriptionId is null || !await grains.Subscription(merchant.Value.Id, subscriptionId).KnowsAsync(transaction.OrderId))
            {
                unknown.Add(transaction);
            }
        }

        return unknown;
    }

    private async Task<HashSet<string>> KnownToReadSideAsync(string[] orders, CancellationToken cancellation)
    {
        HashSet<string> known = [];
        await using DbConnection connection = await database.OpenAsync(cancellation);
        foreach (string[] some in orders.Chunk(Database.MostInList))
        {
            known.UnionWith(await connection.QueryAsync<string>(new CommandDefinition(
                $"SELECT order_id FROM payments WHERE merchant = @Merchant AND order_id {database.In("@some")}", new { Merchant = merchant.Value.Id, some }, cancellationToken: cancellation)));
        }

        return known;
    }
}
