namespace OrleansBilling.Charging;

/// <summary>Who waits, first come first served, each once and no more than so many. Not thread-safe.</summary>
/// <remarks>An id is the key's bytes, which the reminder service holds already: 45 bytes for each, never an activation.</remarks>
internal sealed class WaitingIds(int capacity)
{
    private readonly Queue<IdSpan> _order = new();
    private readonly HashSet<IdSpan> _ids = [];

    public int Count => _ids.Count;

    public bool Contains(IdSpan id) => _ids.Contains(id);

    /// <summary>True when it waits now, whether it did before or not; false when there is no room.</summary>
    public bool TryAdd(IdSpan id)
    {
        if (_ids.Contains(id))
        {
            return true;
        }

        if (_ids.Count >= capacity)
        {
            return false;
        }

        _ids.Add(id);
        _order.Enqueue(id);
        return true;
    }

    public bool TryPeek(out IdSpan id) => _order.TryPeek(out id);

    public bool TryTake(out IdSpan id) => _order.TryDequeue(out id) && _ids.Remove(id);
}
