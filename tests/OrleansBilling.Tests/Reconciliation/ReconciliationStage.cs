using System.Net.Http.Json;
using Microsoft.Extensions.DependencyInjection;
using NodaTime;
using OrleansBilling.Domain;
using OrleansBilling.Reconciliation;
using OrleansBilling.Storage;
using OrleansBilling.Tests.Scenarios;
using OrleansBilling.Tests.Support;
using OrleansBilling.TossSimulator.Cards;
using OrleansBilling.TossSimulator.Control;

namespace OrleansBilling.Tests.Reconciliation;

/// <summary>One running program whose days are compared with the simulator's ledger.</summary>
public abstract class ReconciliationStage(DatabaseEngine engine, PostgresServer postgres) : IAsyncLifetime
{
    private PostgresDatabase? _database;

    internal BillingServer Server { get; private set; } = null!;

    internal ProviderBook Provider => new(Server.Simulator);

    internal ReconciliationStore Store => Server.App.Services.GetRequiredService<ReconciliationStore>();

    internal IReconciliationGrain Grain => Server.Grains.Reconciliation(BillingServer.Merchant);

    public async ValueTask InitializeAsync()
    {
        _database = engine == DatabaseEngine.PostgreSql ? await postgres.CreateDatabaseAsync(CancellationToken.None) : null;
        Server = await BillingServer.StartAsync(postgres: _database?.ConnectionString);
    }

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        await Server.DisposeAsync();
        if (_database is not null)
        {
            await _database.DisposeAsync();
        }
    }

    internal async Task<Story> SubscribedAsync(string card = ScriptedCards.AlwaysApproves)
    {
        string customer = PrefixedId.New("cus", TimeProvider.System);
        Story story = new(Server, Provider, customer, await Server.SubscribeAsync(Stage.Monthly, card, customer));
        await story.UntilAsync(v => v.Status == SubscriptionStatus.Active, "the first charge is approved");
        return story;
    }

    /// <summary>An approved payment in the provider's ledger that nobody charged.</summary>
    internal async Task<string> PlantAsync(string orderId, long amountKrw, DateTimeOffset? at = null)
    {
        using HttpResponseMessage answer = await Server.Simulator.PostAsJsonAsync("/simulator/ledger", new PlantRequest(orderId, amountKrw, "somebody", At: at ?? Server.Clock.GetUtcNow()));
        answer.EnsureSuccessStatusCode();
        return (await answer.Content.ReadFromJsonAsync<Dictionary<string, string>>())!["paymentKey"];
    }

    /// <summary>Past the time in which nothing is judged.</summary>
    internal Task SettleAsync() => Server.WalkAsync(TimeSpan.FromMinutes(70));

    internal async Task<StoredDay> CompareAsync(LocalDate day)
    {
        Assert.True(await Grain.CompareAsync(KoreanDay.Text(day)));
        await Eventually.Async(Grain.UnderWayAsync, days => days.Count == 0, $"{day} is compared");
        return await Store.DayAsync(day, TestContext.Current.CancellationToken) ?? throw new InvalidOperationException($"{day} was not stored.");
    }

    internal static LocalDate DayOf(DateTimeOffset at) => KoreanDay.Of(Instant.FromDateTimeOffset(at));

    internal async Task<IReadOnlyList<StoredDifference>> OfOrderAsync(LocalDate day, string orderId) =>
        [.. (await Store.DifferencesAsync(day, TestContext.Current.CancellationToken)).Where(d => d.OrderId == orderId)];
}

public sealed class OnSqlite(PostgresServer postgres) : ReconciliationStage(DatabaseEngine.Sqlite, postgres);

public sealed class OnPostgreSql(PostgresServer postgres) : ReconciliationStage(DatabaseEngine.PostgreSql, postgres);
