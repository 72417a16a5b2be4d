using System.Globalization;
using OrleansBilling.Domain;

namespace OrleansBilling.Chaos;

/// <summary>What is sold here: short cycles, each a product of its own, so that one person may have all of them.</summary>
internal sealed record ChaosPlan(string Id, long PriceKrw, int Minutes)
{
    public static readonly IReadOnlyList<ChaosPlan> All = [new("each-minute", 100, 1), new("each-second-minute", 200, 2)];

    public BillingInterval Interval => new(IntervalUnit.Minute, Minutes);

    /// <summary>Behind the products of appsettings.json. Dunning is over within the run.</summary>
    public static IEnumerable<string> Settings => All.SelectMany((plan, i) =>
    {
        string product = string.Create(CultureInfo.InvariantCulture, $"--Catalog:Products:{SamplesInSettings + i}:");
        return new[]
        {
            $"{product}Id={plan.Id}", $"{product}Name:Ko={plan.Id}", $"{product}Description:Ko={plan.Id}", $"{product}Plans:0:Id={plan.Id}", $"{product}Plans:0:Name:Ko={plan.Id}",
            string.Create(CultureInfo.InvariantCulture, $"{product}Plans:0:PriceKrw={plan.PriceKrw}"), $"{product}Plans:0:Unit=Minute",
            string.Create(CultureInfo.InvariantCulture, $"{product}Plans:0:Count={plan.Minutes}"), $"{product}Plans:0:DunningWaits:0=00:00:15", $"{product}Plans:0:DunningWaits:1=00:00:30",
        };
    });

    private const int SamplesInSettings = 3;

    public static ChaosPlan Find(string id) => All.Single(plan => plan.Id == id);
}
