namespace OrleansBilling.Charging;

/// <summary>
/// Slots at the provider, places in the memory around them, and who waits for a place. Under the gate of <see cref="ChargeLanes"/>, but for the slots.
/// </summary>
internal sealed class ChargeLane(int inFlight, int queueLength)
{
    /// <summary>
    /// A place is for a subscription that is looked at, at the provider, or whose outcome is being stored. So many for each slot: while those wait for the provider, the next are
    /// read and the last are written and told, many together, which takes as long again and more. Bounds the reads, and what is held in memory.
    /// </summary>
    internal const int PlacesPerSlot = 4;

    private readonly int _places = PlacesPerSlot * inFlight;

    private int _taken;

    /// <summary>One for each request that is at the provider.</summary>
    public SemaphoreSlim Slots { get; } = new(inFlight, inFlight);

    /// <summary>Nobody has looked at these yet.</summary>
    public WaitingIds Waiting { get; } = new(queueLength);

    /// <summary>These have something to send that may not be sent now. Looking at them again is in vain until charging goes on.</summary>
    public WaitingIds Held { get; } = new(queueLength);

    public int InFlight => inFlight - Slots.CurrentCount;

    public bool HasPlace => _taken < _places;

    public bool IsWaiting(IdSpan id) => Waiting.Contains(id) || Held.Contains(id);

    public bool TryEnter()
    {
        if (!HasPlace)
        {
            return false;
        }

        _taken++;
        return true;
    }

    public void Leave() => _taken--;
}
