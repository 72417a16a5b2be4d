using System.Globalization;

namespace OrleansBilling.Simulation.Runs;

/// <summary>What was asked for on the command line.</summary>
internal sealed record CommandLine
{
    public const string Help = """
        Runs the real rules and the real pump of OrleansBilling in a model world: a provider, storage, reminders, processes and people that fail in every way that is known,
        on virtual time, one thread, one seed for each run. An auditor compares the provider's ledger with what is stored.

          --seeds N        how many seeds (1000)
          --years N        how many years each (3)
          --first-seed N   the first of them (1)
          --seed N         this seed alone
          --trace          prints everything that happens; with --seed only
          --mutant NAME    the same with a rule that is wrong on purpose
          --list-mutants   their names, and what is wrong with each
          --all-mutants    runs each of them until a seed kills it, at most --seeds N (500)
          --help           this

        The last line counts: seeds=… subscription-years=… charges=… crashes=… unknowns=… double=… missed=… other=… in …s
        double: money taken twice, or after the end. missed: due, and neither paid nor in dunning nor ended. other: any other promise.
        Exit code 0: all promises hold (with --all-mutants: each mutant was killed). 1: one broke, and its seed and a trace with the fewest faults that still break it were
        printed. 2: the command line is wrong.
        """;

    public int? Seeds { get; private init; }
    public int Years { get; private init; } = 3;
    public ulong FirstSeed { get; private init; } = 1;
    public ulong? Seed { get; private init; }
    public bool Trace { get; private init; }
    public string? Mutant { get; private init; }
    public bool ListMutants { get; private init; }
    public bool AllMutants { get; private init; }
    public bool WantsHelp { get; private init; }

    /// <summary>The same for the mutant's own world, which knows of no mutants.</summary>
    public string[] WithoutMutant(int defaultSeeds) =>
    [
        "--years", Text(Years),
        .. Seed is { } seed ? ["--seed", Text(seed)] : (string[])["--first-seed", Text(FirstSeed), "--seeds", Text(Seeds ?? defaultSeeds)],
        .. Trace ? ["--trace"] : Array.Empty<string>(),
    ];

    private static string Text<T>(T number)
        where T : IFormattable => number.ToString(null, CultureInfo.InvariantCulture);

    /// <exception cref="FormatException">Says which argument is wrong, and why.</exception>
    public static CommandLine Parse(IReadOnlyList<string> args)
    {
        CommandLine line = new();
        for (int i = 0; i < args.Count; i++)
        {
            string name = args[i];
            line = name switch
            {
                "--seeds" => line with { Seeds = (int)Number(1, 100_000_000) },
                "--years" => line with { Years = (int)Number(1, 100) },
                "--first-seed" => line with { FirstSeed = (ulong)Number(0, long.MaxValue) },
                "--seed" => line with { Seed = (ulong)Number(0, long.MaxValue) },
                "--trace" => line with { Trace = true },
                "--mutant" => line with { Mutant = Value() },
                "--list-mutants" => line with { ListMutants = true },
                "--all-mutants" => line with { AllMutants = true },
                "--help" or "-h" or "-?" => line with { WantsHelp = true },
                _ => throw new FormatException($"There is no argument {name}."),
            };

            string Value() => ++i < args.Count ? args[i] : throw new FormatException($"{name} needs a value.");

            long Number(long least, long most)
            {
                string text = Value();
                return long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long number) && number >= least && number <= most
                    ? number
                    : throw new FormatException($"{name} needs a number from {least} to {most}, not {text}.");
            }
        }

        return line switch
        {
            { Trace: true, Seed: null } => throw new FormatException("--trace needs --seed: the traces of many seeds are unreadable."),
            { Seed: not null, Seeds: not null } => throw new FormatException("--seed is one seed; --seeds and --first-seed are many."),
            { AllMutants: true, Mutant: not null } => throw new FormatException("--mutant is one of --all-mutants."),
            { AllMutants: true, Seed: not null } => throw new FormatException("--all-mutants runs many seeds: use --first-seed."),
            _ => line,
        };
    }
}
