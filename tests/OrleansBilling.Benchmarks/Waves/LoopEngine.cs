using Dapper;
using NodaTime;
using Npgsql;
using NpgsqlTypes;
using OrleansBilling.Benchmarks.Waves.Loops;

namespace OrleansBilling.Benchmarks.Waves;

/// <summary>(b) and (c): a hand-written loop with <c>FOR UPDATE SKIP LOCKED</c>, crash-safe by lease, row by row or in batches.</summary>
internal sealed class LoopEngine(Population population, bool batches) : Engine(population)
{
    private static readonly TimeSpan LongestStart = TimeSpan.FromSeconds(60);

    public override char Letter => batches ? 'c' : 'b';

    public override string Name => batches ? "loop, batches" : "loop, row by row";

    public override double Start => 0.2;

    public override async Task PrepareAsync(string database)
    {
        await using NpgsqlConnection connection = new(database);
        await connection.OpenAsync();
        await connection.ExecuteAsync(LoopSchema.Tables);
    }

    public override async Task FillAsync(NpgsqlConnection connection, Place place, Schedule schedule)
    {
        await using (NpgsqlBinaryImporter rows = await connection.BeginBinaryImportAsync(
            "COPY subscriptions (id, merchant, customer_id, customer_key, payment_method_id, billing_key, product_id, plan_id, plan_version, order_name, price_krw, status, started_at_ms, "
            + "interval_days, invoice_number, period_end_ms, next_at_ms, sequence) FROM STDIN (FORMAT BINARY)"))
        {
            foreach ((string id, Instant due) in Subscriptions(schedule))
            {
                long dueMs = due.ToUnixTimeMilliseconds();
                await rows.StartRowAsync();
                foreach (string text in (string[])
                [
                    id, Population.Merchant, Population.CustomerId(id), Population.CustomerKey, Population.MethodId(id), Population.EncryptedKey(id, place.BillingKey),
                    Population.Plan.ProductId, Population.Plan.Id,
                ])
                {
                    await rows.WriteAsync(text, NpgsqlDbType.Text);
                }

                await rows.WriteAsync(Population.Plan.Version, NpgsqlDbType.Integer);
                await rows.WriteAsync(Population.Plan.Name.Ko, NpgsqlDbType.Text);
                await rows.WriteAsync(Population.Plan.PriceKrw, NpgsqlDbType.Bigint);
                await rows.WriteAsync("active", NpgsqlDbType.Text);
                await rows.WriteAsync((due - Duration.FromDays(Population.PaidPeriods * Population.PeriodDays)).ToUnixTimeMilliseconds(), NpgsqlDbType.Bigint);
                await rows.WriteAsync(Population.PeriodDays, NpgsqlDbType.Integer);
                await rows.WriteAsync(Population.PaidPeriods, NpgsqlDbType.Integer);
                await rows.WriteAsync(dueMs, NpgsqlDbType.Bigint);
                await rows.WriteAsync(dueMs, NpgsqlDbType.Bigint);
                await rows.WriteAsync((long)Population.PaidPeriods, NpgsqlDbType.Bigint);
            }

            await rows.CompleteAsync();
        }

        await connection.ExecuteAsync(LoopSchema.LastPayments);
    }

    public override async Task<Child> StartAsync(Place place, int inFlight)
    {
        Child loop = Child.Start("OrleansBilling.Benchmarks.dll", Path.Combine(place.Directory, "engine.log"),
        [
            LoopProgram.Argument, batches ? "batches" : "single", $"--InFlight={inFlight}", $"--Database={place.Database}", $"--Provider={place.Provider.Address}", .. Population.RingSettings,
        ]);
        await loop.SaysAsync(LoopProgram.Ready, LongestStart);
        return loop;
    }
}
