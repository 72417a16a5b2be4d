using System.Text.Encodings.Web;
using System.Text.Unicode;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.WebEncoders;
using OrleansBilling.Accounts;
using OrleansBilling.Catalog;
using OrleansBilling.Clock;
using OrleansBilling.Pages.Register;
using OrleansBilling.Policies;
using OrleansBilling.Resources;
using OrleansBilling.Toss;

namespace OrleansBilling.Site;

public static class SiteExtensions
{
    /// <summary>The pages and all they need, apart from storage, the provider's client and the grains.</summary>
    public static WebApplicationBuilder AddSite(this WebApplicationBuilder builder)
    {
        IServiceCollection services = builder.Services;
        services.AddOptions<MerchantOptions>().BindConfiguration(MerchantOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        services.AddOptions<BusinessOptions>().BindConfiguration(BusinessOptions.Section).ValidateOnStart();
        services.AddSingleton<IValidateOptions<BusinessOptions>, BusinessOptionsValidator>();
        services.AddSingleton<SiteFacts>();
        services.AddSingleton(provider => new PolicyDocuments(
            provider.GetRequiredService<IWebHostEnvironment>().ContentRootFileProvider, provider.GetRequiredService<SiteFacts>()));

        services.AddOptions<CatalogOptions>().BindConfiguration(CatalogOptions.Section).ValidateOnStart();
        services.AddSingleton<IValidateOptions<CatalogOptions>, CatalogOptionsValidator>();
        services.AddSingleton(provider => provider.GetRequiredService<IOptions<CatalogOptions>>().Value.ToCatalog());

        services.AddAccounts();
        services.AddLocalization();
        // Otherwise Korean leaves as numbers, five times the size.
        services.Configure<WebEncoderOptions>(options => options.TextEncoderSettings = new TextEncoderSettings(UnicodeRanges.All));
        services.AddRazorPages()
            .AddDataAnnotationsLocalization(options => options.DataAnnotationLocalizerProvider = (_, factory) => factory.Create(typeof(Texts)));
        // With a live key the pages of the sandbox have no address: not even a refused token tells that they exist. Without a test clock they would have nothing to show.
        services.AddOptions<RazorPagesOptions>().Configure<SiteFacts, TestClockWalk>((pages, facts, clock) =>
        {
            if (!facts.IsSandbox || !clock.Exists)
            {
                pages.Conventions.AddFolderRouteModelConvention("/Sandbox", page => page.Selectors.Clear());
            }
        });
        services.AddRouting(options => options.LowercaseUrls = true);
        services.AddReturnQueryGuard();
        return builder;
    }

    /// <summary>The pipeline of the site in its one right order. Maps the pages too.</summary>
    public static WebApplication UseSite(this WebApplication app)
    {
        app.UseExceptionHandler("/error/500");
        app.UseStatusCodePagesWithReExecute("/error/{0}");
        app.UseHsts();
        app.UseMiddleware<SecurityHeaders>();
        app.UseStaticFiles();
        // The error pages too are in the reader's language, so it is known before routing, which they come through again.
        app.UseRequestLocalization(SiteLanguage.Options());
        app.UseRouting();
        app.UseRateLimiter();
        app.UseAuthentication();
        app.UseAuthorization();
        app.MapLanguageSwitch();
        app.MapRazorPages();
        return app;
    }

    /// <summary>Opens the accounts of the sandbox where the provider is simulated. To be awaited after the storage was prepared.</summary>
    public static async Task PrepareSiteAsync(this WebApplication app)
    {
        if (app.Services.GetRequiredService<SiteFacts>().Environment == TossEnvironment.Simulator)
        {
            await SandboxAccount.OpenAllAsync(app.Services);
        }
    }
}
