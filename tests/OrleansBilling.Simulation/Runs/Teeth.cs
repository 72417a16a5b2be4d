using System.Diagnostics;
using System.Globalization;
using OrleansBilling.Simulation.Mutants;

namespace OrleansBilling.Simulation.Runs;

/// <summary>Whether the auditor notices wrong rules: each mutant runs until a seed kills it.</summary>
internal sealed class Teeth(int years, TextWriter output)
{
    private readonly MutantCompiler _compiler = new();

    public static void List(TextWriter output)
    {
        int width = KnownMutants.All.Max(static m => m.Name.Length);
        foreach (Mutant mutant in KnownMutants.All)
        {
            output.WriteLine($"{mutant.Name.PadRight(width)}  {mutant.Wrong}");
        }
    }

    /// <summary>Runs one mutant as the whole program would run.</summary>
    /// <param name="args">The rest of the command line.</param>
    public int Run(Mutant mutant, string[] args)
    {
        (byte[] domain, byte[] simulation) = _compiler.Compile(mutant);
        using MutantWorld world = new(domain, simulation);
        return world.Run(args);
    }

    /// <returns>True when each mutant was killed.</returns>
    public bool RunAll(ulong firstSeed, int seeds)
    {
        Stopwatch watch = Stopwatch.StartNew();
        List<string> alive = [];
        foreach (Mutant mutant in KnownMutants.All)
        {
            TimeSpan began = watch.Elapsed;
            (ulong Seed, string Violation)? kill = Hunt(mutant, firstSeed, seeds);
            string took = (watch.Elapsed - began).TotalSeconds.ToString("F1", CultureInfo.InvariantCulture);
            output.WriteLine(kill is (ulong seed, string violation) ? $"{mutant.Name}: killed by seed {seed} in {took}s: {violation}" : $"{mutant.Name}: SURVIVED {seeds} seeds in {took}s");
            if (kill is null)
            {
                alive.Add(mutant.Name);
            }
        }

        output.WriteLine(FormattableString.Invariant(
            $"mutants={KnownMutants.All.Count} killed={KnownMutants.All.Count - alive.Count} survived={alive.Count} seeds={seeds} in {watch.Elapsed.TotalSeconds:F1}s{(alive.Count > 0 ? ": " : "")}{string.Join(", ", alive)}"));
        return alive.Count == 0;
    }

    private (ulong Seed, string Violation)? Hunt(Mutant mutant, ulong firstSeed, int seeds)
    {
        (byte[] domain, byte[] simulation) = _compiler.Compile(mutant);
        using MutantWorld world = new(domain, simulation);
        return world.Hunt(firstSeed, seeds, years);
    }
}
