using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.Extensions.Options;
using NodaTime;
using NodaTime.Extensions;
using OrleansBilling.Accounts;
using OrleansBilling.Catalog;
using OrleansBilling.Clock;
using OrleansBilling.Domain;
using OrleansBilling.Pages.Subscriptions;
using OrleansBilling.Registrations;
using OrleansBilling.Subscriptions;

namespace OrleansBilling.Pages.Order;

/// <summary>The last page before a card is registered: what it costs, when, and the consent to it.</summary>
[Authorize]
public sealed class IndexModel(
    IGrainFactory grains, ProductCatalog catalog, IOptions<MerchantOptions> merchant, [FromKeyedServices(BillingClock.Key)] TimeProvider clock) : PageModel
{
    /// <summary>Version of the text behind the check box (<c>order.consent.*</c>). A changed text gets a new one: it is stored as what the customer agreed to.</summary>
    public const string ConsentTextVersion = "order-2026-11";

    /// <summary>Unticked at first, since a ticked box is no consent.</summary>
    [BindProperty] public bool Consent { get; set; }

    /// <summary>The version and price that the page showed. Another one since then is shown and asked again, never charged.</summary>
    [BindProperty] public int ShownVersion { get; set; }
    [BindProperty, Range(1, long.MaxValue)] public long ShownPriceKrw { get; set; }

    public Plan Plan { get; private set; } = null!;
    public Product Product { get; private set; } = null!;
    public string ZoneId => merchant.Value.ZoneId;

    /// <summary>The live subscription of this product that the customer has already; null when there is none.</summary>
    public SubscriptionView? Existing { get; private set; }
    public bool PriceChanged { get; private set; }
    public bool ConsentMissing { get; private set; }

    public async Task<IActionResult> OnGetAsync(string planId) => await LoadAsync(planId) ? Page() : NotFound();

    public async Task<IActionResult> OnPostAsync(string planId)
    {
        if (!await LoadAsync(planId))
        {
            return NotFound();
        }

        PriceChanged = (ShownVersion, ShownPriceKrw) != (Plan.Version, Plan.PriceKrw);
        if (!Consent || PriceChanged || Existing is not null)
        {
            return Again();
        }

        string registrationId = PrefixedId.New("reg", clock);
        await grains.Registration(merchant.Value.Id, registrationId).OpenAsync(new OpenRegistration(
            RegistrationPurpose.Subscribe, User.CustomerId(), SubscriptionId: null, Plan.Id, Plan.Version, Plan.PriceKrw, ConsentTextVersion));
        return RedirectToPage("/Register/Index", new { id = registrationId });
    }

    /// <summary>The first three charges if the order is placed now.</summary>
    public IReadOnlyList<DateTimeOffset> FirstCharges =>
        [.. Plan.ChargesFrom(clock.GetUtcNow().ToInstant(), DateTimeZoneProviders.Tzdb[ZoneId]).Take(3).Select(at => at.ToDateTimeOffset())];

    private async Task<bool> LoadAsync(string planId)
    {
        if (catalog.Current(planId) is not { } plan || catalog.Product(plan.ProductId) is not { } product)
        {
            return false;
        }

        (Plan, Product) = (plan, product);
        Existing = (await grains.SubscriptionsOfAsync(merchant.Value.Id, User.CustomerId()))
            .FirstOrDefault(s => s.ProductId == product.Id && s.Status != SubscriptionStatus.Ended);
        return true;
    }

    // The page is drawn from what is true now: the posted version, price and consent must not come back out of the form.
    private PageResult Again()
    {
        ConsentMissing = !Consent && !PriceChanged;
        if (ConsentMissing)
        {
            ModelState.AddModelError(nameof(Consent), "Consent is required."); // Marks the field; the page has the words.
        }

        ModelState.Remove(nameof(ShownVersion));
        ModelState.Remove(nameof(ShownPriceKrw));
        if (PriceChanged)
        {
            ModelState.Remove(nameof(Consent));
            Consent = false;
        }

        return Page();
    }
}
