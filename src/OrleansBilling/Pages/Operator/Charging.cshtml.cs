using System.ComponentModel.DataAnnotations;
using System.Security.Claims;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.Extensions.Options;
using OrleansBilling.Charging;
using OrleansBilling.Domain.Charging;
using OrleansBilling.Subscriptions;

namespace OrleansBilling.Pages.Operator;

/// <summary>Whether and how fast the merchant's charges are sent, why not, and the commands to stop and to resume.</summary>
[Authorize("operator")]
public sealed class ChargingModel(IGrainFactory grains, IOptions<MerchantOptions> merchant, TimeProvider time) : PageModel
{
    /// <summary>Codes, since the reason is stored with the state, where no free text belongs.</summary>
    internal IReadOnlyList<string> Reasons { get; } = ["mended", "provider", "maintenance", "investigation"];

    [BindProperty, Required, AllowedValues("mended", "provider", "maintenance", "investigation")] public string Reason { get; set; } = "";

    internal ChargingStatus Status { get; private set; } = null!;

    /// <summary>The text that explains the stop; null while charges are sent.</summary>
    internal string? Why => Status.News.Reason switch
    {
        null => null,
        ChargingHealth.ProviderOutage => "op.charging.why.provider_outage",
        ChargingHealth.KeysGone => "op.charging.why.keys_gone",
        ChargingHealth.ByOperator => "op.charging.why.operator",
        _ => "op.charging.why.account",
    };

    private IMerchantChargingGrain Merchant => grains.GetGrain<IMerchantChargingGrain>(merchant.Value.Id);

    public async Task OnGetAsync() => Status = await Merchant.StatusAsync();

    public Task<IActionResult> OnPostStopAsync() => DoAsync(Merchant.StopAsync);

    public Task<IActionResult> OnPostResumeAsync() => DoAsync(Merchant.ResumeAsync);

    private async Task<IActionResult> DoAsync(Func<CommandInfo, Task> command)
    {
        if (ModelState.IsValid)
        {
            await command(new CommandInfo(PrefixedId.New("cmd", time), $"operator:{User.FindFirstValue(ClaimTypes.NameIdentifier)}", Reason));
        }

        return RedirectToPage();
    }
}
