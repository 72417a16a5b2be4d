using System.Data.Common;
using Dapper;
using Microsoft.Extensions.Options;
using NodaTime;
using OrleansBilling.Reports;
using OrleansBilling.Storage;
using OrleansBilling.Subscriptions;
using OrleansBilling.Telemetry;

namespace OrleansBilling.Watchdog;

/// <summary>What the watchdog asks the database: over indexes only, and never for a state's payload.</summary>
internal sealed class WatchdogQueries(Database database, StorageStartup storage, IGrainFactory grains, IOptions<MerchantOptions> merchant)
{
    // UTC text in SQLite, a timestamp in PostgreSQL.
    private readonly string _startAtMs = database.Engine == DatabaseEngine.PostgreSql
        ? "CAST(extract(epoch FROM r.StartTime) * 1000 AS BIGINT)"
        : "CAST(round(unixepoch(r.StartTime, 'subsec') * 1000) AS INTEGER)";

    /// <summary>For the gauges.</summary>
    public async Task<SweepFigures> FiguresAsync(Instant now, Instant lateBefore, CancellationToken cancellation)
    {
        await using DbConnection connection = await database.OpenAsync(cancellation);
        Figures f = await connection.QuerySingleAsync<Figures>(new CommandDefinition(
            """
            SELECT
              (SELECT count(*) FROM subscriptions WHERE merchant = @merchant AND next_charge_at_ms <= @late AND unknown_since_ms IS NULL) AS Due,
              (SELECT min(next_charge_at_ms) FROM subscriptions WHERE merchant = @merchant AND next_charge_at_ms <= @late AND unknown_since_ms IS NULL) AS OldestDueMs,
              (SELECT count(*) FROM subscriptions WHERE merchant = @merchant AND unknown_since_ms IS NOT NULL) AS UnknownCount,
              (SELECT min(unknown_since_ms) FROM subscriptions WHERE merchant = @merchant AND unknown_since_ms IS NOT NULL) AS OldestUnknownMs,
              (SELECT count(*) FROM subscriptions WHERE merchant = @merchant AND parked_reason IS NOT NULL) AS Parked
            """,
            new { merchant = merchant.Value.Id, late = lateBefore.ToUnixTimeMilliseconds() },
            cancellationToken: cancellation));
        return new SweepFigures((int)f.Due, AgeOf(f.OldestDueMs, now), (int)f.UnknownCount, AgeOf(f.OldestUnknownMs, now), (int)f.Parked);
    }

    /// <summary>What the read side says is due since before an instant, oldest first, with the reminder of each.</summary>
    public async Task<IReadOnlyList<DueRow>> DueAsync(Instant lateBefore, DueRow? after, int count, CancellationToken cancellation)
    {
        await using DbConnection connection = await database.OpenAsync(cancellation);
        return [.. await connection.QueryAsync<DueRow>(new CommandDefinition(
            $"""
            SELECT s.subscription_id AS Id, s.next_charge_at_ms AS DueAtMs, s.sequence AS Sequence, {_startAtMs} AS ReminderAtMs
            FROM subscriptions s
            LEFT JOIN OrleansRemindersTable r ON r.ServiceId = @serviceId AND r.GrainId = @grainPrefix || s.subscription_id AND r.ReminderName = @ReminderName
            WHERE s.merchant = @merchant AND s.next_charge_at_ms <= @late AND (s.next_charge_at_ms, s.subscription_id) > (@afterMs, @afterId)
            ORDER BY s.next_charge_at_ms, s.subscription_id LIMIT @count
            """,
            await ParametersAsync(new { late = lateBefore.ToUnixTimeMilliseconds(), afterMs = after?.DueAtMs ?? long.MinValue, afterId = after?.Id ?? "", count }),
            cancellationToken: cancellation))];
    }

    /// <summary>The last grain key of the next page; null when the rest is shorter than a page.</summary>
    public async Task<string?> PageEndAsync(string after, int size, CancellationToken cancellation)
    {
        await using DbConnection connection = await database.OpenAsync(cancellation);
        return await connection.QuerySingleOrDefaultAsync<string?>(new CommandDefinition(
            """
            SELECT GrainIdExtensionString FROM OrleansStorage
            WHERE ServiceId = @serviceId AND GrainTypeString = @grainType AND GrainIdExtensionString > @after
            ORDER BY GrainIdExtensionString LIMIT 1 OFFSET @skip
            """,
            await ParametersAsync(new { after, skip = size - 1 }),
            cancellationToken: cancellation));
    }

    /// <summary>
    /// Stored subscriptions of one page that have no reminder although something may be left to do, whose reminder is later than that, or that the read side has never heard of.
    /// Both tables are asked by their primary keys; only who is named here is worth reading.
    /// </summary>
    public async Task<IReadOnlyList<ComparedRow>> CompareAsync(string after, string? upTo, Duration late, CancellationToken cancellation)
    {
        await using DbConnection connection = await database.OpenAsync(cancellation);
        return [.. await connection.QueryAsync<ComparedRow>(new CommandDefinition(
            $"""
            SELECT g.GrainIdExtensionString AS GrainKey,
              {_startAtMs} AS ReminderAtMs,
              CASE WHEN s.subscription_id IS NULL THEN 0 ELSE 1 END AS IsKnown
            FROM OrleansStorage g
            LEFT JOIN OrleansRemindersTable r ON r.ServiceId = g.ServiceId AND r.GrainId = @typePrefix || g.GrainIdExtensionString AND r.ReminderName = @ReminderName
            LEFT JOIN subscriptions s ON s.merchant = @merchant AND s.subscription_id = substr(g.GrainIdExtensionString, @idFrom)
            WHERE g.ServiceId = @serviceId AND g.GrainTypeString = @grainType AND g.GrainIdExtensionString > @after
              {(upTo is null ? "" : "AND g.GrainIdExtensionString <= @upTo")}
              AND substr(g.GrainIdExtensionString, 1, @idFrom - 1) = @keyPrefix
              AND (s.subscription_id IS NULL OR (r.GrainId IS NULL AND s.rests = 0) OR {_startAtMs} > s.needs_at_ms + @lateMs)
            """,
            await ParametersAsync(new { after, upTo, lateMs = (long)late.TotalMilliseconds }),
            cancellationToken: cancellation))];
    }

    /// <summary>The first tick of its reminder as it stands now, unix milliseconds; null when it has none.</summary>
    public async Task<long?> ReminderAtMsAsync(string grainKey, CancellationToken cancellation)
    {
        await using DbConnection connection = await database.OpenAsync(cancellation);
        return await connection.QuerySingleOrDefaultAsync<long?>(new CommandDefinition(
            $"SELECT {_startAtMs} FROM OrleansRemindersTable r WHERE r.ServiceId = @serviceId AND r.GrainId = @typePrefix || @grainKey AND r.ReminderName = @ReminderName",
            await ParametersAsync(new { grainKey }),
            cancellationToken: cancellation));
    }

    private async Task<DynamicParameters> ParametersAsync(object more)
    {
        string keyPrefix = $"{merchant.Value.Id}/";
        // Orleans' reminder table names a grain "{type}/{key}", its storage by the key alone.
        string typePrefix = $"{grains.Subscription(merchant.Value.Id, "").GetGrainId().Type}/";
        DynamicParameters parameters = new(more);
        parameters.Add("serviceId", (await storage.PrepareAsync()).ServiceId);
        parameters.Add("merchant", merchant.Value.Id);
        parameters.Add("grainType", StoredSubscriptions.GrainType);
        parameters.Add("ReminderName", SubscriptionGrain.ReminderName);
        parameters.Add("typePrefix", typePrefix);
        parameters.Add("grainPrefix", typePrefix + keyPrefix);
        parameters.Add("keyPrefix", keyPrefix);
        parameters.Add("idFrom", keyPrefix.Length + 1);
        return parameters;
    }

    private static TimeSpan AgeOf(long? atMs, Instant now) => atMs is { } ms ? (now - Instant.FromUnixTimeMilliseconds(ms)).ToTimeSpan() : TimeSpan.Zero;

    private sealed class Figures
    {
        public long Due { get; set; }
        public long? OldestDueMs { get; set; }
        public long UnknownCount { get; set; }
        public long? OldestUnknownMs { get; set; }
        public long Parked { get; set; }
    }
}

internal sealed record DueRow
{
    public string Id { get; init; } = "";
    public long DueAtMs { get; init; }
    public long Sequence { get; init; }

    /// <summary>First tick of its reminder; null when it has none.</summary>
    public long? ReminderAtMs { get; init; }
}

internal sealed record ComparedRow
{
    public string GrainKey { get; init; } = "";

    /// <summary>First tick of its reminder; null when it has none.</summary>
    public long? ReminderAtMs { get; init; }
    public long IsKnown { get; init; }
}
