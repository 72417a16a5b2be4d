using System.Data.Common;
using System.Text.Json;
using Dapper;
using OrleansBilling.Domain;
using OrleansBilling.Domain.Pumping;
using OrleansBilling.Storage;

namespace OrleansBilling.Reports;

/// <param name="Reason">One of <see cref="ParkingReasons"/>, or a code of the provider.</param>
/// <param name="Failure">The type of the exception that was thrown; null where the reason says it all.</param>
/// <param name="Since">Null while its event is on its way to the read side.</param>
public sealed record ParkedRow(string SubscriptionId, string Reason, string? Failure, DateTimeOffset? Since);

/// <summary>Subscriptions that wait for an operator, longest first.</summary>
public sealed class ParkedSubscriptions(Database database)
{
    public const int MostShown = 200;

    /// <summary>At most <see cref="MostShown"/>, and how many there are.</summary>
    public async Task<(IReadOnlyList<ParkedRow> Rows, int Total)> ReadAsync(string merchant, CancellationToken cancellation)
    {
        await using DbConnection connection = await database.OpenAsync(cancellation);
        object parameters = new { merchant, MostShown, broken = SubscriptionPump.MostBreaks };
        IEnumerable<Row> parked = await connection.QueryAsync<Row>(new CommandDefinition(
            """
            SELECT s.subscription_id AS SubscriptionId, s.parked_reason AS Reason, e.occurred_at_ms AS SinceMs, e.body AS Body
            FROM subscriptions s LEFT JOIN events e ON e.merchant = s.merchant AND e.subscription_id = s.subscription_id AND e.sequence =
              (SELECT max(x.sequence) FROM events x WHERE x.merchant = s.merchant AND x.subscription_id = s.subscription_id AND x.type = 'subscription.parked')
            WHERE s.merchant = @merchant AND s.parked_reason IS NOT NULL ORDER BY e.occurred_at_ms, s.subscription_id LIMIT @MostShown
            """,
            parameters, cancellationToken: cancellation));
        // An older silo, in the middle of an upgrade, may fail once or twice at what a newer one wrote.
        IEnumerable<Row> unreadable = await connection.QueryAsync<Row>(new CommandDefinition(
            """
            SELECT subscription_id AS SubscriptionId, failure AS Failure, since_ms AS SinceMs FROM unreadable_state
            WHERE merchant = @merchant AND failures >= @broken ORDER BY since_ms, subscription_id LIMIT @MostShown
            """,
            parameters, cancellationToken: cancellation));
        int total = await connection.QuerySingleAsync<int>(new CommandDefinition(
            """
            SELECT (SELECT count(*) FROM subscriptions WHERE merchant = @merchant AND parked_reason IS NOT NULL)
              + (SELECT count(*) FROM unreadable_state WHERE merchant = @merchant AND failures >= @broken)
            """,
            parameters, cancellationToken: cancellation));
        return (
        [
            .. unreadable.Select(row => new ParkedRow(row.SubscriptionId, ParkingReasons.StateUnreadable, row.Failure, At(row.SinceMs)))
                .Concat(parked.Select(row => new ParkedRow(row.SubscriptionId, row.Reason!, FailureIn(row.Body), At(row.SinceMs)))).Take(MostShown),
        ], total);
    }

    private static string? FailureIn(string? body) =>
        body is not null && JsonSerializer.Deserialize<BillingEvent>(body, StoredJson.Options)?.Data is EventData.SubscriptionParked parked ? parked.Failure : null;

    private static DateTimeOffset? At(long? ms) => ms is { } known ? DateTimeOffset.FromUnixTimeMilliseconds(known) : null;

    private sealed class Row
    {
        public string SubscriptionId { get; set; } = "";
        public string? Reason { get; set; }
        public string? Failure { get; set; }
        public long? SinceMs { get; set; }
        public string? Body { get; set; }
    }
}
