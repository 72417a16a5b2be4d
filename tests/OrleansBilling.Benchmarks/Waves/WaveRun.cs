using Dapper;
using NodaTime;
using Npgsql;

namespace OrleansBilling.Benchmarks.Waves;

/// <summary>The engine was not ready, or not warm, when the instant came; a busier machine needs a longer lead.</summary>
internal sealed class TooLateException(string message) : Exception(message);

/// <summary>One wave of one engine: a provider, a database and a process of its own, the instant, the counters around it, and the judgement.</summary>
internal sealed class WaveRun(WaveOptions options, Population population, ServerMeter meter)
{
    // The two looks at the counters are this far before the instant at least.
    private static readonly TimeSpan Quiet = TimeSpan.FromMilliseconds(300);
    private static readonly TimeSpan LongestWave = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan ShortestPause = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(1);

    /// <param name="database">A filled database that nobody else is connected to.</param>
    /// <exception cref="TooLateException">See there. Nothing was measured.</exception>
    public async Task<WaveResult> MeasureAsync(Engine engine, string database, int inFlight, int round, TimeSpan lead)
    {
        string directory = Directory.CreateTempSubdirectory("orleansbilling-bench-").FullName;
        try
        {
            await using Provider provider = await Provider.StartAsync(directory, options.Latency);
            Place place = new(database, provider, await provider.BillingKeyAsync(Population.CustomerKey), directory);
            await using NpgsqlConnection connection = new(database);
            await connection.OpenAsync();
            Schedule schedule = ScheduleOf(engine, lead);
            await engine.FillAsync(connection, place, schedule);
            await connection.ExecuteAsync("VACUUM ANALYZE");
            await meter.CheckpointAsync();

            await using Child process = await engine.StartAsync(place, inFlight);
            await WarmAsync(engine, connection, schedule);
            await Task.Delay(Until(schedule.Due) - Quiet);
            Allocations? allocations = options.Allocations ? Allocations.Watch(process.Id) : null;
            (ServerWork server, TimeSpan cpu) = (await meter.ReadAsync(), process.CpuTime);

            await DoneAsync(engine, process, connection, schedule);
            TimeSpan wall = -Until(schedule.Due);
            (server, cpu) = (await meter.ReadAsync() - server, process.CpuTime - cpu);
            return new WaveResult
            {
                Round = round,
                Engine = engine.Letter,
                InFlight = inFlight,
                Charges = population.Due.Count,
                Wall = wall,
                EngineCpu = cpu,
                Server = server,
                PeakBytes = process.PeakBytes,
                AllocatedBytes = allocations is null ? null : await allocations.BytesAsync(),
                Judgement = await JudgeAsync(provider, connection, schedule),
            };
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    /// <summary>On whole seconds, as the rules cut a subscription's anchor.</summary>
    private static Schedule ScheduleOf(Engine engine, TimeSpan lead)
    {
        Instant warm = Instant.FromUnixTimeSeconds((Now + Duration.FromTimeSpan(lead * engine.Start)).ToUnixTimeSeconds() + 1);
        return new Schedule(warm, warm + Duration.FromSeconds((long)Math.Ceiling(lead.TotalSeconds * Engine.WarmUp)));
    }

    private async Task WarmAsync(Engine engine, NpgsqlConnection connection, Schedule schedule)
    {
        if (Until(schedule.Warm) < Quiet)
        {
            throw new TooLateException("The engine was not ready when its warm-up was due.");
        }

        await Task.Delay(Until(schedule.Warm));
        while (await engine.DoneAsync(connection, schedule) < population.Warm.Count)
        {
            if (Until(schedule.Due) < Quiet * 2)
            {
                throw new TooLateException("The engine was not through with its warm-up when the wave was due.");
            }

            await Task.Delay(ShortestPause);
        }
    }

    /// <summary>Looks rarely while much is left, so that looking costs nothing, and often at the end, so that the end is seen.</summary>
    private async Task DoneAsync(Engine engine, Child process, NpgsqlConnection connection, Schedule schedule)
    {
        await Task.Delay(Until(schedule.Due) + LongestPause);
        int all = population.Warm.Count + population.Due.Count;
        for (int done; (done = await engine.DoneAsync(connection, schedule)) < all;)
        {
            process.ThrowIfEnded();
            TimeSpan elapsed = -Until(schedule.Due);
            if (elapsed > LongestWave)
            {
                throw new TimeoutException($"After {elapsed.TotalSeconds:0} s {all - done} of {all} have not paid.");
            }

            TimeSpan left = elapsed * (all - done) / Math.Max(1, done - population.Warm.Count);
            await Task.Delay(TimeSpan.FromTicks(Math.Clamp(left.Ticks / 2, ShortestPause.Ticks, LongestPause.Ticks)));
        }
    }

    /// <summary>The provider's book against what the engine stored: one approval for each subscription's next invoice, and no other.</summary>
    private async Task<Judgement> JudgeAsync(Provider provider, NpgsqlConnection connection, Schedule schedule)
    {
        IReadOnlyList<Approval> approvals = await provider.ApprovalsAsync();
        HashSet<string> stored = [.. await connection.QueryAsync<string>(
            "SELECT order_id FROM payments WHERE invoice_number = @Number AND state = 'approved'", new { Number = Population.PaidPeriods + 1 })];
        Dictionary<string, int> times = approvals.GroupBy(approval => approval.OrderId, StringComparer.Ordinal).ToDictionary(order => order.Key, order => order.Count(), StringComparer.Ordinal);
        HashSet<string> expected = [.. population.Warm.Concat(population.Due).Select(id => Population.OrderId(id, Population.PaidPeriods + 1))];
        HashSet<string> measured = [.. population.Due.Select(id => Population.OrderId(id, Population.PaidPeriods + 1))];
        DateTimeOffset due = schedule.Due.ToDateTimeOffset();
        return new Judgement(
            Double: times.Count(order => order.Value > 1) + times.Keys.Count(order => !expected.Contains(order)),
            Missed: expected.Count(order => !times.ContainsKey(order) || !stored.Contains(order)),
            Lateness: [.. approvals.Where(approval => measured.Contains(approval.OrderId)).Select(approval => approval.At - due).Order()]);
    }

    private static Instant Now => Instant.FromDateTimeOffset(TimeProvider.System.GetUtcNow());

    private static TimeSpan Until(Instant instant) => (instant - Now).ToTimeSpan();
}
