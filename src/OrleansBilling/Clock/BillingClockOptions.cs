namespace OrleansBilling.Clock;

/// <summary>Whether the billing clock can be moved, and what moves with it.</summary>
public sealed class BillingClockOptions
{
    /// <summary>True in a sandbox (simulator or test keys). With a live key false: the billing clock is then the system clock and cannot be moved.</summary>
    public bool Movable { get; init; }

    /// <summary>
    /// Names of the reminders by which subscriptions wake up; the walk stops at each and waits until it was moved on. Empty: all reminders.
    /// </summary>
    public IReadOnlyCollection<string> Reminders { get; init; } = [];

    /// <summary>
    /// Moves the payment provider's simulator to the same offset, before our own clock moves: an approval must not be dated before its charge.
    /// Called again with the same offset when in doubt. Null: the provider's clock cannot be moved (Toss' test environment).
    /// </summary>
    public Func<TimeSpan, CancellationToken, Task>? MoveProvider { get; init; }
}
