using System.Diagnostics;
using OrleansBilling.Simulation.Chance;
using OrleansBilling.Simulation.Engine;

namespace OrleansBilling.Simulation.Runs;

/// <summary>Runs seeds one after the other, and explains the first that breaks a promise.</summary>
internal sealed class Runner(int years, Defects defects, TextWriter output)
{
    private const int ShownSeeds = 10;
    private const int ShownLines = 150;

    /// <returns>True when all promises hold.</returns>
    public bool Run(ulong firstSeed, int seeds, bool untilFirst = false)
    {
        Stopwatch watch = Stopwatch.StartNew();
        Totals totals = new();
        List<SeedResult> broken = [];
        for (int i = 0; i < seeds && !(untilFirst && broken.Count > 0); i++)
        {
            SeedResult result = new SeedRun(firstSeed + (ulong)i, only: null, defects).Run(years);
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
        SeedRun run = new(seed, only: null, defects, traced: true);
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
        IReadOnlySet<Strike> faults = new Minimizer(first.Seed, years, defects).Minimize(first);
        SeedRun run = new(first.Seed, faults, defects, traced: true);
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
