using System.Data.Common;
using Npgsql;
using OrleansBilling.Storage.Together;

namespace OrleansBilling.Storage;

/// <summary>
/// The one database of an installation. SQL for our own tables is written once, in the dialect that both engines speak
/// (<c>INSERT … ON CONFLICT … DO UPDATE</c>, <c>@name</c> parameters, instants as BIGINT unix milliseconds, money as BIGINT KRW).
/// </summary>
public sealed class Database : IDisposable
{
    /// <summary>The connection string that chooses PostgreSQL. Absent or empty: a SQLite file in <see cref="StorageOptions.DataDirectory"/>.</summary>
    public const string ConnectionName = "OrleansBilling";

    public const string SqliteFileName = "orleansbilling.db";

    // PostgreSQL accepts 100 connections unless told otherwise; three silos and a person's psql must fit. A connection string may say other.
    private const int DefaultPoolSize = 30;

    /// <summary>Values for one <see cref="In"/>.</summary>
    internal const int MostInList = 1_000;

    // Our statements are few and fixed: with these two the server plans each of them once per connection.
    private const int PreparedStatements = 100;
    private const int PrepareAfterUses = 2;

    private Database(DatabaseEngine engine, DbDataSource dataSource, DbDataSource orleansSource, string connectionString, string? dataDirectory)
    {
        Engine = engine;
        DataSource = dataSource;
        OrleansSource = orleansSource;
        ConnectionString = connectionString;
        DataDirectory = dataDirectory;
    }

    public DatabaseEngine Engine { get; }

    /// <summary>Holds the password of PostgreSQL: never logged, never shown.</summary>
    public string ConnectionString { get; }

    /// <summary>The pooled connections, already set up. Owned by this object.</summary>
    public DbDataSource DataSource { get; }

    /// <summary>The directory of the SQLite file, locked for the process's life; null with PostgreSQL.</summary>
    public string? DataDirectory { get; }

    /// <summary>The connections of Orleans' providers for grains, reminders and membership. Owned by this object.</summary>
    internal DbDataSource OrleansSource { get; }

    /// <summary>The name by which Orleans' ADO.NET providers know the engine. For SQLite it names one library and loads Microsoft.Data.Sqlite.</summary>
    internal string OrleansInvariant => Engine == DatabaseEngine.PostgreSql ? "Npgsql" : "System.Data.SQLite";

    /// <summary>Says which engine the configuration asks for, without opening or checking anything.</summary>
    public static DatabaseEngine ChosenEngine(IConfiguration configuration) =>
        string.IsNullOrWhiteSpace(configuration.GetConnectionString(ConnectionName)) ? DatabaseEngine.Sqlite : DatabaseEngine.PostgreSql;

    /// <exception cref="StorageException">The connection string cannot be understood; the message says which setting to change.</exception>
    public static Database FromConfiguration(IConfiguration configuration, StorageOptions options, string contentRoot) =>
        ChosenEngine(configuration) == DatabaseEngine.PostgreSql
            ? PostgreSql(configuration.GetConnectionString(ConnectionName)!)
            : Sqlite(Path.GetFullPath(options.DataDirectory, contentRoot));

    /// <param name="dataDirectory">An absolute path; <see cref="DirectoryLock"/> makes it.</param>
    public static Database Sqlite(string dataDirectory)
    {
        string file = Path.Combine(dataDirectory, SqliteFileName);
        SqliteSource source = new(file);
        return new Database(DatabaseEngine.Sqlite, source, new SqliteSource(file, oneAtATime: true), source.ConnectionString, dataDirectory);
    }

    /// <inheritdoc cref="FromConfiguration"/>
    public static Database PostgreSql(string connectionString)
    {
        NpgsqlConnectionStringBuilder settings = Understood(connectionString);
        if (!settings.ShouldSerialize("Maximum Pool Size"))
        {
            settings.MaxPoolSize = DefaultPoolSize;
        }

        // A pooler such as PgBouncer may need "Max Auto Prepare=0": what was written stays.
        if (!settings.ShouldSerialize("Max Auto Prepare"))
        {
            settings.MaxAutoPrepare = PreparedStatements;
            settings.AutoPrepareMinUsages = PrepareAfterUses;
        }

        // Seven statements at every return to the pool, of which none is needed: nothing here outlives its transaction (SET LOCAL, pg_advisory_xact_lock). It must stay so.
        if (!settings.ShouldSerialize("No Reset On Close"))
        {
            settings.NoResetOnClose = true;
        }

        settings.ApplicationName ??= "OrleansBilling";
        NpgsqlDataSource source = NpgsqlDataSource.Create(settings);
        return new Database(DatabaseEngine.PostgreSql, source, new GroupingSource(source, TimeProvider.System), settings.ConnectionString, dataDirectory: null);
    }

    /// <summary>A pooled, open connection; the caller disposes it.</summary>
    public ValueTask<DbConnection> OpenAsync(CancellationToken cancellationToken) => DataSource.OpenConnectionAsync(cancellationToken);

    /// <summary>
    /// The condition that a column is one of a list which Dapper is given as one parameter: it hands arrays to Npgsql and writes the values out for SQLite, which takes
    /// at most <see cref="MostInList"/>.
    /// </summary>
    /// <param name="parameter">With its <c>@</c>.</param>
    internal string In(string parameter) => Engine == DatabaseEngine.PostgreSql ? $"= ANY({parameter})" : $"IN {parameter}";

    public void Dispose()
    {
        OrleansSource.Dispose();
        DataSource.Dispose();
    }

    private static NpgsqlConnectionStringBuilder Understood(string connectionString)
    {
        const string Setting = $"ConnectionStrings:{ConnectionName}";
        const string Example = "Write it like \"Host=db.example;Database=billing;Username=billing;Password=…\", or leave it empty to use the SQLite file.";
        NpgsqlConnectionStringBuilder settings;
        try
        {
            settings = new NpgsqlConnectionStringBuilder(connectionString);
        }
        catch (Exception error) when (error is ArgumentException or FormatException or OverflowException)
        {
            // Neither the text nor the inner exception: both may hold the password.
            throw new StorageException($"{Setting} is not a PostgreSQL connection string. {Example}");
        }

        if (string.IsNullOrWhiteSpace(settings.Host) || string.IsNullOrWhiteSpace(settings.Database))
        {
            throw new StorageException($"{Setting} does not name {(string.IsNullOrWhiteSpace(settings.Host) ? "a Host" : "a Database")}. {Example}");
        }

        return settings;
    }
}
