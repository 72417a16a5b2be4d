using System.Data.Common;
using Dapper;
using Microsoft.Extensions.Logging.Abstractions;
using OrleansBilling.Storage;
using OrleansBilling.Tests.Support;

namespace OrleansBilling.Tests.Storage;

public class SchemaMigratorTests(PostgresServer server)
{
    private static readonly SchemaScript[] Two =
    [
        new(1, "0001-one", "CREATE TABLE one (id INTEGER PRIMARY KEY);"),
        new(2, "0002-two", "CREATE TABLE two (id INTEGER PRIMARY KEY); INSERT INTO two (id) VALUES (2);"),
    ];

    [Theory, InlineData(DatabaseEngine.Sqlite), InlineData(DatabaseEngine.PostgreSql)]
    public async Task The_scripts_of_the_program_run_once_in_order(DatabaseEngine engine)
    {
        await using TestStorage storage = await TestStorage.CreateAsync(engine, server);
        using Database database = storage.Open();

        IReadOnlyList<string> ran = await ApplyAsync(database, SchemaScript.For(engine));

        Assert.Equal(SchemaScript.For(engine).Select(script => script.Name), ran);
        Assert.Equal(ran.Order(StringComparer.Ordinal), ran);
        Assert.Empty(await ApplyAsync(database, SchemaScript.For(engine)));
    }

    [Theory, InlineData(DatabaseEngine.Sqlite), InlineData(DatabaseEngine.PostgreSql)]
    public async Task Of_two_that_start_at_once_one_waits_and_finds_the_work_done(DatabaseEngine engine)
    {
        await using TestStorage storage = await TestStorage.CreateAsync(engine, server);
        using Database first = storage.Open();
        using Database second = storage.Open();

        IReadOnlyList<string>[] ran = await Task.WhenAll(
            new[] { first, second }.Select(database => Task.Run(() => ApplyAsync(database, SchemaScript.For(engine)), TestContext.Current.CancellationToken)));

        Assert.Equal(SchemaScript.For(engine).Count, ran.Sum(names => names.Count));
        Assert.Contains(ran, names => names.Count == 0);
    }

    [Theory, InlineData(DatabaseEngine.Sqlite), InlineData(DatabaseEngine.PostgreSql)]
    public async Task A_script_that_was_changed_after_it_ran_is_refused_with_a_sentence(DatabaseEngine engine)
    {
        await using TestStorage storage = await TestStorage.CreateAsync(engine, server);
        using Database database = storage.Open();
        await ApplyAsync(database, Two);

        StorageException refusal = await Assert.ThrowsAsync<StorageException>(
            () => ApplyAsync(database, [Two[0], Two[1] with { Sql = "CREATE TABLE two (id BIGINT PRIMARY KEY);" }, new(3, "0003-three", "CREATE TABLE three (id INTEGER)")]));

        Assert.Contains("0002-two", refusal.Message, StringComparison.Ordinal);
        Assert.Equal(2, await CountAsync(database, "schema_version"));
    }

    [Theory, InlineData(DatabaseEngine.Sqlite), InlineData(DatabaseEngine.PostgreSql)]
    public async Task A_script_that_fails_leaves_the_old_schema_whole(DatabaseEngine engine)
    {
        await using TestStorage storage = await TestStorage.CreateAsync(engine, server);
        using Database database = storage.Open();
        await ApplyAsync(database, Two[..1]);

        await Assert.ThrowsAnyAsync<Exception>(() => ApplyAsync(database, [.. Two, new SchemaScript(3, "0003-broken", "CREATE TABLE broken (;")]));

        Assert.Equal(1, await CountAsync(database, "schema_version"));
        // The second script ran before the broken one and went with it.
        Assert.Equal(["0002-two"], await ApplyAsync(database, Two));
    }

    [Theory, InlineData(DatabaseEngine.Sqlite), InlineData(DatabaseEngine.PostgreSql)]
    public async Task An_older_program_runs_on_the_schema_of_a_newer_one(DatabaseEngine engine)
    {
        await using TestStorage storage = await TestStorage.CreateAsync(engine, server);
        using Database database = storage.Open();
        await ApplyAsync(database, Two);

        Assert.Empty(await ApplyAsync(database, Two[..1]));
    }

    [Fact]
    public void A_script_means_the_same_with_either_line_end() =>
        Assert.Equal(new SchemaScript(1, "a", "SELECT 1;\nSELECT 2;\n").Checksum, new SchemaScript(1, "a", "SELECT 1;\r\nSELECT 2;\r\n").Checksum);

    private static Task<IReadOnlyList<string>> ApplyAsync(Database database, IReadOnlyList<SchemaScript> scripts) =>
        new SchemaMigrator(database, TimeProvider.System, NullLogger<SchemaMigrator>.Instance, scripts).ApplyAsync(TestContext.Current.CancellationToken);

    private static async Task<long> CountAsync(Database database, string table)
    {
        await using DbConnection connection = await database.OpenAsync(TestContext.Current.CancellationToken);
        return await connection.ExecuteScalarAsync<long>($"SELECT count(*) FROM {table}");
    }
}
