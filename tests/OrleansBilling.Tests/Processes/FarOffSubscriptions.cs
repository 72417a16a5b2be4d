using System.Data.Common;
using Dapper;
using OrleansBilling.Storage;

namespace OrleansBilling.Tests.Processes;

/// <summary>Copies of one real subscription, made in PostgreSQL: its grain state, its reminder, and everything that the read side holds of it.</summary>
internal static class FarOffSubscriptions
{
    private const int NoTimeout = 0;

    // The part of an id that is its own; order ids hold it too.
    private const string Copy = "left(md5(n::text) || md5(n::text), length(@own))";

    /// <param name="id">Of a subscription at rest, of which no silo runs.</param>
    public static async Task AddAsync(Database database, string id, int copies)
    {
        await using DbConnection connection = await database.OpenAsync(CancellationToken.None);
        await connection.ExecuteAsync("SET synchronous_commit = off");
        // Never activated, so their hash need not be that of their id; spread over the ring it has to be.
        await InsertAsync(
            """
            INSERT INTO OrleansStorage
            SELECT hashint4(n), GrainIdN0, GrainIdN1, GrainTypeHash, GrainTypeString, replace(GrainIdExtensionString, @own, {copy}), ServiceId,
              convert_to(replace(convert_from(PayloadBinary, 'UTF8'), @own, {copy}), 'UTF8'), ModifiedOn, Version
            FROM OrleansStorage, generate_series(1, @copies) n WHERE GrainIdExtensionString LIKE '%' || @own
            """);
        // Due from the third day on, over four weeks.
        await InsertAsync(
            """
            INSERT INTO OrleansRemindersTable
            SELECT ServiceId, replace(GrainId, @own, {copy}), ReminderName, now() + interval '2 days' + (n % 2419200) * interval '1 second', Period, hashint4(n), 0
            FROM OrleansRemindersTable, generate_series(1, @copies) n WHERE GrainId LIKE '%' || @own
            """);
        foreach (string table in new[] { "subscriptions", "invoices", "payments", "events" })
        {
            await InsertAsync(
                $$"""
                INSERT INTO {{table}}
                SELECT made.* FROM {{table}} one, generate_series(1, @copies) n,
                  LATERAL jsonb_populate_record(NULL::{{table}}, replace(to_jsonb(one)::text, @own, {copy})::jsonb) made
                WHERE one.subscription_id = @id
                """);
        }

        // As a database is that did not just receive all of it.
        await connection.ExecuteAsync(new CommandDefinition("VACUUM (ANALYZE)", commandTimeout: NoTimeout));
        await connection.ExecuteAsync(new CommandDefinition("CHECKPOINT", commandTimeout: NoTimeout, commandType: System.Data.CommandType.Text));

        async Task InsertAsync(string sql)
        {
            int rows = await connection.ExecuteAsync(new CommandDefinition(
                sql.Replace("{copy}", Copy, StringComparison.Ordinal), new { id, own = id[(id.IndexOf('_', StringComparison.Ordinal) + 1)..], copies }, commandTimeout: NoTimeout));
            Assert.True(rows >= copies, $"Only {rows} rows of {copies} copies: {sql}");
        }
    }
}
