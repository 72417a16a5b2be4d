using OrleansBilling.TossSimulator.State;

namespace OrleansBilling.Tests.Scenarios;

/// <summary>What two years of a monthly plan that began on a 31st look like, counted here by hand and not by the program's own calendar.</summary>
internal static class TwoYears
{
    public const int Charges = 25;

    private static readonly TimeSpan Kst = TimeSpan.FromHours(9);

    /// <summary>The next 31 January, 10:00 in Seoul.</summary>
    public static DateTimeOffset BeginAfter(DateTimeOffset now)
    {
        DateTimeOffset thisYear = new(now.ToOffset(Kst).Year, 1, 31, 10, 0, 0, Kst);
        return thisYear > now ? thisYear : thisYear.AddYears(1);
    }

    /// <summary>31 January, 28 or 29 February, 31 March, 30 April …: each month's last day, as every month has at most 31.</summary>
    public static IEnumerable<DateOnly> Days(DateTimeOffset begin) => Enumerable.Range(0, Charges).Select(n =>
    {
        DateOnly month = new DateOnly(begin.ToOffset(Kst).Year, 1, 1).AddMonths(n);
        return new DateOnly(month.Year, month.Month, DateTime.DaysInMonth(month.Year, month.Month));
    });

    /// <summary>25 approvals of the plan's price, on these days in Seoul, at the hour of the first one, each order approved once.</summary>
    public static void AssertCharged(IReadOnlyList<LedgerRow> approvals, DateTimeOffset begin, TimeSpan lateness)
    {
        Assert.Equal(Days(begin), approvals.Select(row => DateOnly.FromDateTime(row.At.ToOffset(Kst).DateTime)));
        Assert.All(approvals, row => Assert.Equal(Stage.MonthlyKrw, row.AmountKrw));
        Assert.Equal(Charges, approvals.Select(row => row.OrderId).Distinct().Count());
        TimeSpan first = approvals[0].At.TimeOfDay;
        Assert.All(approvals, row => Assert.InRange(row.At.TimeOfDay - first, TimeSpan.FromSeconds(-1), lateness)); // Whole seconds are the anchor's unit.
    }
}
