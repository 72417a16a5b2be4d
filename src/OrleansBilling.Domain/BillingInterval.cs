namespace OrleansBilling.Domain;

/// <summary>The names are stored: never rename or reuse one.</summary>
public enum IntervalUnit
{
    Day = 1,
    Week = 2,
    Month = 3,
    Year = 4,

    /// <summary>
    /// For the simulator only, where tests want many periods in little time. What is remembered of old invoices (<see cref="SubscriptionLifecycle.RememberedInvoices"/>) then
    /// reaches back minutes instead of weeks.
    /// </summary>
    Minute = 5,
}

/// <summary>How long one period lasts: <c>3 × Month</c> is quarterly.</summary>
public sealed record BillingInterval : StoredRecord
{
    public const int MaxCount = 1000;

    public BillingInterval(IntervalUnit unit, int count)
    {
        Unit = Enum.IsDefined(unit) ? unit : throw new ArgumentOutOfRangeException(nameof(unit), unit, "An interval is of minutes, days, weeks, months or years.");
        Count = count is > 0 and <= MaxCount ? count : throw new ArgumentOutOfRangeException(nameof(count), count, $"An interval counts 1 to {MaxCount} units.");
    }

    public IntervalUnit Unit { get; }
    public int Count { get; }
}
