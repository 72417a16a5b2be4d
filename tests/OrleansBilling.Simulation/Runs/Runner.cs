using System.Diagnostics;
using OrleansBilling.Simulation.Chance;
using OrleansBilling.Simulation.Mutants;

namespace OrleansBilling.Simulation.Runs;

/// <summary>Runs seeds one after the other, and explains the first that breaks a promise.</summary>
internal sealed class Runner(int years, TextWriter output)
{
    private const int ShownSeeds = 10;
    private const int ShownLines = 150;
    private const int DefaultSeeds = 1000;
    private const int DefaultMutantSeeds = 500;

    /// <summary>The program: does what the command line says.</summary>
    /// <returns>Its exit code.</returns>
    public static int Start(string[] args)
    {
        try
        {
            return Run(CommandLine.Parse(args), Console.Out) ? 0 : 1;
        }
        catch (FormatException error)
        {
            Console.Error.WriteLine($"{error.Message} --help says more.");
            return 2;
        }
        catch (MutantException error)
        {
            Console.Error.WriteLine(error.Message);
            return 2;
        }
    }

    private static bool Run(CommandLine line, TextWriter output)
    {
        if (line.WantsHelp)
        {
            output.WriteLine(CommandLine.Help);
            return true;
        }

        if (line.ListMutants)
        {
            Teeth.List(output);
            return true;
        }

        if (line.AllMutants)
        {
            return new Teeth(line.Years, output).RunAll(line.FirstSeed, line.Seeds ?? DefaultMutantSeeds);
        }

        if (line.Mutant is { } name)
        {
            Mutant mutant = KnownMutants.Find(name) ?? throw new FormatException($"There is no mutant {name}; --list-mutants names them.");
            return new Teeth(line.Years, output).Run(mutant, line.WithoutMutant(DefaultMutantSeeds)) == 0;
        }

        Runner runner = new(line.Years, output);
        return line switch
        {
            { Trace: true, Seed: { } seed } => runner.Trace(seed),
            { Seed: { } seed } => runner.Run(seed, 1),
            _ => runner.Run(line.FirstSeed, line.Seeds ?? DefaultSeeds),
        };
    }

    /// <summary>The first seed that breaks a promise, and what it breaks; null when none does.</summary>
    public static (ulong Seed, string Violation)? Hunt(ulong firstSeed, int seeds, int years)
    {
        for (int i = 0; i < seeds; i++)
        {
            if (new SeedRun(firstSeed + (ulong)i).Run(years).Violation is { } violation)
            {
                return (firstSeed + (ulong)i, violation.Text);
            }
        }

        return null;
    }

    /// <returns>True when all promises hold.</returns>
    public bool Run(ulong firstSeed, int seeds)
    {
        Stopwatch watch = Stopwatch.StartNew();
        Totals totals = new();
        List<SeedResult> broken = [];
        for (int i = 0; i < seeds; i++)
        {
            SeedResult result = new SeedRun(firstSeed + (ulong)i).Run(years);
            totals.Add(result);
            if (result.Violation is not null)
            {
                broken.Add(result);
            }
        }

        TimeSpan took = watch.Elapsed;
        if (broken.Count > 0)
        {
            Explain(broken);
        }

        output.WriteLine(totals.ToLine(took));
        return totals.AllHold;
    }

    /// <summary>Prints everything that happens in one seed.</summary>
    public bool Trace(ulong seed)
    {
        Stopwatch watch = Stopwatch.StartNew();
        SeedRun run = new(seed, traced: true);
        SeedResult result = run.Run(years);
        output.Write(run.Trace!.ToText());
        Totals totals = new();
        totals.Add(result);
        output.WriteLine(totals.ToLine(watch.Elapsed));
        return totals.AllHold;
    }

    private void Explain(List<SeedResult> broken)
    {
        SeedResult first = broken[0];
        IReadOnlySet<Strike> faults = new Minimizer(first.Seed, years).Minimize(first);
        SeedRun run = new(first.Seed, faults, traced: true);
        SeedResult result = run.Run(years);
        output.WriteLine($"seed {first.Seed} breaks a promise ({first.Violation!.Kind}): {first.Violation.Text}");
        output.WriteLine($"{first.Struck.Count} faults struck. With {result.Struck.Count} of them it still breaks ({result.Violation?.Text}):");
        output.WriteLine();
        output.WriteLine(run.Trace!.Last(ShownLines));
        foreach (SeedResult other in broken.Skip(1).Take(ShownSeeds))
        {
            output.WriteLine($"seed {other.Seed} too ({other.Violation!.Kind}): {other.Violation.Text}");
        }

        if (broken.Count > ShownSeeds + 1)
        {
            output.WriteLine($"and {broken.Count - ShownSeeds - 1} more seeds");
        }

        output.WriteLine($"Replay with: --seed {first.Seed} --years {years} --trace");
    }
}
