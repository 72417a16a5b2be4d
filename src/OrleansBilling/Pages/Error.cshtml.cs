using System.Diagnostics;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using OrleansBilling.Site;

namespace OrleansBilling.Pages;

/// <summary>
/// What a person reads when a request failed. It comes with the method and token of the failed request, so it has no handler and asks for no token. It tells the
/// request's id and nothing of the exception.
/// </summary>
[IgnoreAntiforgeryToken, ResponseCache(Duration = 0, Location = ResponseCacheLocation.None, NoStore = true)]
public sealed class ErrorModel : PageModel
{
    private static readonly int[] Explained = [400, 403, 404, 429, 500];

    [BindProperty(SupportsGet = true)]
    public int Code { get; set; }

    /// <summary>The status that the texts explain; any other client error reads as 400, any other fault as 500.</summary>
    public int Explanation => Explained.Contains(Code) ? Code : Code is >= 400 and < 500 ? 400 : 500;

    public string RequestId => Activity.Current?.TraceId.ToString() ?? HttpContext.TraceIdentifier;

    /// <summary>Null when this page itself was asked for.</summary>
    public string? AskedFor => HttpContext.Features.Get<IStatusCodeReExecuteFeature>() is { } asked
        ? LocalUrl.OrHome($"{asked.OriginalPathBase}{asked.OriginalPath}")
        : HttpContext.Features.Get<IExceptionHandlerPathFeature>()?.Path;

    public override void OnPageHandlerExecuting(Microsoft.AspNetCore.Mvc.Filters.PageHandlerExecutingContext context)
    {
        // Asked for directly, there is no error to explain.
        if (AskedFor is null)
        {
            context.Result = NotFound();
        }
    }
}
