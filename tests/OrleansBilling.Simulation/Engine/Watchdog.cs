using NodaTime;
using OrleansBilling.Domain;
using OrleansBilling.Simulation.Chance;
using OrleansBilling.Simulation.World;

namespace OrleansBilling.Simulation.Engine;

/// <summary>
/// The sweeps that find what its reminder does not wake. One, every few minutes, finds charges that are late, in the read side; the other, every hour, finds states that need
/// a reminder and have none, in the store itself, and tells the read side of what it has never heard of. A run knows when they could find something, and has them look only then.
/// </summary>
internal sealed class Watchdog(Cluster cluster, ulong seed, Scheduler time, Trace? trace)
{
    private static readonly Duration Late = ChargePolicy.Default.CatchUpPeriod * 2;
    private static readonly Duration SweepPeriod = Duration.FromMinutes(3);
    private static readonly Duration ComparisonPeriod = Duration.FromHours(1);

    /// <summary>Until it finds a state without reminder for which no charge is due, and has it told.</summary>
    public static Duration LongestSilence { get; } = ComparisonPeriod + Late;

    private Dice _phase = Dice.For(seed, purpose: 0x57415443);

    /// <summary>Another state is stored.</summary>
    public void Stored(Subject subject, Subscription s)
    {
        if (DueSince(s) is { } due)
        {
            long sequence = s.LastSequence;
            time.At(Instant.Max(time.Now, due + Late) + _phase.Between(Duration.Zero, SweepPeriod), () => Sweep(subject, due, sequence));
        }

        if (subject.Reminder is null)
        {
            Missing(subject);
        }
    }

    /// <summary>There is no reminder now.</summary>
    public void Missing(Subject subject) => time.After(_phase.Between(Duration.Zero, ComparisonPeriod), () => Compare(subject));

    private void Sweep(Subject subject, Instant due, long sequence)
    {
        if (subject.Stored is not { } s || DueSince(s) != due || s.LastSequence != sequence)
        {
            return;
        }

        // The read side knows of it as far as it was told.
        if (s.Outbox.IsEmpty || subject.HasPublished(s.LastSequence))
        {
            Ask(subject, "a charge that is late");
        }

        time.After(SweepPeriod, () => Sweep(subject, due, sequence));
    }

    private void Compare(Subject subject)
    {
        if (subject.Reminder is not null || subject.Stored is not { } s)
        {
            return;
        }

        if (NextStep.For(s, new Circumstances(time.Now, "")) is not NextStep.Rest)
        {
            cluster.OnTrouble(null, LongestSilence); // Should the answer to this be lost too.
            Ask(subject, "no reminder");
        }
        else if (subject.HasPublished(s.LastSequence))
        {
            return;
        }
        else if (s.Outbox[^1].OccurredAt + Late <= time.Now)
        {
            trace?.Add("watchdog", $"finds that nobody was told of the end of {subject.Id}");
            cluster.ReadSide.Publish(subject, s, publishedThrough: 0);
        }

        time.After(ComparisonPeriod, () => Compare(subject));
    }

    // What it asks may wait in a process that stands still, or die with it; then the next sweep asks again.
    private void Ask(Subject subject, string cause)
    {
        trace?.Add("watchdog", $"finds {cause} of {subject.Id}");
        cluster.Deliver(subject, new Turn("check", static a => a.Pump.CheckAsync(), Activation.Quietly));
    }

    private static Instant? DueSince(Subscription s) =>
        s is { Parked: null, Invoice.Attempt: { } attempt } ? attempt.LookUp is null ? Instant.Max(attempt.NextAt, attempt.NotBefore) : attempt.NextAt : null;
}
