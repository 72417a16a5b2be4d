using System.ComponentModel.DataAnnotations;

namespace OrleansBilling.Reconciliation;

/// <summary>The daily comparison with the provider's transaction list. Section <c>Reconciliation</c>.</summary>
public sealed class ReconciliationOptions
{
    public const string Section = "Reconciliation";

    /// <summary>When the days that are over are compared, in Asia/Seoul: the provider's list lags, so not at midnight. Default: 05:00.</summary>
    [Range(typeof(TimeSpan), "01:00:00", "23:59:00")] public TimeSpan DailyAt { get; set; } = TimeSpan.FromHours(5);

    /// <summary>Closed days that are compared again each time, since rows may appear in the provider's list late. Default: 3.</summary>
    [Range(1, 31)] public int LookBackDays { get; set; } = 3;
}
