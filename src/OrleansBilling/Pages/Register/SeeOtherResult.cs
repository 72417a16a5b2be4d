using Microsoft.AspNetCore.Mvc;

namespace OrleansBilling.Pages.Register;

/// <summary>303: go there with GET, whatever this request was. A 302 leaves that to the browser.</summary>
internal sealed class SeeOtherResult(string localUrl) : StatusCodeResult(StatusCodes.Status303SeeOther)
{
    public override void ExecuteResult(ActionContext context)
    {
        base.ExecuteResult(context);
        context.HttpContext.Response.Headers.Location = localUrl;
    }
}
