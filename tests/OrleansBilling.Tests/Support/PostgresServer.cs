using Npgsql;
using OrleansBilling.Tests.Support;

[assembly: AssemblyFixture(typeof(PostgresServer))]

namespace OrleansBilling.Tests.Support;

/// <summary>
/// The PostgreSQL server of a test run: the one that <c>tests/run.sh</c> started and named in <see cref="Variable"/>, or else a private one that the
/// first test which asks for it starts. Asking where there is neither fails; nothing is skipped. A test class takes it as a constructor parameter.
/// </summary>
public sealed class PostgresServer : IAsyncDisposable
{
    /// <summary>A connection string of a role that may create databases.</summary>
    public const string Variable = "ORLEANSBILLING_TEST_POSTGRES";

    private readonly Lazy<Task<PostgresInstance?>> _own = new(StartIfNotGivenAsync);

    /// <summary>A new, empty database; dropped with everybody who is still connected when the result is disposed.</summary>
    public async Task<PostgresDatabase> CreateDatabaseAsync(CancellationToken cancellationToken)
    {
        string admin = (await _own.Value.WaitAsync(cancellationToken))?.ConnectionString ?? Environment.GetEnvironmentVariable(Variable)!;
        return await PostgresDatabase.CreateAsync(admin, cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        if (_own.IsValueCreated && await _own.Value is { } instance)
        {
            await instance.DisposeAsync();
        }
    }

    private static async Task<PostgresInstance?> StartIfNotGivenAsync() =>
        string.IsNullOrEmpty(Environment.GetEnvironmentVariable(Variable)) ? await PostgresInstance.StartAsync() : null;
}

/// <summary>One database of its own for a test or a test class.</summary>
public sealed class PostgresDatabase : IAsyncDisposable
{
    private readonly string _admin;
    private readonly string _name;

    private PostgresDatabase(string admin, string name)
    {
        _admin = admin;
        _name = name;
        ConnectionString = new NpgsqlConnectionStringBuilder(admin) { Database = name }.ConnectionString;
    }

    public string ConnectionString { get; }

    public async ValueTask DisposeAsync() => await ExecuteAsync(_admin, $"DROP DATABASE IF EXISTS {_name} WITH (FORCE)", CancellationToken.None);

    internal static async Task<PostgresDatabase> CreateAsync(string admin, CancellationToken cancellationToken)
    {
        string name = $"test_{Guid.NewGuid():N}";
        // template0: nobody can be connected to it, which is what CREATE DATABASE asks of its template.
        await ExecuteAsync(admin, $"CREATE DATABASE {name} TEMPLATE template0", cancellationToken);
        return new PostgresDatabase(admin, name);
    }

    private static async Task ExecuteAsync(string admin, string sql, CancellationToken cancellationToken)
    {
        await using NpgsqlConnection connection = new(new NpgsqlConnectionStringBuilder(admin) { Pooling = false }.ConnectionString);
        await connection.OpenAsync(cancellationToken);
        await using NpgsqlCommand command = new(sql, connection);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
