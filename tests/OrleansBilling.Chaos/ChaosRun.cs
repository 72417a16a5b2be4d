using System.Diagnostics;
using System.Text.RegularExpressions;
using NodaTime;

namespace OrleansBilling.Chaos;

/// <summary>Subscriptions are sold, everything goes wrong for some minutes, then nothing does; the provider's ledger and the read side say what became of each period.</summary>
internal static partial class ChaosRun
{
    private static readonly TimeSpan LongestRecovery = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan SuperviseEvery = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan TellEvery = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(1);

    // Subscriptions fall due every second: what is later than this is late. A quiet machine needs a tenth of a second.
    private static readonly Duration Lateness = Duration.FromSeconds(10);

    private const int FindingsShown = 30;

    /// <summary>True when nothing was charged twice, missed or left unknown, and the books agree.</summary>
    public static async Task<bool> RunAsync(ChaosOptions options)
    {
        Narrator.Say($"seed {options.Seed}: {options.Silos} silos, {options.Subscriptions} subscriptions, {options.Minutes:0.##} faulty minutes, waits divided by {options.WaitsDividedBy}; logs tell UTC, now {Now():HH:mm:ss}");
        await using Installation installation = await Installation.StartAsync(options);
        using CancellationTokenSource over = new();
        Task supervision = SuperviseAsync(installation, over.Token);
        TellWaits(installation);

        Population population = new(installation);
        await population.SubscribeAsync(options.Subscriptions);

        Narrator.Say($"faults begin");
        using Mischief mischief = new(installation, options);
        await installation.Provider.BeginFaultsAsync();
        People people = new(installation, options, population.Subscribers);
        Task buttons = people.RunAsync();
        await mischief.RunAsync();
        await installation.Provider.EndFaultsAsync();
        Narrator.Say($"faults end");
        await buttons;

        (TimeSpan? recovery, Instant until) = await RecoverAsync(installation);
        await installation.ReadyAsync(); // One that was started again at the last moment has to be up before it is asked to stop.
        await over.CancelAsync();
        await supervision;
        bool stoppedWell = await StopAllAsync(installation);

        Books books = await Books.ReadAsync(installation.Database, installation.Provider);
        Verdict verdict = new(books, population.Subscriptions, people.Cancelled, until);
        Tell(installation, mischief, people, books, verdict);
        if (verdict.Findings.Count > 0)
        {
            await books.WriteAsync(options.Work);
        }

        Console.WriteLine(recovery is { } time ? FormattableString.Invariant($"recovered in {time.TotalSeconds:0.0} s") : $"not recovered within {LongestRecovery.TotalMinutes} minutes");
        Console.WriteLine(verdict);
        return recovery is not null && stoppedWell && verdict.Findings.Count == 0 && people.Unanswered.Count == 0;
    }

    /// <summary>Starts what has ended by itself, as whatever runs containers does.</summary>
    private static async Task SuperviseAsync(Installation installation, CancellationToken cancellation)
    {
        while (!cancellation.IsCancellationRequested)
        {
            foreach (Silo silo in installation.Silos)
            {
                silo.KeepAlive();
            }

            await Task.Delay(SuperviseEvery, CancellationToken.None);
        }
    }

    private static void TellWaits(Installation installation)
    {
        string log = File.ReadAllText(Path.Combine(installation.Work, "silo-1.log"));
        int at = log.IndexOf("All waits are divided", StringComparison.Ordinal);
        if (at >= 0)
        {
            Narrator.Say($"{log[at..log.IndexOf('\n', at)].Trim()}");
        }
    }

    /// <summary>Waits until nothing is late or unknown. Answers how long that took (null: too long), and until when all periods must be accounted for.</summary>
    private static async Task<(TimeSpan? Recovery, Instant Until)> RecoverAsync(Installation installation)
    {
        long start = Stopwatch.GetTimestamp();
        long? toldAt = null;
        while (Stopwatch.GetElapsedTime(start) < LongestRecovery)
        {
            Instant before = Now() - Lateness;
            Backlog backlog = await Books.BacklogAsync(installation.Database, before);
            if (backlog.IsEmpty)
            {
                return (Stopwatch.GetElapsedTime(start), before);
            }

            if (toldAt is not { } then || Stopwatch.GetElapsedTime(then) > TellEvery)
            {
                Narrator.Say($"{backlog}");
                toldAt = Stopwatch.GetTimestamp();
            }

            await Task.Delay(LookEvery);
        }

        return (null, Now() - Lateness);
    }

    private static async Task<bool> StopAllAsync(Installation installation)
    {
        long start = Stopwatch.GetTimestamp();
        bool[] well = await Task.WhenAll(installation.Silos.Select(silo => silo.StopAsync()));
        Narrator.Say($"all silos stopped in {Stopwatch.GetElapsedTime(start).TotalSeconds:0.0} s{(well.All(stopped => stopped) ? "" : ", not all of them well")}");
        return well.All(stopped => stopped);
    }

    private static void Tell(Installation installation, Mischief mischief, People people, Books books, Verdict verdict)
    {
        int resurrections = installation.Silos.Sum(silo => silo.Resurrections);
        Narrator.Say($"silos that ended by themselves: {resurrections}; declared dead while stopped: {mischief.DeclaredDead}; stops that went badly: {mischief.BadStops}");
        Narrator.Say($"ledger: {books.Ledger.Count(row => row.Kind == TossSimulator.State.LedgerKind.Approval)} approvals, {books.Refunds.Count} refunds; not charged: {verdict.Waived} waived, {verdict.InDunning} in dunning, {verdict.WrittenOff} written off");
        Narrator.Say($"buttons pressed: {people.Pressed}, cancelled at once: {people.Cancelled.Count}; reminders deleted: {mischief.LostReminders}; found by the watchdog: {FoundByWatchdog(installation)}");
        foreach (string finding in people.Unanswered.Concat(verdict.Findings).Take(FindingsShown))
        {
            Console.WriteLine(finding);
        }

        if (verdict.Findings.Count > FindingsShown)
        {
            Console.WriteLine($"… and {verdict.Findings.Count - FindingsShown} more");
        }
    }

    /// <summary>Each cause with its number, out of the silos' logs.</summary>
    private static string FoundByWatchdog(Installation installation)
    {
        IEnumerable<string> causes = installation.Silos.SelectMany(silo => File.ReadLines(Path.Combine(installation.Work, $"silo-{silo.Number}.log"))).Select(line => WatchdogLine().Match(line)).Where(match => match.Success).Select(match => match.Groups[1].Value);
        string found = string.Join(", ", causes.CountBy(cause => cause).OrderBy(cause => cause.Key, StringComparer.Ordinal).Select(cause => FormattableString.Invariant($"{cause.Key} {cause.Value}")));
        return found.Length == 0 ? "nothing" : found;
    }

    [GeneratedRegex("The watchdog found [^:]*: ([a-z_]+)")]
    private static partial Regex WatchdogLine();

    private static Instant Now() => Instant.FromDateTimeOffset(TimeProvider.System.GetUtcNow());
}
