using System.Globalization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using OrleansBilling.Policies;

namespace OrleansBilling.Pages.Policies;

public sealed class PolicyModel(PolicyDocuments documents) : PageModel
{
    public string Name { get; private set; } = "";

    public string Html { get; private set; } = "";

    public async Task<IActionResult> OnGetAsync(string name, CancellationToken cancellationToken)
    {
        if (await documents.HtmlAsync(name, CultureInfo.CurrentUICulture, cancellationToken) is not { } html)
        {
            return NotFound();
        }

        (Name, Html) = (name, html);
        return Page();
    }
}
