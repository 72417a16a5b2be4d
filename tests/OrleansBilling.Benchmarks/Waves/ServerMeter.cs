using System.Globalization;
using Npgsql;

namespace OrleansBilling.Benchmarks.Waves;

/// <summary>What a database server has done so far, all its processes together. Nobody else may use it meanwhile.</summary>
/// <param name="Commits">Transactions that wrote something; reads need no commit record.</param>
internal readonly record struct ServerWork(TimeSpan CpuTime, long WalBytes, long Commits)
{
    public static ServerWork operator -(ServerWork later, ServerWork earlier) =>
        new(later.CpuTime - earlier.CpuTime, later.WalBytes - earlier.WalBytes, later.Commits - earlier.Commits);
}

/// <summary>Reads the counters of the private PostgreSQL server, whose processes run on this machine.</summary>
internal sealed class ServerMeter : IAsyncDisposable
{
    private readonly NpgsqlConnection _connection;
    private readonly int _postmaster;

    private ServerMeter(NpgsqlConnection connection, int postmaster) => (_connection, _postmaster) = (connection, postmaster);

    public static async Task<ServerMeter> OpenAsync(string connectionString)
    {
        NpgsqlConnection connection = new(connectionString);
        await connection.OpenAsync();
        await using NpgsqlCommand command = new("SELECT split_part(pg_read_file('postmaster.pid'), E'\\n', 1)", connection);
        return new ServerMeter(connection, int.Parse((string)(await command.ExecuteScalarAsync())!, CultureInfo.InvariantCulture));
    }

    public async Task<ServerWork> ReadAsync()
    {
        // A transaction gets a number when it writes its first row.
        await using NpgsqlCommand command = new("SELECT pg_wal_lsn_diff(pg_current_wal_insert_lsn(), '0/0')::bigint, pg_snapshot_xmax(pg_current_snapshot())::text::bigint", _connection);
        await using NpgsqlDataReader row = await command.ExecuteReaderAsync();
        await row.ReadAsync();
        return new ServerWork(CpuTime(), row.GetInt64(0), row.GetInt64(1));
    }

    /// <summary>Everything is on the disk, and the next checkpoint of its own accord is minutes away.</summary>
    public async Task CheckpointAsync()
    {
        await using NpgsqlCommand command = new("CHECKPOINT", _connection);
        await command.ExecuteNonQueryAsync();
    }

    public ValueTask DisposeAsync() => _connection.DisposeAsync();

    // Those that ended are counted by their parent.
    private TimeSpan CpuTime()
    {
        TimeSpan total = Child.CpuTimeOf(_postmaster, withChildrenThatEnded: true);
        foreach (string child in File.ReadAllText($"/proc/{_postmaster}/task/{_postmaster}/children").Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            try
            {
                total += Child.CpuTimeOf(int.Parse(child, CultureInfo.InvariantCulture));
            }
            catch (IOException)
            {
                // Ended between the two looks.
            }
        }

        return total;
    }
}
