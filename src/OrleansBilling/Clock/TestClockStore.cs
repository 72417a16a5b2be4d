using System.Data.Common;
using Dapper;
using OrleansBilling.Installations;
using OrleansBilling.Storage;

namespace OrleansBilling.Clock;

/// <summary>
/// The rows that make all silos follow one clock. A walk's writes name its id: a walker that was thought dead and replaced cannot move the clock
/// any more.
/// </summary>
internal sealed class TestClockStore(Database database)
{
    // Longer than a slow commit, short enough that a person does not wait long for another silo to go on.
    private const long LeaseMs = 15_000;
    private readonly string _now = DatabaseTime.NowMs(database.Engine);

    public Task<Row> ReadAsync(CancellationToken cancellationToken) => QueryAsync<Row>(
        $"""
        SELECT c.offset_ms AS OffsetMs, c.version AS Version, w.walk_id AS WalkId, w.target_at_ms AS TargetAtMs, w.wanted_until_ms AS WantedUntilMs,
          w.stops AS Stops, w.waiting AS Waiting, w.note AS Note, w.finished AS Finished, CASE WHEN w.lease_until_ms < {_now} THEN 1 ELSE 0 END AS Abandoned
        FROM test_clock c LEFT JOIN test_clock_walk w ON w.one = c.one
        """,
        null,
        cancellationToken);

    /// <summary>False when another walk is under way.</summary>
    public async Task<bool> TryStartAsync(string walkId, DateTimeOffset target, CancellationToken cancellationToken) => await ExecuteAsync(
        $"""
        INSERT INTO test_clock_walk (one, walk_id, target_at_ms, lease_until_ms, wanted_until_ms, stops, waiting, note, finished)
        VALUES (1, @walkId, @target, {_now} + {LeaseMs}, 0, 0, 0, '', 0)
        ON CONFLICT (one) DO UPDATE SET walk_id = excluded.walk_id, target_at_ms = excluded.target_at_ms, lease_until_ms = excluded.lease_until_ms,
          wanted_until_ms = 0, stops = 0, waiting = 0, note = '', finished = 0
        WHERE test_clock_walk.finished = 1
        """,
        new { walkId, target = target.ToUnixTimeMilliseconds() },
        cancellationToken) == 1;

    /// <summary>Takes over the walk of a silo that died. False when another one was first, or it lives.</summary>
    public async Task<bool> TryAdoptAsync(string abandonedWalkId, string walkId, CancellationToken cancellationToken) => await ExecuteAsync(
        $"""
        UPDATE test_clock_walk SET walk_id = @walkId, lease_until_ms = {_now} + {LeaseMs}
        WHERE walk_id = @abandonedWalkId AND finished = 0 AND lease_until_ms < {_now}
        """,
        new { abandonedWalkId, walkId },
        cancellationToken) == 1;

    /// <summary>Moves the clock forward (never back) and says what each silo must have loaded. Returns the new version.</summary>
    /// <exception cref="WalkLostException">The walk ended, or another silo has it.</exception>
    public async Task<long> MoveAsync(string walkId, TimeSpan offset, DateTimeOffset wantedUntil, CancellationToken cancellationToken)
    {
        await using DbConnection connection = await database.OpenAsync(cancellationToken);
        await using DbTransaction transaction = await connection.BeginTransactionAsync(cancellationToken);
        int held = await connection.ExecuteAsync(new CommandDefinition(
            $"UPDATE test_clock_walk SET wanted_until_ms = @wanted, lease_until_ms = {_now} + {LeaseMs} WHERE walk_id = @walkId AND finished = 0",
            new { walkId, wanted = wantedUntil.ToUnixTimeMilliseconds() },
            transaction,
            cancellationToken: cancellationToken));
        if (held == 0)
        {
            throw new WalkLostException();
        }

        long version = await connection.QuerySingleAsync<long>(new CommandDefinition(
            "UPDATE test_clock SET offset_ms = CASE WHEN offset_ms < @offsetMs THEN @offsetMs ELSE offset_ms END, version = version + 1 RETURNING version",
            new { offsetMs = (long)offset.TotalMilliseconds },
            transaction,
            cancellationToken: cancellationToken));
        await transaction.CommitAsync(cancellationToken);
        return version;
    }

    /// <inheritdoc cref="MoveAsync"/>
    public async Task ReportAsync(string walkId, int stops, int waiting, string note, bool finished, CancellationToken cancellationToken)
    {
        int held = await ExecuteAsync(
            $"""
            UPDATE test_clock_walk SET stops = @stops, waiting = @waiting, note = @note, finished = @finished, lease_until_ms = {_now} + {LeaseMs}
            WHERE walk_id = @walkId AND finished = 0
            """,
            new { walkId, stops, waiting, note, finished = finished ? 1 : 0 },
            cancellationToken);
        if (held == 0)
        {
            throw new WalkLostException();
        }
    }

    /// <summary>Lets another silo, or this one after its restart, go on at once.</summary>
    public Task AbandonAsync(string walkId, CancellationToken cancellationToken) => ExecuteAsync(
        "UPDATE test_clock_walk SET lease_until_ms = 0 WHERE walk_id = @walkId AND finished = 0", new { walkId }, cancellationToken);

    public Task EndAsync(string note, CancellationToken cancellationToken) => ExecuteAsync(
        "UPDATE test_clock_walk SET finished = 1, waiting = 0, note = @note WHERE finished = 0", new { note }, cancellationToken);

    public Task AcknowledgeAsync(string silo, long version, CancellationToken cancellationToken) => ExecuteAsync(
        "INSERT INTO test_clock_silo (silo, version) VALUES (@silo, @version) ON CONFLICT (silo) DO UPDATE SET version = excluded.version",
        new { silo, version },
        cancellationToken);

    public Task ForgetAsync(string silo, CancellationToken cancellationToken) =>
        ExecuteAsync("DELETE FROM test_clock_silo WHERE silo = @silo", new { silo }, cancellationToken);

    public async Task<IReadOnlyCollection<string>> AcknowledgedByAsync(long version, CancellationToken cancellationToken)
    {
        await using DbConnection connection = await database.OpenAsync(cancellationToken);
        return [.. await connection.QueryAsync<string>(new CommandDefinition(
            "SELECT silo FROM test_clock_silo WHERE version >= @version", new { version }, cancellationToken: cancellationToken))];
    }

    private async Task<int> ExecuteAsync(string sql, object parameters, CancellationToken cancellationToken)
    {
        await using DbConnection connection = await database.OpenAsync(cancellationToken);
        return await connection.ExecuteAsync(new CommandDefinition(sql, parameters, cancellationToken: cancellationToken));
    }

    private async Task<T> QueryAsync<T>(string sql, object? parameters, CancellationToken cancellationToken)
    {
        await using DbConnection connection = await database.OpenAsync(cancellationToken);
        return await connection.QuerySingleAsync<T>(new CommandDefinition(sql, parameters, cancellationToken: cancellationToken));
    }

    /// <summary>The clock and its last walk; the walk's values are null before the first one.</summary>
    internal sealed class Row
    {
        public long OffsetMs { get; init; }
        public long Version { get; init; }
        public string? WalkId { get; init; }
        public long? TargetAtMs { get; init; }
        public long? WantedUntilMs { get; init; }
        public long? Stops { get; init; }
        public long? Waiting { get; init; }
        public string? Note { get; init; }
        public long? Finished { get; init; }
        public long Abandoned { get; init; }

        public TimeSpan Offset => TimeSpan.FromMilliseconds(OffsetMs);
        public bool IsWalking => WalkId is not null && Finished == 0;
        public bool IsAbandoned => IsWalking && Abandoned == 1;
        public DateTimeOffset Target => DateTimeOffset.FromUnixTimeMilliseconds(TargetAtMs ?? 0);
    }
}

/// <summary>The walk was ended by a person, or another silo took it over.</summary>
internal sealed class WalkLostException() : Exception("The walk of the test clock belongs to nobody or to another silo.");
