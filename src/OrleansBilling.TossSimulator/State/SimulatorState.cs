using OrleansBilling.TossSimulator.Cards;
using OrleansBilling.TossSimulator.Wire;

namespace OrleansBilling.TossSimulator.State;

/// <summary>
/// The books under one lock, with their journal and clock. A change is decided, written and applied under the lock; its answer leaves only after
/// the line is on the disk, so a killed simulator has never promised what it forgot.
/// </summary>
public sealed class SimulatorState : IDisposable
{
    private readonly Lock _gate = new();
    private readonly Books _books = new();
    private readonly Journal? _journal;
    private readonly IReadOnlyList<SimulatorKeySet> _keySets;

    public SimulatorState(TossSimulatorOptions options, SimulatorClock clock)
    {
        _keySets = options.KeySets is { Count: > 0 } configured ? [.. configured] : [SimulatorKeys.Default()];
        Knobs = options.Knobs;
        Clock = clock;
        if (options.DataDirectory is not null)
        {
            (_journal, IReadOnlyList<IReadOnlyList<JournalEntry>> lines) = Journal.Open(options.DataDirectory);
            foreach (JournalEntry entry in lines.SelectMany(entries => entries))
            {
                _books.Apply(entry);
            }
        }
        clock.Set(_books.ClockOffset);
    }

    public SimulatorClock Clock { get; }

    public SimulatorKnobs Knobs { get; private set; }

    internal IReadOnlyList<SimulatorKeySet> KeySets => _keySets;

    /// <summary>Raised when webhooks may have become due other than by time, outside the lock.</summary>
    internal event Action? WebhooksDue;

    /// <summary>The key set of a client key; null when there is none.</summary>
    public SimulatorKeySet? KeySetOfClient(string clientKey) => _keySets.FirstOrDefault(set => set.ClientKey == clientKey);

    /// <summary>The key set of a secret key; null when there is none.</summary>
    internal SimulatorKeySet? KeySetOfSecret(string secretKey) => _keySets.FirstOrDefault(set => set.SecretKeys.Contains(secretKey));

    /// <summary>Ends a registration: checks the card and makes the key that the success URL carries. Single use, bound to customer and client key.</summary>
    /// <exception cref="CardRefusedException">The issuer refuses the card.</exception>
    /// <exception cref="ArgumentException">Nobody has this client key.</exception>
    public string CreateAuthKey(string clientKey, string customerKey, CardInput card)
    {
        SimulatorKeySet keys = KeySetOfClient(clientKey) ?? throw new ArgumentException("Unknown client key.", nameof(clientKey));
        DateTimeOffset now = Clock.GetUtcNow();
        AuthKeyRecord authKey = new(
            KeyShapes.AuthKey(), keys.MerchantId, clientKey, customerKey, CardCheck.Register(card, now, Knobs.EveryCardExpires), now);
        Commit(_ => [new JournalEntry.AuthKeyCreated(authKey)]);
        return authKey.AuthKey;
    }

    /// <summary>Every approval and cancel, oldest first.</summary>
    public IReadOnlyList<LedgerRow> ReadLedger() => Read(books => books.Ledger.ToArray());

    /// <summary>Sets the clock's offset. Time goes forwards only.</summary>
    /// <returns>False when the offset is smaller than the one that stands; nothing changed.</returns>
    public bool TryMoveClock(TimeSpan offset)
    {
        bool forward = false;
        Commit(books =>
        {
            forward = offset >= books.ClockOffset;
            return offset > books.ClockOffset ? [new JournalEntry.ClockMoved(offset)] : [];
        });
        if (forward)
        {
            Clock.TellMoved();
        }
        return forward;
    }

    internal void Turn(SimulatorKnobs knobs)
    {
        Knobs = knobs;
        WebhooksDue?.Invoke();
    }

    internal T Read<T>(Func<Books, T> read)
    {
        lock (_gate)
        {
            return read(_books);
        }
    }

    /// <summary>Waits for the disk on this thread. For changes outside an API answer.</summary>
    internal void Commit(Func<Books, IReadOnlyList<JournalEntry>> decide) =>
        CommitAsync(books => (0, decide(books))).GetAwaiter().GetResult();

    /// <summary>Decides on the books as they are and makes the entries true, all or none.</summary>
    internal async Task<T> CommitAsync<T>(Func<Books, (T Result, IReadOnlyList<JournalEntry> Entries)> decide)
    {
        T result;
        IReadOnlyList<JournalEntry> entries;
        long position = 0;
        lock (_gate)
        {
            (result, entries) = decide(_books);
            if (entries.Count > 0)
            {
                position = _journal?.Append(entries) ?? 0;
                foreach (JournalEntry entry in entries)
                {
                    _books.Apply(entry);
                }
                Clock.Set(_books.ClockOffset);
            }
        }
        if (_journal is not null)
        {
            await _journal.FlushAsync(position);
        }
        if (entries.Any(entry => entry is JournalEntry.WebhookQueued))
        {
            WebhooksDue?.Invoke();
        }
        return result;
    }

    public void Dispose() => _journal?.Dispose();
}
