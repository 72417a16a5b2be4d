namespace OrleansBilling.Charging;

/// <summary>Why something is not sent now.</summary>
/// <param name="Word">For a metric.</param>
/// <param name="Sentence">For the log, where nobody else tells it; null otherwise.</param>
internal sealed record HeldBack(string Word, string? Sentence)
{
    public static readonly HeldBack Stopping = new("stopping", null);
    public static readonly HeldBack Stopped = new("stopped", null);
    public static readonly HeldBack Busy = new("busy", null);
}

internal enum TickAnswer
{
    Pass,
    Waits,
}

/// <summary>Somebody is called to look what is due, and has a place if it wants to send something.</summary>
internal sealed class ChargeLook(IdSpan id, ChargeLane lane, long? probe, bool flowing)
{
    public IdSpan Id => id;

    public ChargeLane Lane => lane;

    /// <summary>The number of the probe that its charge would be; null normally.</summary>
    public long? Probe => probe;

    /// <summary>Whether charging went on when it was let in.</summary>
    public bool Flowing => flowing;

    public bool Flew { get; set; }
}
