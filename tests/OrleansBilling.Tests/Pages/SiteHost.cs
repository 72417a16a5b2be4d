using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OrleansBilling.Clock;
using OrleansBilling.Site;
using OrleansBilling.Storage;
using OrleansBilling.Toss;

namespace OrleansBilling.Tests.Pages;

/// <summary>The site on a free port with a SQLite file of its own and no silo: for pages that ask no grain.</summary>
public sealed class SiteHost : IAsyncDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("billing-site-").FullName;

    private SiteHost(Dictionary<string, string?> settings, Action<WebApplication>? map)
    {
        WebApplicationBuilder builder = WebApplication.CreateBuilder(new WebApplicationOptions
        {
            ApplicationName = "OrleansBilling",
            ContentRootPath = SourceDirectory,
            EnvironmentName = "Production",
        });
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Storage:DataDirectory"] = _directory,
            ["Toss:SecretKey"] = "test_sk_0123456789",
            ["Toss:ClientKey"] = "test_ck_0123456789",
            ["Toss:BaseAddress"] = "http://localhost:5999/",
            ["Toss:SdkUrl"] = "http://localhost:5999/v2/standard",
        });
        builder.Configuration.AddInMemoryCollection(settings);
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        builder.Services.AddDataProtection().UseEphemeralDataProtectionProvider();
        builder.AddBillingStorage();
        builder.AddToss();
        builder.AddBillingClock(new BillingClockOptions { Movable = settings.GetValueOrDefault("Toss:SecretKey")?.StartsWith("live_", StringComparison.Ordinal) != true });
        builder.AddSite();
        App = builder.Build();
        App.UseSite();
        map?.Invoke(App);
    }

    public WebApplication App { get; }

    public Uri Address => new(App.Urls.Single());

    /// <summary>Where the application's own pages, policies and appsettings.json are.</summary>
    public static string SourceDirectory => Path.Combine(Repository, "src", "OrleansBilling");

    public static string Repository
    {
        get
        {
            for (DirectoryInfo? at = new(AppContext.BaseDirectory); at is not null; at = at.Parent)
            {
                if (File.Exists(Path.Combine(at.FullName, "OrleansBilling.sln")))
                {
                    return at.FullName;
                }
            }

            throw new InvalidOperationException($"No OrleansBilling.sln above {AppContext.BaseDirectory}.");
        }
    }

    public static async Task<SiteHost> StartAsync(Dictionary<string, string?>? settings = null, Action<WebApplication>? map = null)
    {
        SiteHost site = new(settings ?? [], map);
        try
        {
            await site.App.PrepareStorageAsync();
            await site.App.PrepareSiteAsync();
            await site.App.StartAsync(TestContext.Current.CancellationToken);
            return site;
        }
        catch
        {
            await site.DisposeAsync();
            throw;
        }
    }

    public SiteVisitor Visitor(string language = "en") => new(Address, language);

    public async ValueTask DisposeAsync()
    {
        await App.DisposeAsync();
        Directory.Delete(_directory, recursive: true);
    }
}
