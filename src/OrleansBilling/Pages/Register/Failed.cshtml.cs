using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.Extensions.Options;
using OrleansBilling.Accounts;

namespace OrleansBilling.Pages.Register;

/// <summary>Where the provider sends the browser when no card was registered. Says why in our own words; the query's message is not even read.</summary>
[AllowAnonymous, SensitivePage]
public sealed class FailedModel(IGrainFactory grains, IOptions<MerchantOptions> merchant) : PageModel
{
    public string RegistrationId { get; private set; } = "";

    /// <summary>Key of the sentence that tells what happened.</summary>
    public string TextKey { get; private set; } = "";

    public async Task OnGetAsync(string id, string nonce)
    {
        string code = HttpContext.Features.Get<ReturnQuery>()?.Code ?? "";
        RegistrationId = id;
        TextKey = RegistrationFailures.TextKey(code);
        if (User.Identity?.IsAuthenticated == true && RegistrationFailures.IsKnown(code))
        {
            await grains.Registration(merchant.Value.Id, id).RecordFailureAsync(User.CustomerId(), nonce, code);
        }
    }
}
