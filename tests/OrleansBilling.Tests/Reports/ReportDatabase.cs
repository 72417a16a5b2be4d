using System.Data.Common;
using Dapper;
using Microsoft.Extensions.Logging.Abstractions;
using NodaTime;
using OrleansBilling.Domain;
using OrleansBilling.Reports;
using OrleansBilling.Storage;
using OrleansBilling.Tests.Storage;
using OrleansBilling.Tests.Support;

namespace OrleansBilling.Tests.Reports;

/// <summary>An empty read side on one engine, and what is in it.</summary>
internal sealed class ReportDatabase : IAsyncDisposable
{
    private static readonly string[] Tables = ["subscriptions", "events", "invoices", "payments", "refunds"];

    private readonly TestStorage _storage;

    private ReportDatabase(TestStorage storage)
    {
        _storage = storage;
        Database = storage.Open();
        Writer = new ReadSideWriter(Database);
    }

    public Database Database { get; }

    public ReadSideWriter Writer { get; }

    public static async Task<ReportDatabase> CreateAsync(DatabaseEngine engine, PostgresServer server)
    {
        ReportDatabase reports = new(await TestStorage.CreateAsync(engine, server));
        if (reports.Database.DataSource is SqliteSource file)
        {
            await file.PrepareAsync(TestContext.Current.CancellationToken);
        }

        await new SchemaMigrator(reports.Database, TimeProvider.System, NullLogger<SchemaMigrator>.Instance).ApplyAsync(TestContext.Current.CancellationToken);
        return reports;
    }

    public Task WriteAsync(params (Subscription, long)[] handovers) => Writer.WriteAsync(handovers);

    public Task WriteAsync(Subscription s, long publishedThrough = 0) => Writer.WriteAsync([(s, publishedThrough)]);

    /// <summary>Every row of every table as text, in a fixed order.</summary>
    public async Task<string> DumpAsync()
    {
        List<string> lines = [];
        foreach (string table in Tables)
        {
            IEnumerable<IDictionary<string, object?>> rows = (await RowsAsync<dynamic>($"SELECT * FROM {table}")).Select(row => (IDictionary<string, object?>)row);
            lines.AddRange(rows.Select(row => $"{table}: {string.Join(", ", row.Select(column => $"{column.Key}={column.Value}"))}").Order(StringComparer.Ordinal));
        }

        return string.Join('\n', lines);
    }

    public async Task<IReadOnlyList<T>> RowsAsync<T>(string sql, object? parameters = null)
    {
        await using DbConnection connection = await Database.OpenAsync(TestContext.Current.CancellationToken);
        return [.. await connection.QueryAsync<T>(sql, parameters)];
    }

    public async Task ExecuteAsync(string sql)
    {
        await using DbConnection connection = await Database.OpenAsync(TestContext.Current.CancellationToken);
        await connection.ExecuteAsync(sql);
    }

    public async ValueTask DisposeAsync()
    {
        Database.Dispose();
        await _storage.DisposeAsync();
    }

    /// <summary>A subscription with this id that was charged, and is charged again a month later: events of two periods in its outbox.</summary>
    public static Life Renewed(string id)
    {
        Life life = Started(id);
        life.UntilCharge();
        life.Approve();
        life.UntilCharge();
        return life.Approve();
    }

    public static Life Started(string id)
    {
        Instant now = A.Start;
        return new Life(SubscriptionLifecycle.Start(A.NewSubscription(A.Plan()) with { Id = id }, new Circumstances(now, A.Credential)), now);
    }
}
