using System.Data.Common;
using System.Text.Json;
using Dapper;
using OrleansBilling.Domain;
using OrleansBilling.Storage;
using OrleansBilling.Subscriptions;

namespace OrleansBilling.Reports;

/// <summary>
/// Subscriptions as their grains have stored them, read from the store itself: nothing is activated, so a million can be looked at. What is read may be old by the time it is
/// used; nobody decides about money by it.
/// </summary>
internal sealed class StoredSubscriptions(Database database, StorageStartup storage)
{
    /// <summary>As <see cref="SubscriptionGrain"/> names its state.</summary>
    public const string GrainType = "subscription";

    private readonly string _among = database.Engine == DatabaseEngine.PostgreSql ? "= ANY(@keys)" : "IN (SELECT value FROM json_each(@keys))";

    /// <summary>The grain keys (<c>{merchant}/{id}</c>) that follow, in the order of the database; fewer than <paramref name="count"/> at the end.</summary>
    public async Task<IReadOnlyList<string>> KeysAsync(string after, int count, CancellationToken cancellation)
    {
        await using DbConnection connection = await database.OpenAsync(cancellation);
        return [.. await connection.QueryAsync<string>(new CommandDefinition(
            """
            SELECT GrainIdExtensionString FROM OrleansStorage
            WHERE ServiceId = @serviceId AND GrainTypeString = @GrainType AND GrainIdExtensionString > @after
            ORDER BY GrainIdExtensionString LIMIT @count
            """,
            new { serviceId = (await storage.PrepareAsync()).ServiceId, GrainType, after, count },
            cancellationToken: cancellation))];
    }

    /// <summary>Those of the keys that have a row with a state, in no particular order.</summary>
    public async Task<IReadOnlyList<StoredState>> ReadAsync(IReadOnlyCollection<string> keys, CancellationToken cancellation)
    {
        await using DbConnection connection = await database.OpenAsync(cancellation);
        IEnumerable<Row> rows = await connection.QueryAsync<Row>(new CommandDefinition(
            $"""
            SELECT GrainIdExtensionString AS GrainKey, Version, PayloadBinary AS Payload FROM OrleansStorage
            WHERE ServiceId = @serviceId AND GrainTypeString = @GrainType AND GrainIdExtensionString {_among} AND PayloadBinary IS NOT NULL
            """,
            new { serviceId = (await storage.PrepareAsync()).ServiceId, GrainType, keys = ArrayOf(keys) },
            cancellationToken: cancellation));
        return [.. rows.Select(Understood)];
    }

    /// <summary>Versions of the rows, by which a reader sees whether a grain has stored meanwhile.</summary>
    public async Task<IReadOnlyDictionary<string, long>> VersionsAsync(IReadOnlyCollection<string> keys, CancellationToken cancellation)
    {
        await using DbConnection connection = await database.OpenAsync(cancellation);
        IEnumerable<Row> rows = await connection.QueryAsync<Row>(new CommandDefinition(
            $"""
            SELECT GrainIdExtensionString AS GrainKey, Version FROM OrleansStorage
            WHERE ServiceId = @serviceId AND GrainTypeString = @GrainType AND GrainIdExtensionString {_among}
            """,
            new { serviceId = (await storage.PrepareAsync()).ServiceId, GrainType, keys = ArrayOf(keys) },
            cancellationToken: cancellation));
        return rows.ToDictionary(row => row.GrainKey, row => row.Version);
    }

    /// <summary>A list of texts as a parameter: an array for PostgreSQL, JSON for SQLite.</summary>
    private object ArrayOf(IEnumerable<string> texts) => database.Engine == DatabaseEngine.PostgreSql ? texts.ToArray() : JsonSerializer.Serialize(texts);

    private static StoredState Understood(Row row)
    {
        try
        {
            StoredSubscription stored = JsonSerializer.Deserialize<StoredSubscription>(row.Payload, StoredJson.Options)!;
            StoredForm.Check(row.GrainKey, stored.MinReader, StoredSubscription.CurrentVersion);
            return new StoredState(row.GrainKey, row.Version, stored.Subscription, null);
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException or NotSupportedException)
        {
            return new StoredState(row.GrainKey, row.Version, null, error);
        }
    }

    // Settable properties: the two engines report integers in different widths, which Dapper converts for properties only.
    private sealed class Row
    {
        public string GrainKey { get; set; } = "";
        public long Version { get; set; }
        public byte[] Payload { get; set; } = [];
    }
}

/// <param name="Subscription">Null when it was never started, or cannot be read.</param>
/// <param name="Unreadable">Why it cannot be read: damaged, or of a newer program.</param>
internal sealed record StoredState(string GrainKey, long Version, Subscription? Subscription, Exception? Unreadable);
