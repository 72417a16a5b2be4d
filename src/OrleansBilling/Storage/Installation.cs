using System.Data.Common;
using Dapper;

namespace OrleansBilling.Storage;

/// <summary>What this database is: read at start, never changed.</summary>
/// <param name="Id">Random, made with the database; a copy of the database has the same one.</param>
/// <param name="ServiceId">Orleans' service id, under which every state and reminder is stored.</param>
public sealed record Installation(string Id, string ServiceId)
{
    private const string NewServiceId = "orleansbilling";

    /// <summary>Reads the row, and writes it at the first start; of two first starts one writes and both read the same.</summary>
    public static async Task<Installation> ReadOrCreateAsync(Database database, TimeProvider time, CancellationToken cancellationToken)
    {
        await using DbConnection connection = await database.OpenAsync(cancellationToken);
        await connection.ExecuteAsync(new CommandDefinition(
            """
            INSERT INTO installation (one, installation_id, service_id, created_at_ms) VALUES (1, @Id, @ServiceId, @CreatedAtMs)
            ON CONFLICT (one) DO NOTHING
            """,
            new { Id = $"ins_{Guid.CreateVersion7():N}", ServiceId = NewServiceId, CreatedAtMs = time.GetUtcNow().ToUnixTimeMilliseconds() },
            cancellationToken: cancellationToken));
        return await connection.QuerySingleAsync<Installation>(new CommandDefinition(
            "SELECT installation_id AS Id, service_id AS ServiceId FROM installation", cancellationToken: cancellationToken));
    }
}
