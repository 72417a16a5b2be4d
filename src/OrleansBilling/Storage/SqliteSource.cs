using System.Data.Common;
using Microsoft.Data.Sqlite;

namespace OrleansBilling.Storage;

/// <summary>
/// Gives every SQLite connection the same two settings, Orleans' own included: they belong to a connection, not to the file, and a connection
/// string cannot carry them.
/// </summary>
internal sealed class SqliteSource : DbDataSource
{
    // How long a writer waits for the one that is writing. SQLite waits in steps of milliseconds; without it the driver tries again each 150 ms.
    private const string ConnectionSettings = "PRAGMA busy_timeout = 15000; PRAGMA synchronous = FULL;";

    private readonly string _file;
    private readonly SemaphoreSlim? _turn;

    /// <param name="file">The database.</param>
    /// <param name="oneAtATime">
    /// Hands out one connection at a time, in the order of asking. SQLite has one writer anyway, but lets the others poll for their turn: a thread
    /// each, and an unlucky one for seconds. Only for callers that never open a second connection while they hold one, as Orleans' providers.
    /// </param>
    public SqliteSource(string file, bool oneAtATime = false)
    {
        _file = file;
        _turn = oneAtATime ? new SemaphoreSlim(1) : null;
        ConnectionString = new SqliteConnectionStringBuilder
        {
            DataSource = file,
            Mode = SqliteOpenMode.ReadWriteCreate,
            ForeignKeys = true,
            Pooling = true,
        }.ConnectionString;
    }

    public override string ConnectionString { get; }

    /// <summary>Makes the directory and the file, turns the write-ahead log on, and reads back that a commit will survive the loss of power.</summary>
    /// <exception cref="StorageException">The directory cannot be written, or the file system does not support the log.</exception>
    public async Task PrepareAsync(CancellationToken cancellationToken)
    {
        try
        {
            await using DbConnection connection = await OpenConnectionAsync(cancellationToken);
            string? journal = await ReadAsync(connection, "PRAGMA journal_mode = WAL;", cancellationToken);
            string? synchronous = await ReadAsync(connection, "PRAGMA synchronous;", cancellationToken);
            if (journal != "wal" || synchronous != "2")
            {
                throw new StorageException(
                    $"SQLite cannot keep its promises in \"{_file}\" (journal \"{journal}\", synchronous {synchronous}). Put Storage:DataDirectory on a local disk.");
            }
        }
        catch (SqliteException error)
        {
            throw new StorageException($"The database \"{_file}\" cannot be opened: {error.Message} Check Storage:DataDirectory, its owner and free space.", error);
        }
    }

    protected override DbConnection CreateDbConnection() => new SqliteConnection(ConnectionString);

    protected override DbConnection OpenDbConnection()
    {
        _turn?.Wait();
        return OpenInTurn();
    }

    protected override async ValueTask<DbConnection> OpenDbConnectionAsync(CancellationToken cancellationToken = default)
    {
        if (_turn is not null)
        {
            // What follows waits for the disk: not in the turn of the grain that asked.
            await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        }

        return OpenInTurn();
    }

    // SQLite has no asynchronous calls.
    private ConnectionInTurn OpenInTurn()
    {
        ConnectionInTurn connection = new(ConnectionString, _turn);
        try
        {
            connection.Open();
            using SqliteCommand command = connection.CreateCommand();
            command.CommandText = ConnectionSettings;
            command.ExecuteNonQuery();
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            // Closing the last connection moves the log into the file.
            using SqliteConnection pool = new(ConnectionString);
            SqliteConnection.ClearPool(pool);
        }

        base.Dispose(disposing);
    }

    private static async Task<string?> ReadAsync(DbConnection connection, string pragma, CancellationToken cancellationToken)
    {
        await using DbCommand command = connection.CreateCommand();
        command.CommandText = pragma;
        object? value = await command.ExecuteScalarAsync(cancellationToken);
        return Convert.ToString(value, System.Globalization.CultureInfo.InvariantCulture);
    }

    private sealed class ConnectionInTurn(string connectionString, SemaphoreSlim? turn) : SqliteConnection(connectionString)
    {
        private SemaphoreSlim? _turn = turn;

        protected override void Dispose(bool disposing)
        {
            base.Dispose(disposing);
            Interlocked.Exchange(ref _turn, null)?.Release();
        }
    }
}
