using System.Data.Common;
using Dapper;
using OrleansBilling.Storage;

namespace OrleansBilling.Subscriptions;

/// <summary>Subscriptions whose stored state cannot be read: parked outside of it.</summary>
internal sealed class UnreadableStates(Database database)
{
    public async Task NoteAsync(string merchant, string subscriptionId, string failure, DateTimeOffset now)
    {
        await using DbConnection connection = await database.OpenAsync(CancellationToken.None);
        await connection.ExecuteAsync(
            """
            INSERT INTO unreadable_state (merchant, subscription_id, failure, failures, since_ms, last_ms) VALUES (@merchant, @subscriptionId, @failure, 1, @at, @at)
            ON CONFLICT (merchant, subscription_id) DO UPDATE SET failure = excluded.failure, failures = unreadable_state.failures + 1, last_ms = excluded.last_ms
            """,
            new { merchant, subscriptionId, failure, at = now.ToUnixTimeMilliseconds() });
    }

    /// <summary>It was read again.</summary>
    public async Task ForgetAsync(string merchant, string subscriptionId)
    {
        await using DbConnection connection = await database.OpenAsync(CancellationToken.None);
        await connection.ExecuteAsync("DELETE FROM unreadable_state WHERE merchant = @merchant AND subscription_id = @subscriptionId", new { merchant, subscriptionId });
    }
}
