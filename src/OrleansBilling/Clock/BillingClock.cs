namespace OrleansBilling.Clock;

/// <summary>The clock of everything that has to do with money: what is due, how old an attempt is, which day an invoice has.</summary>
/// <remarks>
/// Taken as <c>[FromKeyedServices(BillingClock.Key)] TimeProvider clock</c>. In a sandbox it is the <see cref="TestClock"/>, with a
/// live key the system clock. The default (unkeyed) TimeProvider is always real: membership, cookies and HTTP time-outs follow it.
/// </remarks>
public static class BillingClock
{
    public const string Key = "OrleansBilling.Clock";
}
