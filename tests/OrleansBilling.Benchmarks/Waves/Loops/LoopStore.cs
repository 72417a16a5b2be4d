using Npgsql;

namespace OrleansBilling.Benchmarks.Waves.Loops;

/// <summary>A row that was claimed: everything that its charge is made of.</summary>
internal sealed record Claimed(
    string Id, string CustomerKey, string PaymentMethodId, string EncryptedKey, string OrderName, long PriceKrw, int IntervalDays, int InvoiceNumber, long PeriodEndMs, long Sequence)
{
    public int NextInvoice => InvoiceNumber + 1;

    /// <summary>Derived from the row alone, so that a repeat after a crash is the same order under the same idempotency key.</summary>
    public string OrderId => Population.OrderId(Id, NextInvoice);

    public long NextPeriodEndMs => PeriodEndMs + IntervalDays * 86_400_000L;
}

/// <summary>A charge that was approved.</summary>
internal sealed record Renewed(Claimed Row, string PaymentKey, string? ReceiptUrl, long ApprovedAtMs)
{
    public string EventId => $"evt_{Row.Id[4..]}_{Row.Sequence + 1}";

    /// <summary>What other systems are told, in the envelope of the program's own events.</summary>
    public string EventBody() => LoopJson.Event(this);
}

/// <summary>The loops' statements, prepared and pooled.</summary>
internal sealed class LoopStore(NpgsqlDataSource database, TimeProvider time)
{
    // Longer than a charge may take, its time-out of 70 s included.
    private static readonly TimeSpan Lease = TimeSpan.FromMinutes(3);

    public async Task<List<Claimed>> ClaimAsync(int most)
    {
        await using NpgsqlConnection connection = await database.OpenConnectionAsync();
        long now = time.GetUtcNow().ToUnixTimeMilliseconds();
        await using NpgsqlCommand command = new(LoopSchema.Claim, connection)
        {
            Parameters = { new NpgsqlParameter<long> { TypedValue = now }, new NpgsqlParameter<long> { TypedValue = now + (long)Lease.TotalMilliseconds }, new NpgsqlParameter<int> { TypedValue = most } },
        };
        await using NpgsqlDataReader row = await command.ExecuteReaderAsync();
        List<Claimed> claimed = [];
        while (await row.ReadAsync())
        {
            claimed.Add(new Claimed(
                row.GetString(0), row.GetString(1), row.GetString(2), row.GetString(3), row.GetString(4), row.GetInt64(5), row.GetInt32(6), row.GetInt32(7), row.GetInt64(8), row.GetInt64(9)));
        }

        return claimed;
    }

    public async Task CompleteAsync(Renewed r)
    {
        await using NpgsqlConnection connection = await database.OpenConnectionAsync();
        await using NpgsqlCommand command = new(LoopSchema.Complete, connection)
        {
            Parameters =
            {
                Text(r.Row.Id), new NpgsqlParameter<int> { TypedValue = r.Row.InvoiceNumber }, new NpgsqlParameter<long> { TypedValue = r.Row.NextPeriodEndMs },
                new NpgsqlParameter<long> { TypedValue = r.Row.PeriodEndMs }, new NpgsqlParameter<long> { TypedValue = r.ApprovedAtMs }, Text(r.Row.OrderId), Text(r.PaymentKey),
                Text(r.ReceiptUrl), Text(r.EventId), Text(r.EventBody()),
            },
        };
        Check(await command.ExecuteNonQueryAsync(), 1);
    }

    public async Task CompleteAsync(IReadOnlyList<Renewed> all)
    {
        await using NpgsqlConnection connection = await database.OpenConnectionAsync();
        await using NpgsqlCommand command = new(LoopSchema.CompleteMany, connection)
        {
            Parameters =
            {
                Array(r => r.Row.Id), Array(r => r.Row.InvoiceNumber), Array(r => r.Row.NextPeriodEndMs), Array(r => r.Row.PeriodEndMs), Array(r => r.ApprovedAtMs), Array(r => r.Row.OrderId),
                Array(r => r.PaymentKey), Array(r => r.ReceiptUrl), Array(r => r.EventId), Array(r => r.EventBody()),
            },
        };
        Check(await command.ExecuteNonQueryAsync(), all.Count);

        NpgsqlParameter<T[]> Array<T>(Func<Renewed, T> of) => new() { TypedValue = [.. all.Select(of)] };
    }

    private static NpgsqlParameter<string> Text(string? text) => new() { TypedValue = text };

    private static void Check(int stored, int expected)
    {
        if (stored != expected)
        {
            throw new InvalidOperationException($"{expected - stored} outcomes were stored already: another worker charged the same invoice after a lease ended.");
        }
    }
}
