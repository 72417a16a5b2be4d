using System.Data.Common;
using Dapper;
using OrleansBilling.Installations;
using OrleansBilling.Storage;

namespace OrleansBilling.Reports;

/// <summary>The rebuild that is asked for, or the last one: a row that every silo sees, with a lease of the one that works on it.</summary>
internal sealed class RebuildStore(Database database)
{
    // Longer than a page takes on a slow disk.
    private const long LeaseMs = 30_000;
    private readonly string _now = DatabaseTime.NowMs(database.Engine);

    /// <summary>False when one is under way already.</summary>
    public Task<bool> TryAskAsync(string askedBy, CancellationToken cancellation) => ExecuteAsync(
        $"""
        INSERT INTO read_side_rebuild (one, rebuild_id, asked_by, begun_at_ms, finished_at_ms, lease_until_ms, done_after, read_rows, failed_rows)
        VALUES (1, @id, @askedBy, {_now}, NULL, 0, '', 0, 0)
        ON CONFLICT (one) DO UPDATE SET rebuild_id = excluded.rebuild_id, asked_by = excluded.asked_by, begun_at_ms = excluded.begun_at_ms, finished_at_ms = NULL,
          lease_until_ms = 0, done_after = '', read_rows = 0, failed_rows = 0
        WHERE read_side_rebuild.finished_at_ms IS NOT NULL
        """,
        new { id = Guid.NewGuid().ToString("N"), askedBy },
        cancellation);

    /// <summary>The rebuild that nobody works on, now this worker's; null when there is none.</summary>
    public async Task<RebuildRow?> TryTakeAsync(string worker, CancellationToken cancellation)
    {
        bool taken = await ExecuteAsync(
            $"UPDATE read_side_rebuild SET rebuild_id = @worker, lease_until_ms = {_now} + {LeaseMs} WHERE finished_at_ms IS NULL AND lease_until_ms < {_now}",
            new { worker },
            cancellation);
        return taken && await ReadAsync(cancellation) is { } row && row.RebuildId == worker ? row : null;
    }

    /// <summary>Notes how far it has come and renews the lease. False when another silo has it.</summary>
    public Task<bool> KeepAsync(RebuildRow row, bool finished, CancellationToken cancellation) => ExecuteAsync(
        $"""
        UPDATE read_side_rebuild SET done_after = @DoneAfter, read_rows = @ReadRows, failed_rows = @FailedRows, lease_until_ms = {_now} + {LeaseMs},
          finished_at_ms = CASE WHEN @finished = 1 THEN {_now} END
        WHERE rebuild_id = @RebuildId AND finished_at_ms IS NULL
        """,
        new { row.RebuildId, row.DoneAfter, row.ReadRows, row.FailedRows, finished = finished ? 1 : 0 },
        cancellation);

    /// <summary>Another silo, or this one after its restart, goes on at once.</summary>
    public Task LeaveAsync(string worker) =>
        ExecuteAsync("UPDATE read_side_rebuild SET lease_until_ms = 0 WHERE rebuild_id = @worker AND finished_at_ms IS NULL", new { worker }, CancellationToken.None);

    /// <summary>Null when none was ever asked for.</summary>
    public async Task<RebuildRow?> ReadAsync(CancellationToken cancellation)
    {
        await using DbConnection connection = await database.OpenAsync(cancellation);
        return await connection.QuerySingleOrDefaultAsync<RebuildRow>(new CommandDefinition(
            """
            SELECT rebuild_id AS RebuildId, asked_by AS AskedBy, begun_at_ms AS BegunAtMs, finished_at_ms AS FinishedAtMs, done_after AS DoneAfter, read_rows AS ReadRows,
              failed_rows AS FailedRows
            FROM read_side_rebuild
            """,
            cancellationToken: cancellation));
    }

    private async Task<bool> ExecuteAsync(string sql, object parameters, CancellationToken cancellation)
    {
        await using DbConnection connection = await database.OpenAsync(cancellation);
        return await connection.ExecuteAsync(new CommandDefinition(sql, parameters, cancellationToken: cancellation)) == 1;
    }
}

/// <summary>How far a rebuild of the read side has come. Times are real ones.</summary>
public sealed record RebuildRow
{
    /// <summary>Changes with whoever works on it.</summary>
    public string RebuildId { get; init; } = "";
    public string AskedBy { get; init; } = "";
    public long BegunAtMs { get; init; }
    public long? FinishedAtMs { get; init; }

    /// <summary>The grain key up to which it has come.</summary>
    public string DoneAfter { get; init; } = "";
    public long ReadRows { get; init; }

    /// <summary>States that could not be read; the log names each.</summary>
    public long FailedRows { get; init; }

    public DateTimeOffset BegunAt => DateTimeOffset.FromUnixTimeMilliseconds(BegunAtMs);

    /// <summary>Null while it is under way.</summary>
    public DateTimeOffset? FinishedAt => FinishedAtMs is { } ms ? DateTimeOffset.FromUnixTimeMilliseconds(ms) : null;
}
