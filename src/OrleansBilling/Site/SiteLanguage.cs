using System.Globalization;
using Microsoft.AspNetCore.Localization;
using OrleansBilling.Domain;

namespace OrleansBilling.Site;

/// <summary>The languages of the site. Chosen by the person (a cookie), else by the browser, else Korean.</summary>
public static class SiteLanguage
{
    public const string CookieName = "language";

    public static CultureInfo Korean { get; } = CultureInfo.GetCultureInfo("ko");

    public static CultureInfo English { get; } = CultureInfo.GetCultureInfo("en");

    public static IReadOnlyList<CultureInfo> All { get; } = [Korean, English];

    /// <summary>Everything that is not English reads Korean, as resources do.</summary>
    public static bool IsKorean(CultureInfo culture) => culture.TwoLetterISOLanguageName != English.TwoLetterISOLanguageName;

    public static string In(this LocalizedText text, CultureInfo culture) => IsKorean(culture) ? text.Ko : text.En;

    internal static RequestLocalizationOptions Options() => new()
    {
        DefaultRequestCulture = new RequestCulture(Korean),
        SupportedCultures = [.. All],
        SupportedUICultures = [.. All],
        FallBackToParentCultures = true,
        FallBackToParentUICultures = true,
        ApplyCurrentCultureToResponseHeaders = true,
        RequestCultureProviders = [new CookieRequestCultureProvider { CookieName = CookieName }, new AcceptLanguageHeaderRequestCultureProvider()],
    };
}
