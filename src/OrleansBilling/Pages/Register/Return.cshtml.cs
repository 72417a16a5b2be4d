using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.Extensions.Options;
using OrleansBilling.Accounts;
using OrleansBilling.Registrations;

namespace OrleansBilling.Pages.Register;

/// <summary>
/// Where the provider sends the browser after a card was registered. It compares, stores and leads on to a clean address;
/// it shows nothing, exchanges nothing and charges nothing, so a link scanner or a reload does no harm here.
/// </summary>
[AllowAnonymous, SensitivePage]
public sealed class ReturnModel(IGrainFactory grains, IOptions<MerchantOptions> merchant) : PageModel
{
    /// <summary>A scanner's question whether the address exists. Without this the page would answer it as a GET and store the key.</summary>
    public IActionResult OnHead() => new NoContentResult();

    public async Task<IActionResult> OnGetAsync(string id, string nonce)
    {
        // The key cannot wait for a sign-in: it would have to be carried through addresses and forms. The card is registered once more instead.
        if (User.Identity?.IsAuthenticated != true)
        {
            return SeeOther("SignedOut", id);
        }

        if (HttpContext.Features.Get<ReturnQuery>() is not { AuthKey: not "", CustomerKey: not "" } query)
        {
            return SeeOther("Refused", id);
        }

        StoreAuthKeyAnswer answer = await grains.Registration(merchant.Value.Id, id)
            .StoreAuthKeyAsync(new StoreAuthKey(User.CustomerId(), nonce, query.CustomerKey, query.AuthKey));
        return answer switch
        {
            StoreAuthKeyAnswer.Stored or StoreAuthKeyAnswer.AlreadyStored => SeeOther("Confirm", id),
            _ => SeeOther("Refused", id),
        };
    }

    private SeeOtherResult SeeOther(string page, string id) => new(Url.Page(page, new { id })!);
}
