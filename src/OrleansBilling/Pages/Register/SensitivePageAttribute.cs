using Microsoft.AspNetCore.Mvc.Filters;

namespace OrleansBilling.Pages.Register;

/// <summary>For pages whose address or content leads to a card registration: kept in no cache, told to no other site.</summary>
[AttributeUsage(AttributeTargets.Class)]
internal sealed class SensitivePageAttribute : ResultFilterAttribute
{
    public override void OnResultExecuting(ResultExecutingContext context) =>
        // Last, so that a site-wide default does not weaken it.
        context.HttpContext.Response.OnStarting(static state =>
        {
            IHeaderDictionary headers = ((HttpResponse)state).Headers;
            headers["Referrer-Policy"] = "no-referrer";
            headers.CacheControl = "no-store";
            return Task.CompletedTask;
        }, context.HttpContext.Response);
}
