namespace OrleansBilling.Domain;

/// <summary>What the subscriber agreed to: a plan version as it was then. A later change of the catalog does not reach it.</summary>
public sealed record Terms : StoredRecord
{
    public required string PlanId { get; init; }
    public required int PlanVersion { get; init; }
    public required string ProductId { get; init; }

    /// <summary>1–100 characters, shown on the card slip.</summary>
    public required string OrderName { get; init; }
    public required long PriceKrw { get; init; }
    public long TaxFreeKrw { get; init; }

    /// <summary>Only KRW is accepted.</summary>
    public string Currency { get; init; } = "KRW";
    public required BillingInterval Interval { get; init; }

    /// <summary>Free days before the first charge; 0 means charged at once.</summary>
    public int TrialDays { get; init; }

    /// <summary>IANA zone in which the billing day is counted.</summary>
    public required string ZoneId { get; init; }
    public required DunningSchedule Dunning { get; init; }
    public required CatchUp CatchUp { get; init; }

    public static Terms Of(Plan plan, string zoneId) => new()
    {
        PlanId = plan.Id,
        PlanVersion = plan.Version,
        ProductId = plan.ProductId,
        OrderName = plan.Name.Ko,
        PriceKrw = plan.PriceKrw,
        TaxFreeKrw = plan.TaxFreeKrw,
        Interval = plan.Interval,
        TrialDays = plan.TrialDays,
        ZoneId = zoneId,
        Dunning = plan.Dunning,
        CatchUp = plan.CatchUp,
    };
}
