using System.Data.Common;
using Dapper;
using Npgsql;

namespace OrleansBilling.Storage;

/// <summary>
/// Brings the database to the schema of this program. All missing scripts run in one transaction under a lock of the database, so that a crash
/// leaves the old schema whole and a second silo waits. Scripts that a newer program applied are left alone: during a rolling upgrade the old
/// silos still run.
/// </summary>
public sealed class SchemaMigrator
{
    // Any number will do, so long as nothing else in the database uses it: "billing" read as ASCII.
    private const long AdvisoryLock = 0x62_69_6C_6C_69_6E_67;

    // A second silo waits this long for the first one's migration, and one script may take this long on a large table.
    private const int LockAndScriptSeconds = 600;

    private readonly Database _database;
    private readonly TimeProvider _time;
    private readonly ILogger<SchemaMigrator> _logger;
    private readonly IReadOnlyList<SchemaScript> _scripts;

    public SchemaMigrator(Database database, TimeProvider time, ILogger<SchemaMigrator> logger)
        : this(database, time, logger, SchemaScript.For(database.Engine))
    {
    }

    internal SchemaMigrator(Database database, TimeProvider time, ILogger<SchemaMigrator> logger, IReadOnlyList<SchemaScript> scripts)
    {
        _database = database;
        _time = time;
        _logger = logger;
        _scripts = scripts;
    }

    /// <returns>The names of the scripts that ran, in order; empty when the schema was already there.</returns>
    /// <exception cref="StorageException">The database cannot be reached, or a script was changed after it had been applied. Nothing was changed.</exception>
    public async Task<IReadOnlyList<string>> ApplyAsync(CancellationToken cancellationToken)
    {
        if (_database.DataSource is SqliteSource sqlite)
        {
            await sqlite.PrepareAsync(cancellationToken);
        }

        try
        {
            await using DbConnection connection = await _database.OpenAsync(cancellationToken);
            // Microsoft.Data.Sqlite begins with BEGIN IMMEDIATE, which is the lock of that engine.
            await using DbTransaction transaction = await connection.BeginTransactionAsync(cancellationToken);
            List<string> applied = await ApplyInAsync(connection, transaction, cancellationToken);
            await transaction.CommitAsync(cancellationToken);
            return applied;
        }
        catch (NpgsqlException error)
        {
            throw new StorageException($"PostgreSQL refused or did not answer: {error.Message} Check ConnectionStrings:{Database.ConnectionName}.", error);
        }
    }

    private async Task<List<string>> ApplyInAsync(DbConnection connection, DbTransaction transaction, CancellationToken cancellationToken)
    {
        if (_database.Engine == DatabaseEngine.PostgreSql)
        {
            await ExecuteAsync("SELECT pg_advisory_xact_lock(@AdvisoryLock)", new { AdvisoryLock });
        }

        await ExecuteAsync(
            """
            CREATE TABLE IF NOT EXISTS schema_version
            (
              number INTEGER PRIMARY KEY,
              name TEXT NOT NULL,
              checksum TEXT NOT NULL,
              applied_at_ms BIGINT NOT NULL
            )
            """);
        Dictionary<int, AppliedScript> before = (await connection.QueryAsync<AppliedScript>(
            new CommandDefinition("SELECT number, name, checksum FROM schema_version", transaction: transaction, cancellationToken: cancellationToken)))
            .ToDictionary(script => (int)script.Number);
        List<string> ran = [];
        foreach (SchemaScript script in _scripts)
        {
            if (before.TryGetValue(script.Number, out AppliedScript? old))
            {
                RefuseIfChanged(script, old);
                continue;
            }

            await ExecuteAsync(script.Sql);
            await ExecuteAsync(
                "INSERT INTO schema_version (number, name, checksum, applied_at_ms) VALUES (@Number, @Name, @Checksum, @AppliedAtMs)",
                new { script.Number, script.Name, script.Checksum, AppliedAtMs = _time.GetUtcNow().ToUnixTimeMilliseconds() });
            Log.SchemaScriptApplied(_logger, script.Name, _database.Engine);
            ran.Add(script.Name);
        }

        return ran;

        Task ExecuteAsync(string sql, object? parameters = null) =>
            connection.ExecuteAsync(new CommandDefinition(sql, parameters, transaction, LockAndScriptSeconds, cancellationToken: cancellationToken));
    }

    private static void RefuseIfChanged(SchemaScript script, AppliedScript old)
    {
        if (old.Checksum != script.Checksum)
        {
            throw new StorageException(
                $"Schema script {script.Name} differs from {old.Name}, which this database already has. Put the original back and make the change in a script with a new number.");
        }
    }

    private sealed record AppliedScript(long Number, string Name, string Checksum)
    {
        // Dapper: PostgreSQL gives INTEGER as int, SQLite as long.
        public AppliedScript(int number, string name, string checksum)
            : this((long)number, name, checksum)
        {
        }
    }
}
