namespace OrleansBilling.Reconciliation;

/// <summary>Compares the provider's transaction list with our books, day by day, for one merchant. Key: the merchant's id.</summary>
[Alias("OrleansBilling.IReconciliationGrain")]
public interface IReconciliationGrain : IGrainWithStringKey
{
    /// <summary>Sets the daily reminder if there is none. To be called at every start.</summary>
    [Alias("Schedule")] Task ScheduleAsync();

    /// <summary>Compares a day again, or today so far, and returns at once: <see cref="UnderWayAsync"/> says when it is done.</summary>
    /// <param name="day">yyyy-MM-dd in Asia/Seoul.</param>
    /// <returns>False for a day that has not begun, or no day at all.</returns>
    [Alias("Compare")] Task<bool> CompareAsync(string day);

    /// <summary>Days that are being compared or wait for it.</summary>
    [Alias("UnderWay")] Task<IReadOnlyList<string>> UnderWayAsync();
}
