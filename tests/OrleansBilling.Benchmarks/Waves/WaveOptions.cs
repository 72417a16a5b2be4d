using System.Globalization;

namespace OrleansBilling.Benchmarks.Waves;

/// <summary>What <c>tests/bench.sh</c> passes on. Defaults are those of the published figures.</summary>
internal sealed record WaveOptions
{
    public const string Usage =
        """
        --rounds N          rounds of every engine at every number in flight, interleaved (default 5)
        --due N             subscriptions that fall due at the same instant (default 10000)
        --warm N            subscriptions that fall due before and warm the engine up (default 10000)
        --in-flight N[,N]   charges in flight at most (default 64,256)
        --latency MS        the provider's (default 50)
        --lead SECONDS      from the start of an engine to the end of its warm-up, longer on a busy machine (default 26)
        --engines a[,b,c]   a: this program, b: a loop row by row, c: a loop in batches (default a,b,c)
        --csv FILE          every single run, one line each
        --allocations       also what the program allocates for a charge (an event session is open meanwhile)
        --quick             --rounds 1 --due 1000 --warm 300 --in-flight 64 --lead 14: proves that nothing is charged twice, its figures say little
        """;

    public int Rounds { get; init; } = 5;
    public int Due { get; init; } = 10_000;
    public int Warm { get; init; } = 10_000;
    public IReadOnlyList<int> InFlight { get; init; } = [64, 256];
    public TimeSpan Latency { get; init; } = TimeSpan.FromMilliseconds(50);
    public TimeSpan Lead { get; init; } = TimeSpan.FromSeconds(26);
    public IReadOnlyList<char> Engines { get; init; } = ['a', 'b', 'c'];
    public string? Csv { get; init; }
    public bool Allocations { get; init; }

    /// <summary>A superuser's connection string to a server that nobody else uses.</summary>
    public string Postgres { get; init; } = "";

    /// <exception cref="FormatException">The message is for the person who called.</exception>
    public static WaveOptions Parse(string[] args)
    {
        WaveOptions options = new()
        {
            Postgres = Environment.GetEnvironmentVariable("ORLEANSBILLING_BENCH_POSTGRES") ?? throw new FormatException("Start it by tests/bench.sh, which brings a PostgreSQL server."),
        };
        for (int i = 0; i < args.Length; i++)
        {
            string Value() => i + 1 < args.Length ? args[++i] : throw new FormatException($"{args[i]} needs a value.\n{Usage}");
            options = args[i] switch
            {
                "--rounds" => options with { Rounds = Count(Value()) },
                "--due" => options with { Due = Count(Value()) },
                "--warm" => options with { Warm = Count(Value()) },
                "--in-flight" => options with { InFlight = [.. Value().Split(',').Select(Count)] },
                "--latency" => options with { Latency = TimeSpan.FromMilliseconds(Count(Value())) },
                "--lead" => options with { Lead = TimeSpan.FromSeconds(Count(Value())) },
                "--engines" => options with { Engines = [.. Value().Split(',').Select(Engine)] },
                "--csv" => options with { Csv = Value() },
                "--allocations" => options with { Allocations = true },
                "--quick" => options with { Rounds = 1, Due = 1_000, Warm = 300, InFlight = [64], Lead = TimeSpan.FromSeconds(14) },
                var other => throw new FormatException($"{other} is not known.\n{Usage}"),
            };
        }

        return options;
    }

    private static int Count(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int count) && count > 0 ? count : throw new FormatException($"\"{text}\" is not a number above 0.\n{Usage}");

    private static char Engine(string text) => text is "a" or "b" or "c" ? text[0] : throw new FormatException($"There is no engine \"{text}\".\n{Usage}");
}
