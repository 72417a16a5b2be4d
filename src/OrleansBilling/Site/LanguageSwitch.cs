using Microsoft.AspNetCore.Localization;

namespace OrleansBilling.Site;

internal static class LanguageSwitch
{
    // As long as browsers keep a cookie.
    private static readonly TimeSpan Remembered = TimeSpan.FromDays(400);

    /// <summary><c>GET /language/{ko|en}?returnUrl=/…</c>: remembers the language and goes back. A link, so that it works on every page and without a script.</summary>
    public static void MapLanguageSwitch(this IEndpointRouteBuilder routes) => routes.MapGet("/language/{tag}", Switch);

    private static IResult Switch(string tag, string? returnUrl, HttpContext context)
    {
        if (SiteLanguage.All.FirstOrDefault(language => language.Name == tag) is not { } chosen)
        {
            return Results.NotFound();
        }

        context.Response.Cookies.Append(
            SiteLanguage.CookieName,
            CookieRequestCultureProvider.MakeCookieValue(new RequestCulture(chosen)),
            new CookieOptions { MaxAge = Remembered, SameSite = SameSiteMode.Lax, HttpOnly = true, Secure = context.Request.IsHttps, IsEssential = true });
        return Results.LocalRedirect(LocalUrl.OrHome(returnUrl));
    }
}
