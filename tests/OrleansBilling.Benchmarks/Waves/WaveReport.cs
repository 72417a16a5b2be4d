using System.Globalization;

namespace OrleansBilling.Benchmarks.Waves;

/// <summary>One table for each number in flight: medians, in brackets the smallest and the largest, and how this engine compares with the loop row by row.</summary>
internal static class WaveReport
{
    private const int FirstColumn = 34;
    private const int Column = 26;

    private static readonly (string Title, Func<WaveResult, double> Value, string Form)[] Figures =
    [
        ("charges/s", r => r.ChargesPerSecond, "#,0"),
        ("CPU of the engine, µs/charge", r => r.EngineMicroseconds, "#,0"),
        ("CPU of PostgreSQL, µs/charge", r => r.ServerMicroseconds, "#,0"),
        ("CPU of both, µs/charge", r => r.Microseconds, "#,0"),
        ("WAL, bytes/charge", r => r.WalBytes, "#,0"),
        ("commits/charge", r => r.Commits, "0.00"),
        ("lateness p50, ms", r => r.LatenessMs(0.50), "#,0"),
        ("lateness p99, ms", r => r.LatenessMs(0.99), "#,0"),
        ("lateness max, ms", r => r.LatenessMs(1), "#,0"),
        ("allocated, kB/charge", r => r.AllocatedKilobytes, "#,0"),
        ("peak memory, MB", r => r.PeakMegabytes, "#,0"),
    ];

    public static void Print(TextWriter output, IReadOnlyList<WaveResult> results, IReadOnlyList<Engine> engines)
    {
        foreach (IGrouping<int, WaveResult> part in results.GroupBy(r => r.InFlight).OrderBy(part => part.Key))
        {
            output.WriteLine();
            output.WriteLine($"{Cell($"{part.Key} in flight", FirstColumn)}{string.Concat(engines.Select(e => Cell($"({e.Letter}) {e.Name}", Column)))}(a) : (b)");
            foreach ((string title, Func<WaveResult, double> value, string form) in Figures.Where(figure => part.All(r => !double.IsNaN(figure.Value(r)))))
            {
                string cells = string.Concat(engines.Select(e => Cell(Spread(Values(part, e.Letter, value), form), Column)));
                output.WriteLine($"{Cell(title, FirstColumn)}{cells}{Ratio(Values(part, 'a', value), Values(part, 'b', value))}".TrimEnd());
            }
        }

        output.WriteLine();
        output.WriteLine($"runs={results.Count} charges={results.Sum(r => r.Charges)} double={results.Sum(r => r.Judgement.Double)} missed={results.Sum(r => r.Judgement.Missed)}");
    }

    public static void WriteCsv(string file, IReadOnlyList<WaveResult> results)
    {
        string[] names = ["charges_per_s", "engine_us", "postgres_us", "both_us", "wal_bytes", "commits", "late_p50_ms", "late_p99_ms", "late_max_ms", "allocated_kb", "peak_mb"];
        File.WriteAllLines(file,
        [
            $"round,engine,in_flight,charges,{string.Join(',', names)},double,missed",
            .. results.Select(r => string.Join(',',
            [
                Text(r.Round), r.Engine.ToString(), Text(r.InFlight), Text(r.Charges),
                .. Figures.Select(figure => double.IsNaN(figure.Value(r)) ? "" : figure.Value(r).ToString("0.###", CultureInfo.InvariantCulture)), Text(r.Judgement.Double), Text(r.Judgement.Missed),
            ])),
        ]);
    }

    private static double[] Values(IEnumerable<WaveResult> results, char engine, Func<WaveResult, double> value) => [.. results.Where(r => r.Engine == engine).Select(value).Order()];

    private static string Spread(double[] sorted, string form) => sorted.Length == 0
        ? "-"
        : $"{Number(Median(sorted), form)} ({Number(sorted[0], form)}-{Number(sorted[^1], form)})";

    private static string Ratio(double[] ours, double[] theirs) => ours.Length == 0 || theirs.Length == 0 ? "" : Number(Median(ours) / Median(theirs), "0.00");

    private static double Median(double[] sorted) => (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;

    private static string Number(double value, string form) => value.ToString(form, CultureInfo.InvariantCulture);

    private static string Text(int value) => value.ToString(CultureInfo.InvariantCulture);

    private static string Cell(string text, int width) => text.PadRight(width);
}
