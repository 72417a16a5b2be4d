using OrleansBilling.Simulation.Chance;

namespace OrleansBilling.Simulation.Runs;

/// <summary>
/// Finds few faults that still break the promise that a seed broke, by leaving out ever smaller parts of them (Zeller's delta debugging). Leaving one out may change what
/// comes later, so the faults that are left are those that struck in the last run that broke it.
/// </summary>
internal sealed class Minimizer(ulong seed, int years)
{
    private const int MaxRuns = 2000;

    private int _runs;

    /// <param name="broken">The run as it was, with all faults.</param>
    public IReadOnlySet<Strike> Minimize(SeedResult broken)
    {
        IReadOnlyList<Strike> faults = broken.Struck;
        int part = Math.Max(1, faults.Count / 2);
        while (_runs < MaxRuns)
        {
            if (WithoutAPart(broken, faults, part) is { } fewer)
            {
                faults = fewer;
                part = Math.Clamp(part, 1, Math.Max(1, faults.Count / 2));
            }
            else if (part == 1)
            {
                break;
            }
            else
            {
                part = (part + 1) / 2;
            }
        }

        return faults.ToHashSet();
    }

    private IReadOnlyList<Strike>? WithoutAPart(SeedResult broken, IReadOnlyList<Strike> faults, int part)
    {
        for (int from = faults.Count - part; _runs < MaxRuns && faults.Count > 0; from -= part)
        {
            int start = Math.Max(0, from);
            HashSet<Strike> rest = [.. faults.Take(start), .. faults.Skip(start + part)];
            _runs++;
            SeedResult result = new SeedRun(seed, rest).Run(years);
            if (result.Violation?.Kind == broken.Violation!.Kind && result.Struck.Count < faults.Count)
            {
                return result.Struck;
            }

            if (start == 0)
            {
                return null;
            }
        }

        return null;
    }
}
