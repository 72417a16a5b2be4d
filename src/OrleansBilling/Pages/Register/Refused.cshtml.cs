using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace OrleansBilling.Pages.Register;

/// <summary>
/// A return that does not belong to this person and registration. Says no more than that: whoever made the link must not learn which part was wrong.
/// </summary>
[AllowAnonymous, SensitivePage]
public sealed class RefusedModel : PageModel
{
    public void OnGet() => Response.StatusCode = StatusCodes.Status403Forbidden;
}
