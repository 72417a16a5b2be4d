using NodaTime;
using OrleansBilling.Domain;

namespace OrleansBilling.Simulation.Engine;

/// <summary>One subscription in the model world: what is stored of it, and which processes hold it in memory.</summary>
internal sealed class Subject(string id, int number)
{
    public string Id => id;

    /// <summary>Counts from 1 within a run.</summary>
    public int Number => number;

    /// <summary>Null until the first write.</summary>
    public Row? Row { get; set; }
    public ReminderRow? Reminder { get; set; }

    /// <summary>What the read side knows; the event with sequence n stands at n − 1, null while it is missing.</summary>
    public List<BillingEvent?> Published { get; } = [];

    /// <summary>The activation that the directory names.</summary>
    public Activation? Home { get; set; }

    /// <summary>The one that a silo holds which does not know better, while the cluster is split.</summary>
    public Activation? Other { get; set; }
    public Instant SplitUntil { get; set; } = Instant.MinValue;

    /// <summary>The process that wants to store it next stands still until then; null for none.</summary>
    public Instant? WriteHeldUpUntil { get; set; }

    public Subscription? Stored => Row?.State;

    public bool HasPublished(long sequence) => sequence <= Published.Count && Published[(int)sequence - 1] is not null;
}

/// <param name="Version">Counts writes from 1; a write names the version that it replaces.</param>
internal sealed record Row(long Version, Subscription State);

/// <param name="Start">When it ticks first, by the clock of the silo that hosts it.</param>
internal sealed record ReminderRow(Instant Start, int Generation);
