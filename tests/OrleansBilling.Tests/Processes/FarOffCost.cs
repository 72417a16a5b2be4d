using System.Diagnostics;
using System.Globalization;
using OrleansBilling.Tests.Support;

namespace OrleansBilling.Tests.Processes;

/// <summary>
/// What <c>tests/reminders.sh</c> prints: how long a silo takes to be ready, and how much memory it holds, with few and with very many subscriptions of
/// which none is due for days.
/// </summary>
internal static class FarOffCost
{
    public const string Argument = "--measure-far-off";

    private const double LargestRatio = 1.10;
    private const double Megabyte = 1024 * 1024;

    // Several refreshes of the reminders.
    private static readonly TimeSpan Observed = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan LongestStop = TimeSpan.FromMinutes(2);

    // Refreshed often, so that it happens while somebody looks; read ahead is as much as with the default times (35 minutes).
    private static readonly string[] Reminders = ["--Reminders:RefreshPeriod=00:00:05", "--Reminders:LoadingWindow=00:00:10", "--Reminders:ClockTolerance=00:34:30"];

    /// <param name="args">Few, very many, and rounds.</param>
    /// <returns>1 when a figure of very many is more than a tenth above that of few.</returns>
    public static async Task<int> RunAsync(string[] args)
    {
        int[] numbers = [.. args.Select(arg => int.Parse(arg, CultureInfo.InvariantCulture))];
        (int few, int many, int rounds) = (numbers[0], numbers[1], numbers[2]);
        await using PostgresServer postgres = new();
        await using Deployment small = await PreparedAsync(postgres, few);
        await using Deployment large = await PreparedAsync(postgres, many);
        List<Figures> ofFew = [];
        List<Figures> ofMany = [];
        for (int round = 0; round <= rounds; round++)
        {
            // Interleaved, and in turns first, so that what else happens on the machine meets both.
            foreach ((Deployment deployment, List<Figures> all) in round % 2 == 0 ? new[] { (small, ofFew), (large, ofMany) } : [(large, ofMany), (small, ofFew)])
            {
                Figures figures = await StartOnceAsync(deployment);
                if (round > 0)
                {
                    all.Add(figures); // The first start of each only warms the caches of disk and database.
                }
            }
        }

        return Print(few, ofFew, many, ofMany) ? 0 : 1;
    }

    private static async Task<Deployment> PreparedAsync(PostgresServer postgres, int count)
    {
        Deployment deployment = await Deployment.CreateAsync(postgres);
        SiloProcess silo = await deployment.StartSiloAsync(Reminders);
        await deployment.ConnectAsync();
        string id = await deployment.SubscribeAsync("morning-letter-monthly", 4_900);
        await Eventually.Async(() => deployment.ViewAsync(id), view => view is { NextChargeAt: not null, PaymentInProgress: false }, $"{id} has paid");
        await Eventually.Async(
            () => deployment.QueryAsync<long>("SELECT count(*) FROM payments"), counts => counts.Single() == 1, "the payment is on the read side");
        await StopAsync(silo);
        await FarOffSubscriptions.AddAsync(deployment.Database, id, count - 1);
        return deployment;
    }

    private static async Task<Figures> StartOnceAsync(Deployment deployment)
    {
        long begun = Stopwatch.GetTimestamp();
        SiloProcess silo = await deployment.StartSiloAsync(Reminders);
        TimeSpan ready = Stopwatch.GetElapsedTime(begun);
        TimeSpan cpu = silo.Program.CpuTime;
        List<long> resident = [];
        while (Stopwatch.GetElapsedTime(begun) < ready + Observed)
        {
            resident.Add(silo.Program.ResidentBytes);
            await Task.Delay(BetweenLooks);
        }

        await StopAsync(silo);
        return new Figures(ready.TotalMilliseconds, cpu.TotalMilliseconds, Median([.. resident.Select(bytes => bytes / Megabyte)]), resident.Max() / Megabyte);
    }

    private static async Task StopAsync(SiloProcess silo)
    {
        silo.Program.Terminate();
        await silo.Program.ExitAsync(LongestStop);
    }

    private static bool Print(int few, List<Figures> ofFew, int many, List<Figures> ofMany)
    {
        Write($"{"",-28} {few,22:N0} {many,22:N0}   ratio of medians");
        bool[] within =
        [
            Line("ready after, ms", figures => figures.ReadyMs),
            Line("CPU until then, ms", figures => figures.CpuMs),
            Line("resident, median, MB", figures => figures.MedianMb),
            Line("resident, most, MB", figures => figures.MostMb),
        ];
        return within.All(line => line);

        bool Line(string name, Func<Figures, double> of)
        {
            double ratio = Median([.. ofMany.Select(of)]) / Median([.. ofFew.Select(of)]);
            Write($"{name,-28} {Spread([.. ofFew.Select(of)]),22} {Spread([.. ofMany.Select(of)]),22}   {ratio:0.000}{(ratio > LargestRatio ? $"  above {LargestRatio:0.00}" : "")}");
            return ratio <= LargestRatio;
        }
    }

    private static string Spread(double[] values) => string.Create(CultureInfo.InvariantCulture, $"{Median(values):0} ({values.Min():0}–{values.Max():0})");

    private static double Median(double[] values)
    {
        double[] sorted = [.. values.Order()];
        return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }

    private static void Write(FormattableString line) => Console.WriteLine(line.ToString(CultureInfo.InvariantCulture));

    private sealed record Figures(double ReadyMs, double CpuMs, double MedianMb, double MostMb);
}
