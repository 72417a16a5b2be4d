namespace OrleansBilling.Chaos;

internal enum Harm
{
    KillSilo,
    PauseSilo,
    RestartDatabase,
    CutDatabase,
    RestartProvider,
    RollingRestart,
    LoseReminders,
}

/// <param name="At">Since the faulty phase began.</param>
/// <param name="Lot">Random bits for what the harm leaves open: which silo, how long.</param>
internal sealed record Blow(TimeSpan At, Harm Harm, int Lot);

/// <summary>What goes wrong when: a pure function of seed, length and number of silos.</summary>
internal static class Schedule
{
    private static readonly TimeSpan Gap = TimeSpan.FromSeconds(12);

    /// <summary>Each harm once before one comes twice; they overlap, as a pause or a rolling restart lasts longer than the gap.</summary>
    public static IReadOnlyList<Blow> Of(int seed, TimeSpan length)
    {
        Random random = new(seed);
        int count = Math.Max(Enum.GetValues<Harm>().Length, (int)(length / Gap));
        TimeSpan each = length / count;
        List<Blow> blows = [];
        Queue<Harm> next = [];
        for (int i = 0; i < count; i++)
        {
            if (next.Count == 0)
            {
                Harm[] all = Enum.GetValues<Harm>();
                random.Shuffle(all);
                next = new Queue<Harm>(all);
            }

            blows.Add(new Blow(each * (i + random.NextDouble() * 0.8), next.Dequeue(), random.Next()));
        }

        return blows;
    }
}
