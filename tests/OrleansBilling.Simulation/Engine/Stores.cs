using System.Text.Json;
using OrleansBilling.Domain;
using OrleansBilling.Simulation.Audit;
using OrleansBilling.Simulation.World;
using OrleansBilling.Storage;

namespace OrleansBilling.Simulation.Engine;

/// <summary>Where states are stored: one row each, and a write names the version that it replaces.</summary>
internal sealed class StateStore(Auditor auditor, Trace? trace)
{
    // Serialising is dear, and either always right or wrong soon enough.
    private const int RoundTripEvery = 64;

    private int _writes;

    /// <summary>False when somebody else wrote since.</summary>
    /// <param name="replaced">0 for the first write.</param>
    public bool TryWrite(Subject subject, long replaced, Subscription next, string who)
    {
        long version = subject.Row?.Version ?? 0;
        if (version != replaced)
        {
            trace?.Add(who, $"loses the race to write version {replaced + 1}");
            return false;
        }

        Subscription? before = subject.Stored;
        subject.Row = new Row(version + 1, ++_writes % RoundTripEvery == 0 ? RoundTripped(next) : next);
        trace?.Add(who, $"writes version {version + 1}: {Shown.Of(next)}");
        auditor.Wrote(subject, before, next);
        return true;
    }

    private static Subscription RoundTripped(Subscription s)
    {
        byte[] stored = JsonSerializer.SerializeToUtf8Bytes(s, StoredJson.Options);
        return JsonSerializer.Deserialize<Subscription>(stored, StoredJson.Options)!;
    }
}

/// <summary>The tables that screens read: each event once, keyed by its sequence.</summary>
internal sealed class ReadSide(Auditor auditor)
{
    public void Publish(Subject subject, Subscription stored, long publishedThrough)
    {
        foreach (BillingEvent e in stored.Outbox)
        {
            if (e.Sequence > publishedThrough)
            {
                auditor.Published(subject, e);
                while (subject.Published.Count < e.Sequence)
                {
                    subject.Published.Add(null);
                }

                subject.Published[(int)e.Sequence - 1] = e;
            }
        }
    }
}
