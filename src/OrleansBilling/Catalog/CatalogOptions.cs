using NodaTime;
using OrleansBilling.Domain;

namespace OrleansBilling.Catalog;

/// <summary>The products as an operator writes them. Section <c>Catalog</c>; rules: <see cref="CatalogOptionsValidator"/>.</summary>
public sealed class CatalogOptions
{
    public const string Section = "Catalog";

    public IList<ProductSettings> Products { get; init; } = [];

    /// <summary>Call it with validated options only.</summary>
    public ProductCatalog ToCatalog() => new(
        [.. Products.Select(product => product.ToProduct()).Where(product => product.Plans.Count > 0)],
        [.. Products.SelectMany(product => product.Plans.Where(plan => plan.Retired).Select(plan => plan.ToPlan(product.Id)))]);
}

public sealed class TextSettings
{
    public string Ko { get; set; } = "";

    /// <summary>Empty: the Korean text is shown in English too.</summary>
    public string En { get; set; } = "";

    internal LocalizedText ToText() => new(Ko, En.Length == 0 ? Ko : En);
}

public sealed class ProductSettings
{
    public string Id { get; set; } = "";

    public TextSettings Name { get; init; } = new();

    /// <summary>One line, for lists. Empty: the description.</summary>
    public TextSettings Summary { get; init; } = new();

    public TextSettings Description { get; init; } = new();

    public IList<TextSettings> Features { get; init; } = [];

    public IList<PlanSettings> Plans { get; init; } = [];

    internal Product ToProduct() => new(Id, Name.ToText(), Description.ToText(), [.. Plans.Where(plan => !plan.Retired).Select(plan => plan.ToPlan(Id))])
    {
        Summary = Summary.Ko.Length == 0 ? Description.ToText() : Summary.ToText(),
        Features = [.. Features.Select(feature => feature.ToText())],
    };
}

public sealed class PlanSettings
{
    public string Id { get; set; } = "";

    /// <summary>From 1. A version that somebody has ordered is never changed: mark it <see cref="Retired"/> and add the next one.</summary>
    public int Version { get; set; } = 1;

    public TextSettings Name { get; init; } = new();

    /// <summary>What one period costs, in won, VAT included.</summary>
    public long PriceKrw { get; set; }

    /// <summary>The part of the price that carries no VAT. Default: 0.</summary>
    public long TaxFreeKrw { get; set; }

    /// <summary>Default: Month. Minute is for the simulator only.</summary>
    public IntervalUnit Unit { get; set; } = IntervalUnit.Month;

    /// <summary>How many units one period lasts. Default: 1.</summary>
    public int Count { get; set; } = 1;

    /// <summary>Free days before the first charge. Default: 0.</summary>
    public int TrialDays { get; set; }

    /// <summary>
    /// Waits between a declined renewal and the next try, each "days.hours:minutes:seconds"; after the last of them fails the subscription ends. Empty: 1, 3, 5 and 7 days.
    /// </summary>
    public IList<TimeSpan> DunningWaits { get; init; } = [];

    /// <summary>What happens to periods that went by uncharged through our or the provider's fault. Default: the running one is charged, the missed ones are waived.</summary>
    public CatchUp CatchUp { get; set; } = CatchUp.LatestOnly;

    /// <summary>No longer on sale; those who have it keep paying its price.</summary>
    public bool Retired { get; set; }

    internal Plan ToPlan(string productId) => new()
    {
        Id = Id,
        Version = Version,
        ProductId = productId,
        Name = Name.ToText(),
        PriceKrw = PriceKrw,
        TaxFreeKrw = TaxFreeKrw,
        Interval = new BillingInterval(Unit, Count),
        TrialDays = TrialDays,
        Dunning = DunningWaits.Count == 0 ? DunningSchedule.Default : new DunningSchedule([.. DunningWaits.Select(Duration.FromTimeSpan)]),
        CatchUp = CatchUp,
    };
}
