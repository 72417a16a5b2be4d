using System.Diagnostics;
using System.Globalization;
using OrleansBilling.Storage;
using OrleansBilling.Subscriptions;
using OrleansBilling.Tests.Support;

namespace OrleansBilling.Tests.Processes;

/// <summary>What <c>tests/measure.sh</c> prints beside the start: the price of one renewal, of very many that fall due in one second.</summary>
internal static class RenewalCost
{
    public const string Argument = "--measure";

    private const int RegisteredAtOnce = 16;
    private static readonly TimeSpan LongestWave = TimeSpan.FromMinutes(5);

    /// <param name="args">How many subscriptions.</param>
    public static async Task<int> RunAsync(string[] args)
    {
        int count = int.Parse(args[0], CultureInfo.InvariantCulture);
        await using PostgresServer postgres = new();
        foreach (DatabaseEngine engine in Enum.GetValues<DatabaseEngine>())
        {
            await using Deployment deployment = await Deployment.CreateAsync(engine == DatabaseEngine.PostgreSql ? postgres : null);
            Console.WriteLine($"{count} renewals on {engine}: {await MeasureAsync(deployment, count)}");
        }

        return 0;
    }

    private static async Task<string> MeasureAsync(Deployment deployment, int count)
    {
        SiloProcess silo = await deployment.StartSiloAsync();
        await deployment.ConnectAsync();
        DateTimeOffset due = await StartedAsync(deployment, count);
        ClockHand clock = new(deployment);
        Counts before = await CountAsync(deployment);
        TimeSpan cpuBefore = silo.Program.CpuTime;
        long begun = Stopwatch.GetTimestamp();

        await clock.ArriveAsync(due, silos: 1);
        Counts after = await Eventually.Async(
            () => CountAsync(deployment), now => now.Payments == 2 * count && now.Reminders - before.Reminders >= count, "every renewal is paid and its reminder set", LongestWave);

        TimeSpan wall = Stopwatch.GetElapsedTime(begun);
        double cpuMs = (silo.Program.CpuTime - cpuBefore).TotalMilliseconds;
        double Each(long total) => (double)total / count;
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{Each(after.States - before.States):0.00} state writes, {Each(after.Reminders - before.Reminders):0.00} reminder writes, {Each(after.Events - before.Events):0.0} events on the read side, "
            + $"{cpuMs / count:0.0} ms CPU each; all within {wall.TotalSeconds:0.0} s");
    }

    /// <summary>Answers when the last of them is due.</summary>
    private static async Task<DateTimeOffset> StartedAsync(Deployment deployment, int count)
    {
        using SemaphoreSlim places = new(RegisteredAtOnce);
        string[] ids = await Task.WhenAll(Enumerable.Range(0, count).Select(async _ =>
        {
            await places.WaitAsync();
            try
            {
                return await deployment.SubscribeAsync("daily-stretch-daily", 300);
            }
            finally
            {
                places.Release();
            }
        }));
        SubscriptionView[] views = await Task.WhenAll(ids.Select(id => Eventually.Async(() => deployment.ViewAsync(id), view => view.NextChargeAt is not null && !view.PaymentInProgress, $"{id} has paid")));
        await Eventually.Async(() => CountAsync(deployment), now => now.Payments == count, "the first payments are on the read side");
        return views.Max(view => view.NextChargeAt!.Value);
    }

    // Orleans counts each row's writes in its version.
    private static async Task<Counts> CountAsync(Deployment deployment) => (await deployment.QueryAsync<Counts>(
        """
        SELECT (SELECT CAST(sum(Version) AS BIGINT) FROM OrleansStorage) AS States, (SELECT CAST(sum(Version) AS BIGINT) FROM OrleansRemindersTable) AS Reminders,
          (SELECT count(*) FROM events) AS Events, (SELECT count(*) FROM payments) AS Payments
        """)).Single();

    // Properties and no constructor: Dapper matches constructors by the exact types of the engine.
    private sealed record Counts
    {
        public long States { get; init; }
        public long Reminders { get; init; }
        public long Events { get; init; }
        public long Payments { get; init; }
    }
}
