using System.Data.Common;
using Dapper;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using OrleansBilling.Storage;
using OrleansBilling.Tests.Support;

namespace OrleansBilling.Tests.Storage;

public class DatabaseTests(PostgresServer server)
{
    [Theory, InlineData(null), InlineData(""), InlineData("  ")]
    public void Without_a_connection_string_it_is_a_file_in_the_data_directory(string? connectionString)
    {
        using Database database = FromConfiguration(connectionString);

        Assert.Equal(DatabaseEngine.Sqlite, database.Engine);
        Assert.Equal(Path.GetFullPath("/srv/billing/data"), database.DataDirectory);
        Assert.Contains(Path.Combine(database.DataDirectory!, "orleansbilling.db"), database.ConnectionString, StringComparison.Ordinal);
    }

    [Fact]
    public void A_connection_string_chooses_postgresql_and_what_it_says_is_kept()
    {
        using Database plain = FromConfiguration("Host=db;Database=billing");
        using Database chosen = FromConfiguration("Host=db;Database=billing;Max Auto Prepare=0;Maximum Pool Size=7;Application Name=mine");

        NpgsqlConnectionStringBuilder byDefault = new(plain.ConnectionString);
        NpgsqlConnectionStringBuilder kept = new(chosen.ConnectionString);
        Assert.Equal((DatabaseEngine.PostgreSql, null), (plain.Engine, plain.DataDirectory));
        Assert.True(byDefault.MaxAutoPrepare > 0);
        Assert.Equal((0, 7, "mine"), (kept.MaxAutoPrepare, kept.MaxPoolSize, kept.ApplicationName));
    }

    [Theory]
    [InlineData("Host=db;Password=hunter2", "does not name a Database")]
    [InlineData("Database=billing;Password=hunter2", "does not name a Host")]
    [InlineData("Data Source=billing.db;Password=hunter2", "not a PostgreSQL connection string")]
    [InlineData("Host=db;Port=many;Password=hunter2", "not a PostgreSQL connection string")]
    [InlineData("hunter2", "not a PostgreSQL connection string")]
    public void A_connection_string_that_cannot_work_is_refused_without_showing_it(string connectionString, string reason)
    {
        StorageException refusal = Assert.Throws<StorageException>(() => FromConfiguration(connectionString));

        Assert.Contains("ConnectionStrings:OrleansBilling", refusal.Message, StringComparison.Ordinal);
        Assert.Contains(reason, refusal.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", refusal.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_sqlite_connection_syncs_fully_waits_for_a_writer_and_uses_the_log()
    {
        await using TestStorage storage = await TestStorage.CreateAsync(DatabaseEngine.Sqlite, server);
        using Database database = storage.Open();
        await ((SqliteSource)database.DataSource).PrepareAsync(TestContext.Current.CancellationToken);

        // Two at once, so that one of them is not the pooled connection of the preparation.
        await using DbConnection first = await database.OpenAsync(TestContext.Current.CancellationToken);
        await using DbConnection second = await database.OpenAsync(TestContext.Current.CancellationToken);
        foreach (DbConnection connection in new[] { first, second })
        {
            Assert.Equal("wal", await connection.ExecuteScalarAsync<string>("PRAGMA journal_mode"));
            Assert.Equal(2, await connection.ExecuteScalarAsync<int>("PRAGMA synchronous"));
            Assert.Equal(15_000, await connection.ExecuteScalarAsync<int>("PRAGMA busy_timeout"));
            Assert.Equal(1, await connection.ExecuteScalarAsync<int>("PRAGMA foreign_keys"));
        }
    }

    [Fact]
    public async Task Orleans_gets_sqlite_connections_one_at_a_time_and_in_order()
    {
        await using TestStorage storage = await TestStorage.CreateAsync(DatabaseEngine.Sqlite, server);
        using Database database = storage.Open();
        DbConnection first = await database.OrleansSource.OpenConnectionAsync(TestContext.Current.CancellationToken);
        Task<DbConnection> second = database.OrleansSource.OpenConnectionAsync(TestContext.Current.CancellationToken).AsTask();
        Task<DbConnection> third = database.OrleansSource.OpenConnectionAsync(TestContext.Current.CancellationToken).AsTask();

        // Our own queries do not stand in that line.
        await using (await database.OpenAsync(TestContext.Current.CancellationToken))
        {
            Assert.False(second.IsCompleted);
        }

        await first.DisposeAsync();
        await using (await second.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken))
        {
            Assert.False(third.IsCompleted);
        }

        await (await third.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken)).DisposeAsync();
    }

    [Theory, InlineData(DatabaseEngine.Sqlite), InlineData(DatabaseEngine.PostgreSql)]
    public async Task An_installation_keeps_its_ids_over_restarts_and_two_first_starts_agree(DatabaseEngine engine)
    {
        await using TestStorage storage = await TestStorage.CreateAsync(engine, server);
        using Database database = storage.Open();
        await new SchemaMigrator(database, TimeProvider.System, NullLogger<SchemaMigrator>.Instance)
            .ApplyAsync(TestContext.Current.CancellationToken);

        Installation[] starts = await Task.WhenAll(Enumerable.Range(0, 2).Select(_ => Task.Run(ReadAsync, TestContext.Current.CancellationToken)));

        Assert.Equal(starts[0], starts[1]);
        Assert.Equal(starts[0], await ReadAsync());
        Assert.StartsWith("ins_", starts[0].Id, StringComparison.Ordinal);

        Task<Installation> ReadAsync() => Installation.ReadOrCreateAsync(database, TimeProvider.System, TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task A_server_that_does_not_answer_is_named_in_a_sentence_and_its_password_is_not()
    {
        using Database database = Database.PostgreSql("Host=127.0.0.1;Port=1;Database=billing;Username=u;Password=hunter2");
        SchemaMigrator migrator = new(database, TimeProvider.System, NullLogger<SchemaMigrator>.Instance);

        StorageException refusal = await Assert.ThrowsAsync<StorageException>(() => migrator.ApplyAsync(TestContext.Current.CancellationToken));

        Assert.Contains("127.0.0.1:1", refusal.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", refusal.ToString(), StringComparison.Ordinal);
    }

    private static Database FromConfiguration(string? connectionString)
    {
        IConfigurationRoot configuration = new ConfigurationBuilder()
            .AddInMemoryCollection(new Dictionary<string, string?> { ["ConnectionStrings:OrleansBilling"] = connectionString })
            .Build();
        return Database.FromConfiguration(configuration, new StorageOptions(), "/srv/billing");
    }
}
