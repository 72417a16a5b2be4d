using System.Data.Common;
using Dapper;
using Microsoft.Extensions.Options;
using NodaTime;
using OrleansBilling.Installations;
using OrleansBilling.Storage;

namespace OrleansBilling.Watchdog;

/// <summary>
/// One silo of the cluster watches. Who it is stands in a row with a lease by the database's clock. Not in a grain with a reminder: the watchdog is there for the day on which
/// reminders do not come.
/// </summary>
internal sealed class WatchdogLease(Database database, WatchdogWaits waits, IOptions<MerchantOptions> merchant)
{
    private readonly string _now = DatabaseTime.NowMs(database.Engine);
    private readonly string _silo = Guid.NewGuid().ToString("N");

    /// <summary>How far the watch has come when it is this silo's, taken or renewed; null while another silo has it.</summary>
    public async Task<WatchdogProgress?> TryTakeAsync(CancellationToken cancellation)
    {
        await using DbConnection connection = await database.OpenAsync(cancellation);
        await connection.ExecuteAsync(new CommandDefinition(
            $"""
            INSERT INTO watchdog (merchant, silo, lease_until_ms, swept_at_ms, compared_at_ms, compared_after)
            VALUES (@merchant, @silo, {_now} + @leaseMs, 0, 0, '')
            ON CONFLICT (merchant) DO UPDATE SET silo = excluded.silo, lease_until_ms = excluded.lease_until_ms
            WHERE watchdog.silo = excluded.silo OR watchdog.lease_until_ms < {_now}
            """,
            Parameters(),
            cancellationToken: cancellation));
        return await ReadAsync(connection, "AND silo = @silo", cancellation);
    }

    /// <summary>How far the watch has come, whoever has it; null before the first.</summary>
    public async Task<WatchdogProgress?> ReadAsync(CancellationToken cancellation)
    {
        await using DbConnection connection = await database.OpenAsync(cancellation);
        return await ReadAsync(connection, "", cancellation);
    }

    /// <summary>Says how far it has come and renews the lease. False when another silo has taken over.</summary>
    public async Task<bool> KeepAsync(WatchdogProgress progress, CancellationToken cancellation)
    {
        await using DbConnection connection = await database.OpenAsync(cancellation);
        DynamicParameters parameters = Parameters();
        parameters.Add("sweptAtMs", progress.SweptAt.ToUnixTimeMilliseconds());
        parameters.Add("comparedAtMs", progress.ComparedAt.ToUnixTimeMilliseconds());
        parameters.Add("comparedAfter", progress.ComparedAfter);
        return await connection.ExecuteAsync(new CommandDefinition(
            $"""
            UPDATE watchdog SET lease_until_ms = {_now} + @leaseMs, swept_at_ms = @sweptAtMs, compared_at_ms = @comparedAtMs, compared_after = @comparedAfter
            WHERE merchant = @merchant AND silo = @silo
            """,
            parameters,
            cancellationToken: cancellation)) == 1;
    }

    /// <summary>Lets another silo go on at once.</summary>
    public async Task LeaveAsync()
    {
        await using DbConnection connection = await database.OpenAsync(CancellationToken.None);
        await connection.ExecuteAsync("UPDATE watchdog SET lease_until_ms = 0 WHERE merchant = @merchant AND silo = @silo", Parameters());
    }

    private async Task<WatchdogProgress?> ReadAsync(DbConnection connection, string whose, CancellationToken cancellation)
    {
        ProgressRow? row = await connection.QuerySingleOrDefaultAsync<ProgressRow>(new CommandDefinition(
            $"SELECT swept_at_ms AS SweptAtMs, compared_at_ms AS ComparedAtMs, compared_after AS ComparedAfter FROM watchdog WHERE merchant = @merchant {whose}",
            Parameters(),
            cancellationToken: cancellation));
        return row is null ? null : new WatchdogProgress(Instant.FromUnixTimeMilliseconds(row.SweptAtMs), Instant.FromUnixTimeMilliseconds(row.ComparedAtMs), row.ComparedAfter);
    }

    private DynamicParameters Parameters()
    {
        DynamicParameters parameters = new();
        parameters.Add("merchant", merchant.Value.Id);
        parameters.Add("silo", _silo);
        parameters.Add("leaseMs", (long)waits.Lease.TotalMilliseconds);
        return parameters;
    }

    private sealed class ProgressRow
    {
        public long SweptAtMs { get; set; }
        public long ComparedAtMs { get; set; }
        public string ComparedAfter { get; set; } = "";
    }
}

/// <summary>Instants by the billing clock.</summary>
/// <param name="ComparedAt">When the last comparison began that came to its end.</param>
/// <param name="ComparedAfter">The grain key up to which the one under way has come; empty when none is.</param>
internal sealed record WatchdogProgress(Instant SweptAt, Instant ComparedAt, string ComparedAfter);
