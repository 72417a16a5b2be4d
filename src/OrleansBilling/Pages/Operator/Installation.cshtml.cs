using System.ComponentModel.DataAnnotations;
using System.Security.Claims;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using OrleansBilling.Installations;

namespace OrleansBilling.Pages.Operator;

/// <summary>What this installation bills for, whether this silo may charge and why not, and the command to arm it.</summary>
[Authorize("operator")]
public sealed class InstallationModel(InstallationStamp stamp, ChargingGate gate) : PageModel
{
    [BindProperty, Required(ErrorMessage = "op.arm.reason.required"), StringLength(200, ErrorMessage = "op.arm.reason.required")] public string Reason { get; set; } = "";

    /// <summary>The operator says to have compared the provider's transactions with this database.</summary>
    [BindProperty] public bool Compared { get; set; }

    public InstallationStatus Status { get; private set; } = null!;
    public GateAnswer Gate { get; private set; } = null!;

    public async Task OnGetAsync() => await LoadAsync();

    public async Task<IActionResult> OnPostArmAsync()
    {
        if (!Compared)
        {
            ModelState.AddModelError(nameof(Compared), "op.arm.compared.required");
        }

        if (!ModelState.IsValid)
        {
            await LoadAsync();
            return Page();
        }

        await stamp.ArmAsync($"operator:{User.FindFirstValue(ClaimTypes.NameIdentifier)}", Reason, HttpContext.RequestAborted);
        await gate.CheckAsync(HttpContext.RequestAborted);
        return RedirectToPage();
    }

    private async Task LoadAsync()
    {
        Status = await stamp.ReadAsync(HttpContext.RequestAborted);
        Gate = gate.MaySend();
    }
}
