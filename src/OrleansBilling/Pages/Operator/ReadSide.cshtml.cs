using System.Security.Claims;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using OrleansBilling.Watchdog;

namespace OrleansBilling.Pages.Operator;

/// <summary>What the watchdog counts, and the command to write the read side again.</summary>
[Authorize("operator")]
public sealed class ReadSideModel(WatchdogStatus watchdog) : PageModel
{
    public WatchdogView Watch { get; private set; } = null!;

    public async Task OnGetAsync() => Watch = await watchdog.ReadAsync(HttpContext.RequestAborted);

    public async Task<IActionResult> OnPostRebuildAsync()
    {
        await watchdog.TryRebuildAsync($"operator:{User.FindFirstValue(ClaimTypes.NameIdentifier)}", HttpContext.RequestAborted);
        return RedirectToPage();
    }
}
