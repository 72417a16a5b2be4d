namespace OrleansBilling.Watchdog;

/// <summary>
/// Which late charges earlier passes over what is due have told already: in a long wave every pass finds them again, and one that is counted at each would look like many.
/// Holds what one pass finds, a few dozen bytes each.
/// </summary>
internal sealed class KnownFinds
{
    private HashSet<(string Id, long DueAtMs)> _before = [];
    private HashSet<(string Id, long DueAtMs)> _now = [];

    /// <summary>A pass begins at the oldest. What the one before it did not find any more is forgotten.</summary>
    public void Begin() => (_before, _now) = (_now, []);

    /// <summary>True when neither this pass nor the one before has found it.</summary>
    public bool IsNew(DueRow row) => _now.Add((row.Id, row.DueAtMs)) && !_before.Contains((row.Id, row.DueAtMs));
}
