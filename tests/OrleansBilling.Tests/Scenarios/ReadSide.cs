using System.Data.Common;
using Dapper;
using Microsoft.Extensions.DependencyInjection;
using OrleansBilling.Storage;
using OrleansBilling.Tests.Support;

namespace OrleansBilling.Tests.Scenarios;

/// <summary>The tables that lists and histories read, read directly.</summary>
internal static class ReadSide
{
    public static async Task<IReadOnlyList<T>> RowsAsync<T>(this BillingServer server, string sql, object? parameters = null)
    {
        await using DbConnection connection = await server.App.Services.GetRequiredService<Database>().OpenAsync(TestContext.Current.CancellationToken);
        return [.. await connection.QueryAsync<T>(sql, parameters)];
    }

    public static async Task ExecuteAsync(this BillingServer server, string sql, object? parameters = null)
    {
        await using DbConnection connection = await server.App.Services.GetRequiredService<Database>().OpenAsync(TestContext.Current.CancellationToken);
        await connection.ExecuteAsync(sql, parameters);
    }

    /// <summary>The read side refuses the events of one subscription until the result is disposed.</summary>
    public static async Task<IAsyncDisposable> RefuseEventsOfAsync(this BillingServer server, string subscriptionId)
    {
        await server.ExecuteAsync(
            $"CREATE TRIGGER refuse_{subscriptionId} BEFORE INSERT ON events WHEN NEW.subscription_id = '{subscriptionId}' BEGIN SELECT RAISE(ABORT, 'refused by the test'); END");
        return new Refusal(server, subscriptionId);
    }

    private sealed record Refusal(BillingServer Server, string SubscriptionId) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync() => await Server.ExecuteAsync($"DROP TRIGGER refuse_{SubscriptionId}");
    }

    /// <summary>Sequences of the events that were published, in order.</summary>
    public static Task<IReadOnlyList<long>> SequencesAsync(this Story story) =>
        story.Server.RowsAsync<long>("SELECT sequence FROM events WHERE subscription_id = @Id ORDER BY sequence", new { story.Id });

    public static Task<IReadOnlyList<string>> EventTypesAsync(this Story story) =>
        story.Server.RowsAsync<string>("SELECT type FROM events WHERE subscription_id = @Id ORDER BY sequence", new { story.Id });

    /// <summary>1, 2, 3 … without a gap, up to at least <paramref name="atLeast"/>.</summary>
    public static async Task AssertNoEventIsMissingAsync(this Story story, int atLeast)
    {
        IReadOnlyList<long> sequences = await Eventually.Async(story.SequencesAsync, s => s.Count >= atLeast, $"{atLeast} events of {story.Id} are published");
        Assert.Equal(Enumerable.Range(1, sequences.Count).Select(n => (long)n), sequences);
    }
}
