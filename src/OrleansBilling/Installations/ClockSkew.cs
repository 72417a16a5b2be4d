using System.Data.Common;
using Dapper;
using OrleansBilling.Storage;

namespace OrleansBilling.Installations;

/// <summary>How far this host's real clock is ahead of the database's. With SQLite they are the same clock.</summary>
public sealed class ClockSkew(Database database, TimeProvider time)
{
    /// <summary>Positive: this host is ahead. Exact to half of the query's round trip.</summary>
    public async Task<TimeSpan> MeasureAsync(CancellationToken cancellationToken)
    {
        await using DbConnection connection = await database.OpenAsync(cancellationToken);
        DateTimeOffset before = time.GetUtcNow();
        long databaseMs = await connection.QuerySingleAsync<long>(new CommandDefinition(
            $"SELECT {DatabaseTime.NowMs(database.Engine)}", cancellationToken: cancellationToken));
        DateTimeOffset middle = before + (time.GetUtcNow() - before) / 2;
        return middle - DateTimeOffset.FromUnixTimeMilliseconds(databaseMs);
    }
}
