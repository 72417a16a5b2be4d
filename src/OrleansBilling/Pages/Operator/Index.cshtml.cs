using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.Extensions.Options;

namespace OrleansBilling.Pages.Operator;

/// <summary>Finds one subscription by its id.</summary>
[Authorize("operator")]
public sealed class IndexModel(IGrainFactory grains, IOptions<MerchantOptions> merchant) : PageModel
{
    [BindProperty(SupportsGet = true, Name = "subscription")] public string? SubscriptionId { get; set; }
    public bool NotFoundHere { get; private set; }

    public async Task<IActionResult> OnGetAsync()
    {
        if (SubscriptionId?.Trim() is not { Length: > 0 } id)
        {
            return Page();
        }

        if (await grains.Subscription(merchant.Value.Id, id).ViewAsync() is not null)
        {
            return RedirectToPage("Subscription", new { id });
        }

        NotFoundHere = true;
        return Page();
    }
}
