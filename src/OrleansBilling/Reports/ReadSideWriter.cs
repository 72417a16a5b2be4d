using System.Data.Common;
using Npgsql;
using OrleansBilling.Domain;
using OrleansBilling.Storage;

namespace OrleansBilling.Reports;

/// <summary>Writes what subscriptions hand over to the read side: all of it, in one transaction, one statement per table. Handing over again is harmless and cheap.</summary>
internal sealed class ReadSideWriter(Database database)
{
    /// <param name="handovers">Subscriptions as stored, and the sequence up to which the caller knows that their events are out; 0 when it knows nothing.</param>
    public async Task WriteAsync(IReadOnlyCollection<(Subscription Subscription, long PublishedThrough)> handovers)
    {
        await using DbConnection connection = await database.OpenAsync(CancellationToken.None);
        IReadOnlyDictionary<(string, string), long> known = await KnownAsync(
            connection, [.. handovers.Where(h => h.PublishedThrough == 0).Select(h => (h.Subscription.Merchant, h.Subscription.Id)).Distinct()]);
        ReadSideRows rows = new();
        foreach ((Subscription s, long publishedThrough) in handovers)
        {
            // A subscription's row is written together with its events, so it tells how far they are out.
            long through = Math.Max(publishedThrough, known.GetValueOrDefault((s.Merchant, s.Id)));
            if (s.LastSequence > through)
            {
                rows.Add(s, through);
            }
        }

        await WriteAsync(connection, rows);
    }

    /// <summary>Writes everything that the states say, whatever the read side seems to know: rows may have been lost one by one.</summary>
    public async Task RebuildAsync(IReadOnlyCollection<Subscription> states, CancellationToken cancellation)
    {
        ReadSideRows rows = new();
        foreach (Subscription s in states)
        {
            rows.Add(s, publishedThrough: 0);
        }

        foreach (Subscription s in states)
        {
            rows.AddRemembered(s);
        }

        await using DbConnection connection = await database.OpenAsync(cancellation);
        await WriteAsync(connection, rows);
    }

    /// <summary>
    /// An activation that slept between two renewals hands the events of the last one over again, because it cannot know. Asking costs a read of an index; writing them again
    /// would cost a transaction.
    /// </summary>
    private static async Task<IReadOnlyDictionary<(string, string), long>> KnownAsync(DbConnection connection, IReadOnlyList<(string Merchant, string Id)> subscriptions)
    {
        Dictionary<(string, string), long> known = [];
        if (subscriptions.Count == 0)
        {
            return known;
        }

        if (connection is NpgsqlConnection postgreSql)
        {
            await using NpgsqlBatch batch = new(postgreSql) { BatchCommands = { ReadSideTables.KnownSequences.ToCommand(subscriptions) } };
            await using NpgsqlDataReader reader = await batch.ExecuteReaderAsync();
            while (await reader.ReadAsync())
            {
                Take(reader);
            }
        }
        else
        {
            ReadSideTables.KnownSequences.ForEach(connection, null, subscriptions, command =>
            {
                using DbDataReader reader = command.ExecuteReader();
                while (reader.Read())
                {
                    Take(reader);
                }
            });
        }

        return known;

        void Take(DbDataReader reader) => known[(reader.GetString(0), reader.GetString(1))] = reader.GetInt64(2);
    }

    private static async Task WriteAsync(DbConnection connection, ReadSideRows rows)
    {
        if (rows.Count == 0)
        {
            return;
        }

        if (connection is NpgsqlConnection postgreSql)
        {
            // One round trip. A batch is one transaction by itself.
            await using NpgsqlBatch batch = new(postgreSql);
            ReadSideTables.Subscriptions.AddTo(batch, rows.Subscriptions);
            ReadSideTables.Events.AddTo(batch, rows.Events);
            ReadSideTables.Invoices.AddTo(batch, rows.Invoices);
            ReadSideTables.Closings.AddTo(batch, rows.Closings);
            ReadSideTables.Payments.AddTo(batch, rows.Payments);
            ReadSideTables.Refunds.AddTo(batch, rows.Refunds);
            await batch.ExecuteNonQueryAsync();
            return;
        }

        await using DbTransaction transaction = await connection.BeginTransactionAsync();
        ReadSideTables.Subscriptions.Execute(connection, transaction, rows.Subscriptions);
        ReadSideTables.Events.Execute(connection, transaction, rows.Events);
        ReadSideTables.Invoices.Execute(connection, transaction, rows.Invoices);
        ReadSideTables.Closings.Execute(connection, transaction, rows.Closings);
        ReadSideTables.Payments.Execute(connection, transaction, rows.Payments);
        ReadSideTables.Refunds.Execute(connection, transaction, rows.Refunds);
        await transaction.CommitAsync();
    }
}
