using System.Text.RegularExpressions;
using Microsoft.Extensions.Options;
using OrleansBilling.Domain;
using OrleansBilling.Toss;

namespace OrleansBilling.Catalog;

/// <summary>Stops the start on a catalog that could not be sold or charged. Every sentence names the setting and says what to write.</summary>
internal sealed class CatalogOptionsValidator(IOptions<TossOptions> toss) : IValidateOptions<CatalogOptions>
{
    // The provider refuses card payments below this.
    private const long LeastPriceKrw = 100;

    // Two years: longer is a typing error.
    private const int MostTrialDays = 730;

    private const int MostDunningWaits = 10;

    // Card companies count tries and punish many of them; by the minute there is only the simulator.
    private static readonly TimeSpan ShortestDunningWait = TimeSpan.FromHours(1);
    private static readonly TimeSpan ShortestDunningWaitByTheMinute = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LongestDunningWait = TimeSpan.FromDays(30);

    private static readonly Regex IdPattern = new(@"\A[a-z0-9][a-z0-9-]{0,39}\z", RegexOptions.CultureInvariant);

    public ValidateOptionsResult Validate(string? name, CatalogOptions options)
    {
        List<string> failures = [];
        if (!options.Products.Any(product => product.Plans.Any(plan => !plan.Retired)))
        {
            failures.Add("Catalog:Products has no plan on sale: write at least one product with one plan.");
        }

        for (int i = 0; i < options.Products.Count; i++)
        {
            failures.AddRange(Product($"Catalog:Products:{i}", options.Products[i]));
        }

        failures.AddRange(options.Products.GroupBy(product => product.Id).Where(group => group.Count() > 1)
            .Select(group => $"Catalog:Products has \"{group.Key}\" twice: give each product its own Id."));
        failures.AddRange(options.Products.SelectMany(product => product.Plans).GroupBy(plan => (plan.Id, plan.Version)).Where(group => group.Count() > 1)
            .Select(group => $"Catalog:Products has version {group.Key.Version} of plan \"{group.Key.Id}\" twice: give each its own Id or Version."));
        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
    }

    private IEnumerable<string> Product(string at, ProductSettings product)
    {
        if (!IdPattern.IsMatch(product.Id))
        {
            yield return $"{at}:Id \"{product.Id}\" is no id: write lower-case letters, digits and dashes, at most 40.";
        }

        if (product.Name.Ko.Length == 0)
        {
            yield return $"{at}:Name:Ko is empty: write the product's Korean name.";
        }

        if (product.Description.Ko.Length == 0)
        {
            yield return $"{at}:Description:Ko is empty: write what the product is; card companies read it in their review.";
        }

        for (int i = 0; i < product.Plans.Count; i++)
        {
            foreach (string failure in Plan($"{at}:Plans:{i}", product.Plans[i]))
            {
                yield return failure;
            }
        }
    }

    private IEnumerable<string> Plan(string at, PlanSettings plan)
    {
        if (!IdPattern.IsMatch(plan.Id))
        {
            yield return $"{at}:Id \"{plan.Id}\" is no id: write lower-case letters, digits and dashes, at most 40.";
        }

        if (plan.Version < 1)
        {
            yield return $"{at}:Version is {plan.Version}: versions count from 1.";
        }

        if (plan.Name.Ko.Length == 0)
        {
            yield return $"{at}:Name:Ko is empty: write the name that stands on the card slip.";
        }

        if (plan.PriceKrw < LeastPriceKrw)
        {
            yield return $"{at}:PriceKrw is {plan.PriceKrw}: a card cannot be charged less than {LeastPriceKrw} won.";
        }

        if (plan.TaxFreeKrw < 0 || plan.TaxFreeKrw > plan.PriceKrw)
        {
            yield return $"{at}:TaxFreeKrw is {plan.TaxFreeKrw}: write 0, or the part of the price without VAT.";
        }

        if (!Enum.IsDefined(plan.Unit))
        {
            yield return $"{at}:Unit is not a unit: write Day, Week, Month or Year.";
        }
        else if (plan.Unit == IntervalUnit.Minute && toss.Value.Environment != TossEnvironment.Simulator)
        {
            yield return $"{at}:Unit is Minute, which only the simulator takes: write Day, Week, Month or Year, or remove the provider's keys.";
        }

        if (plan.Count is < 1 or > BillingInterval.MaxCount)
        {
            yield return $"{at}:Count is {plan.Count}: write 1 to {BillingInterval.MaxCount}.";
        }

        if (plan.TrialDays is < 0 or > MostTrialDays)
        {
            yield return $"{at}:TrialDays is {plan.TrialDays}: write 0 to {MostTrialDays}.";
        }

        TimeSpan shortest = plan.Unit == IntervalUnit.Minute ? ShortestDunningWaitByTheMinute : ShortestDunningWait;
        if (plan.DunningWaits.Count > MostDunningWaits || plan.DunningWaits.Any(wait => wait < shortest || wait > LongestDunningWait))
        {
            yield return $"{at}:DunningWaits must be at most {MostDunningWaits} waits of {shortest} to {LongestDunningWait}: write them as \"1.00:00:00\" (a day), or none for 1, 3, 5 and 7 days.";
        }

        if (!Enum.IsDefined(plan.CatchUp))
        {
            yield return $"{at}:CatchUp is no policy: write LatestOnly or CollectAll.";
        }
    }
}
