using System.Globalization;
using Dapper;
using Npgsql;

namespace OrleansBilling.Benchmarks.Waves;

/// <summary>
/// What a charge costs, beside the loops that somebody would write instead: every engine in turn, round after round, so that whatever else the machine does meets all of them.
/// Started by <c>tests/bench.sh</c>.
/// </summary>
internal sealed class WaveProgram(WaveOptions options)
{
    public const string Argument = "waves";

    private const int Tries = 3;

    public static async Task<int> RunAsync(string[] args)
    {
        try
        {
            return await new WaveProgram(WaveOptions.Parse(args)).RunAsync();
        }
        catch (FormatException error)
        {
            await Console.Error.WriteLineAsync(error.Message);
            return 2;
        }
    }

    private async Task<int> RunAsync()
    {
        Population population = new(options.Warm, options.Due);
        Engine[] engines = [.. options.Engines.Select(letter => EngineOf(letter, population))];
        await using ServerMeter meter = await ServerMeter.OpenAsync(options.Postgres);
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{Environment.ProcessorCount} cores, load {File.ReadAllText("/proc/loadavg").Split(' ')[0]}; {options.Due} due at the same instant, provider's latency {options.Latency.TotalMilliseconds} ms"));
        foreach (Engine engine in engines)
        {
            await PrepareAsync(engine);
        }

        List<WaveResult> results = [];
        TimeSpan lead = options.Lead;
        for (int round = 1; round <= options.Rounds; round++)
        {
            foreach (int inFlight in options.InFlight)
            {
                for (int turn = 0; turn < engines.Length; turn++)
                {
                    // Another one begins in each round.
                    Engine engine = engines[(turn + round - 1) % engines.Length];
                    (WaveResult result, lead) = await MeasureAsync(new WaveRun(options, population, meter), engine, inFlight, round, lead);
                    results.Add(result);
                    Console.WriteLine(string.Create(
                        CultureInfo.InvariantCulture,
                        $"  round {round}, {inFlight} in flight, ({engine.Letter}): {result.ChargesPerSecond:#,0}/s, {result.EngineMicroseconds:0} + {result.ServerMicroseconds:0} µs, {result.WalBytes:#,0} bytes of WAL, {result.Commits:0.00} commits"));
                }
            }
        }

        WaveReport.Print(Console.Out, results, [.. engines.OrderBy(engine => engine.Letter)]);
        if (options.Csv is { } csv)
        {
            WaveReport.WriteCsv(csv, results);
        }

        return results.All(r => r.Judgement is { Double: 0, Missed: 0 }) ? 0 : 1;
    }

    /// <summary>A run for which the lead was too short measured nothing; it is made again with a longer one, which then stays.</summary>
    private async Task<(WaveResult Result, TimeSpan Lead)> MeasureAsync(WaveRun run, Engine engine, int inFlight, int round, TimeSpan lead)
    {
        for (int attempt = 1; ; attempt++)
        {
            string name = $"run_{engine.Letter}";
            await ExecuteAsync($"DROP DATABASE IF EXISTS {name} WITH (FORCE)");
            await ExecuteAsync($"CREATE DATABASE {name} TEMPLATE {TemplateOf(engine)}");
            try
            {
                return (await run.MeasureAsync(engine, DatabaseString(name), inFlight, round, lead), lead);
            }
            catch (TooLateException late) when (attempt < Tries)
            {
                lead *= 1.6;
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {late.Message} Once more, with {lead.TotalSeconds:0} s."));
            }
            finally
            {
                NpgsqlConnection.ClearAllPools();
                await ExecuteAsync($"DROP DATABASE {name} WITH (FORCE)");
            }
        }
    }

    private async Task PrepareAsync(Engine engine)
    {
        await ExecuteAsync($"DROP DATABASE IF EXISTS {TemplateOf(engine)}");
        await ExecuteAsync($"CREATE DATABASE {TemplateOf(engine)}");
        await engine.PrepareAsync(DatabaseString(TemplateOf(engine)));
        // A template may have nobody connected.
        NpgsqlConnection.ClearAllPools();
    }

    private async Task ExecuteAsync(string sql)
    {
        await using NpgsqlConnection connection = new(options.Postgres);
        await connection.ExecuteAsync(sql);
    }

    private static string TemplateOf(Engine engine) => $"template_{engine.Letter}";

    private string DatabaseString(string name) => new NpgsqlConnectionStringBuilder(options.Postgres) { Database = name }.ConnectionString;

    private static Engine EngineOf(char letter, Population population) => letter == 'a'
        ? new GrainEngine(population, RepositoryOf(AppContext.BaseDirectory))
        : new LoopEngine(population, batches: letter == 'c');

    internal static string RepositoryOf(string directory) => File.Exists(Path.Combine(directory, "OrleansBilling.sln"))
        ? directory
        : RepositoryOf(Path.GetDirectoryName(directory) ?? throw new InvalidOperationException("This program must lie within the repository."));
}
