using System.Data.Common;
using Dapper;

namespace OrleansBilling.Storage;

/// <summary>
/// The row that says how far ahead of the billing clock the queries of Orleans' reminder table read. It is the largest need of all silos that ever
/// started here: one that reads too little would be told that reminders in its memory no longer exist.
/// </summary>
internal static class ReminderWindow
{
    /// <summary>Widens the window to <paramref name="needed"/> where it is narrower. To be awaited before the silo reads its reminders.</summary>
    /// <returns>The window that holds from now on.</returns>
    public static async Task<TimeSpan> WidenAsync(Database database, TimeSpan needed, CancellationToken cancellationToken)
    {
        await using DbConnection connection = await database.OpenAsync(cancellationToken);
        await connection.ExecuteAsync(new CommandDefinition(
            """
            INSERT INTO reminder_window (one, window_ms) VALUES (1, @NeededMs)
            ON CONFLICT (one) DO UPDATE SET window_ms = excluded.window_ms WHERE reminder_window.window_ms < excluded.window_ms
            """,
            new { NeededMs = (long)Math.Ceiling(needed.TotalMilliseconds) },
            cancellationToken: cancellationToken));
        return TimeSpan.FromMilliseconds(await connection.QuerySingleAsync<long>(new CommandDefinition(
            "SELECT window_ms FROM reminder_window", cancellationToken: cancellationToken)));
    }
}
