namespace OrleansBilling.Clock;

/// <summary>Where the billing clock stands and how far its walk has come.</summary>
/// <param name="Now">The billing clock, UTC.</param>
/// <param name="Target">Where the last walk goes or went; null when there never was one.</param>
/// <param name="StopsDone">Due instants that it has visited.</param>
/// <param name="WaitingFor">Subscriptions that are at work at the present stop; the walk goes on when there are none.</param>
/// <param name="Note">What a person should know, such as a subscription that stayed busy; else empty.</param>
/// <param name="Finished">False while a walk is under way.</param>
public sealed record TestClockWalkStatus(
    DateTimeOffset Now, TimeSpan Offset, DateTimeOffset? Target, int StopsDone, int WaitingFor, string Note, bool Finished);

public enum TestClockAnswer
{
    Started = 1,

    /// <summary>The billing clock is the system clock: a live key is configured.</summary>
    NotASandbox = 2,

    /// <summary>The target is not after the billing clock's now; it goes forwards only.</summary>
    Backwards = 3,

    /// <summary>Another walk is under way; one at a time per database.</summary>
    AlreadyWalking = 4,

    /// <summary>Further than <see cref="TestClockWalk.LongestWalk"/> in one walk.</summary>
    TooFar = 5,
}
