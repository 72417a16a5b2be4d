namespace OrleansBilling.Clock;

/// <summary>The clock of everything that has to do with money: what is due, how old an attempt is, which day an invoice has.</summary>
/// <remarks>
/// Taken as <c>[FromKeyedServices(BillingClock.Key)] TimeProvider clock</c>. In a sandbox it is the <see cref="TestClock"/>, with a
/// live key the system clock. The default (unkeyed) TimeProvider is always real: membership, cookies and HTTP time-outs follow it.
/// </remarks>
public static class BillingClock
{
    public const string Key = "OrleansBilling.Clock";

    /// <summary>
    /// Silos follow the test clock by looking at it a few times a second, so a reminder's tick may come from a silo whose clock has moved to one whose has not.
    /// There the subscription would find nothing due, and set its reminder by the wrong now. No effect on a clock that cannot be moved.
    /// </summary>
    /// <param name="tickTime">When the tick happened, by the clock of the silo that sent it.</param>
    public static void CatchUp(TimeProvider clock, DateTime tickTime) => (clock as TestClock)?.CatchUpWith(DateTime.SpecifyKind(tickTime, DateTimeKind.Utc));
}
