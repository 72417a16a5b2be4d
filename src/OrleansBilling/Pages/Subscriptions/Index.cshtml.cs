using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.Extensions.Options;
using OrleansBilling.Accounts;
using OrleansBilling.Catalog;
using OrleansBilling.Site;
using OrleansBilling.Subscriptions;

namespace OrleansBilling.Pages.Subscriptions;

[Authorize]
public sealed class IndexModel(IGrainFactory grains, ProductCatalog catalog, IOptions<MerchantOptions> merchant) : PageModel
{
    public IReadOnlyList<SubscriptionView> Subscriptions { get; private set; } = [];

    public async Task OnGetAsync() => Subscriptions = await grains.SubscriptionsOfAsync(merchant.Value.Id, User.CustomerId());

    public string NameOf(SubscriptionView subscription) =>
        catalog.Find(subscription.PlanId, subscription.PlanVersion) is { } plan ? Display.Text(plan.Name) : subscription.PlanId;
}
