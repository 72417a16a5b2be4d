using System.ComponentModel.DataAnnotations;
using System.Security.Claims;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.Extensions.Options;
using OrleansBilling.Clock;
using OrleansBilling.Domain;
using OrleansBilling.Reports;
using OrleansBilling.Subscriptions;

namespace OrleansBilling.Pages.Operator;

/// <summary>Subscriptions that wait for a person: why, since when, what to do, and the command to take them up again.</summary>
[Authorize("operator")]
public sealed class ParkedModel(
    ParkedSubscriptions parked, UnparkCommand unpark, IOptions<MerchantOptions> merchant, [FromKeyedServices(BillingClock.Key)] TimeProvider clock) : PageModel
{
    /// <summary>Made when the page is drawn, so that a form sent twice is one command for each subscription.</summary>
    [BindProperty, Required, StringLength(64, MinimumLength = 8)] public string CommandId { get; set; } = "";

    /// <summary>The button beside one subscription; null for the selection.</summary>
    [BindProperty] public string? One { get; set; }

    [BindProperty, MaxLength(ParkedSubscriptions.MostShown)] public string[] Selected { get; set; } = [];

    /// <summary>How many were taken up by the command that led here.</summary>
    [TempData] public int? Taken { get; set; }

    /// <summary>Those that could not be, with the reason.</summary>
    [TempData] public string? Failed { get; set; }

    public IReadOnlyList<ParkedRow> Rows { get; private set; } = [];
    public int Total { get; private set; }

    /// <summary>Codes of the provider share one text.</summary>
    public static string TextOf(string reason) => ParkingReasons.All.Contains(reason) ? reason : "provider";

    public async Task OnGetAsync(CancellationToken cancellation)
    {
        CommandId = PrefixedId.New("cmd", clock);
        (Rows, Total) = await parked.ReadAsync(merchant.Value.Id, cancellation);
    }

    public async Task<IActionResult> OnPostAsync()
    {
        if (!ModelState.IsValid)
        {
            return RedirectToPage();
        }

        List<string> failed = [];
        string[] asked = One is { } one ? [one] : Selected;
        foreach (string id in asked)
        {
            CommandInfo command = new(CommandId, $"operator:{User.FindFirstValue(ClaimTypes.NameIdentifier)}", Reason: null);
            if (await unpark.TryAsync(id, command) is { } problem)
            {
                failed.Add($"{id}: {problem}");
            }
        }

        Taken = asked.Length - failed.Count;
        Failed = string.Join(", ", failed.Take(10));
        return RedirectToPage();
    }
}
