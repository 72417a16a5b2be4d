using System.Globalization;
using Dapper;
using NodaTime;
using Npgsql;

namespace OrleansBilling.Benchmarks.Waves;

/// <summary>
/// Question: by how much does a wave raise a silo's resident memory? Very many subscriptions fall due at one instant on one silo; the figure is what it holds at most, above what it held before
/// their reminders were even loaded. Ends when so many are charged that no later moment can hold more. Started by <c>tests/measure.sh wave</c>.
/// </summary>
internal sealed class WaveMemory(string postgres, int due)
{
    public const string Argument = "wave-memory";

    private const int WarmUp = 500;
    private const int InFlight = 256;
    private const double MostRaisedMegabytes = 400;

    // By then every tick has been answered and the queue is full; it only empties from there on.
    private const int ChargedEnough = 15_000;
    private static readonly TimeSpan Looking = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan LongestWave = TimeSpan.FromMinutes(4);

    // Reminders are loaded this long before they are due, so that what they take counts as the wave's.
    private static readonly TimeSpan Loaded = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan Before = TimeSpan.FromSeconds(35);
    private static readonly TimeSpan Lead = TimeSpan.FromSeconds(70);

    public static async Task<int> RunAsync(string[] args)
    {
        string? server = Environment.GetEnvironmentVariable("ORLEANSBILLING_BENCH_POSTGRES");
        if (server is null || args.Length > 1 || (args.Length == 1 && !int.TryParse(args[0], NumberStyles.None, CultureInfo.InvariantCulture, out _)))
        {
            await Console.Error.WriteLineAsync("Start it by: bash tests/measure.sh wave [SUBSCRIPTIONS]");
            return 2;
        }

        return await new WaveMemory(server, args.Length == 0 ? 100_000 : int.Parse(args[0], CultureInfo.InvariantCulture)).RunAsync();
    }

    private async Task<int> RunAsync()
    {
        Population population = new(WarmUp, due);
        GrainEngine engine = new(population, WaveProgram.RepositoryOf(AppContext.BaseDirectory))
        {
            Settings = [$"--Reminders:RefreshPeriod={Loaded / 2:c}", $"--Reminders:LoadingWindow={Loaded:c}", "--Reminders:ClockTolerance=00:00:01"],
        };
        const string Database = "wave";
        await using NpgsqlConnection server = new(postgres);
        await server.ExecuteAsync($"CREATE DATABASE {Database}");
        string database = new NpgsqlConnectionStringBuilder(postgres) { Database = Database }.ConnectionString;
        await engine.PrepareAsync(database);

        string directory = Directory.CreateTempSubdirectory("orleansbilling-wave-").FullName;
        try
        {
            await using Provider provider = await Provider.StartAsync(directory, TimeSpan.FromMilliseconds(50));
            Place place = new(database, provider, await provider.BillingKeyAsync(Population.CustomerKey), directory);
            await using NpgsqlConnection connection = new(database);
            await connection.OpenAsync();
            // Filling takes as long as there are many.
            Instant start = Instant.FromUnixTimeSeconds(Instant.FromDateTimeOffset(TimeProvider.System.GetUtcNow()).ToUnixTimeSeconds()) + Duration.FromSeconds(10 + due / 2_000);
            Schedule schedule = new(start + Duration.FromSeconds(12), start + Duration.FromTimeSpan(Lead));
            await engine.FillAsync(connection, place, schedule);
            await connection.ExecuteAsync("VACUUM ANALYZE");
            await using Child silo = await engine.StartAsync(place, InFlight);
            return await WatchAsync(silo, engine, connection, schedule);
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    private async Task<int> WatchAsync(Child silo, GrainEngine engine, NpgsqlConnection connection, Schedule schedule)
    {
        if (Until(schedule.Due) < Before || await engine.DoneAsync(connection, schedule) > WarmUp)
        {
            throw new TooLateException("The silo was not ready in time; this machine is too busy.");
        }

        await Task.Delay(Until(schedule.Due) - Before);
        long before = silo.ResidentBytes;
        await Task.Delay(Until(schedule.Due));
        long loaded = silo.ResidentBytes;
        int charged = 0;
        while (charged < Math.Min(due, ChargedEnough))
        {
            silo.ThrowIfEnded();
            if (-Until(schedule.Due) > LongestWave)
            {
                throw new TimeoutException($"Only {charged} were charged in {LongestWave.TotalMinutes} minutes.");
            }

            await Task.Delay(Looking);
            charged = await engine.DoneAsync(connection, schedule) - WarmUp;
        }

        double raised = (silo.PeakBytes - before) / 1e6;
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"due={due} charged={charged} before={before / 1e6:0} MB loaded={loaded / 1e6:0} MB peak={silo.PeakBytes / 1e6:0} MB raised={raised:0} MB (at most {MostRaisedMegabytes:0}) in {-Until(schedule.Due).TotalSeconds:0} s"));
        return raised <= MostRaisedMegabytes ? 0 : 1;
    }

    private static TimeSpan Until(Instant instant) => instant.ToDateTimeOffset() - TimeProvider.System.GetUtcNow();
}
