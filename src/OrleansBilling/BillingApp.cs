using System.Data.Common;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Options;
using Orleans.Dashboard;
using OrleansBilling.Accounts;
using OrleansBilling.Clock;
using OrleansBilling.Health;
using OrleansBilling.Installations;
using OrleansBilling.Reconciliation;
using OrleansBilling.Sandbox;
using OrleansBilling.Security;
using OrleansBilling.Site;
using OrleansBilling.Storage;
using OrleansBilling.Telemetry;
using OrleansBilling.Toss;

namespace OrleansBilling;

/// <summary>The program: a silo with the subscriptions, and the site beside it. Reads like a table of contents; every line is a folder.</summary>
public static class BillingApp
{
    internal const string DashboardPath = "/operator/dashboard";

    /// <summary>Runs until it is stopped. What a person has to mend is said in a sentence, and the exit code is 1.</summary>
    public static async Task<int> RunAsync(string[] args)
    {
        try
        {
            await using WebApplication app = await StartAsync(args);
            await app.WaitForShutdownAsync();
            return 0;
        }
        catch (Exception error) when (error is StorageException or KeyRingException or InstallationException or OptionsValidationException)
        {
            await Console.Error.WriteLineAsync(error.Message);
            return 1;
        }
        catch (DbException error)
        {
            // It restarts, or a silo starts while it does. Nothing is wrong with the settings: whatever runs this program starts it again.
            await Console.Error.WriteLineAsync($"The database went away during the start: {error.Message}");
            return 1;
        }
    }

    /// <summary>Builds it, prepares the database and starts it.</summary>
    /// <param name="configure">For tests: a look at the builder before it is built.</param>
    /// <exception cref="StorageException">The database, its directory or an address cannot be used.</exception>
    /// <exception cref="InstallationException">The database belongs to another environment.</exception>
    /// <exception cref="KeyRingException">There is no usable key ring.</exception>
    /// <exception cref="OptionsValidationException">A setting is wrong; the message says which and what to set.</exception>
    public static async Task<WebApplication> StartAsync(string[] args, Action<WebApplicationBuilder>? configure = null)
    {
        // Named, since another program that hosts this one (a test) would otherwise be searched for its pages.
        WebApplicationBuilder builder = WebApplication.CreateBuilder(new WebApplicationOptions { Args = args, ApplicationName = typeof(BillingApp).Assembly.GetName().Name });
        builder.AddBillingStorage();
        builder.AddSandbox();
        builder.AddToss();
        builder.AddSecurity();
        builder.AddSharedDataProtection();
        builder.AddInstallation(new InstallationOptions(SandboxExtensions.EnvironmentOf(builder.Configuration) switch
        {
            TossEnvironment.Live => BillingEnvironment.Live,
            TossEnvironment.Test => BillingEnvironment.Test,
            _ => BillingEnvironment.Simulator,
        }));
        builder.AddBilling();
        builder.AddReconciliation();
        builder.AddSite();
        builder.AddHealth();
        builder.AddTelemetry();
        builder.UseOrleans(silo => silo.UseBillingStorage().UseBillingClustering().UseBillingClock().AddDashboard());
        // At its first look Orleans' watchdog reports the time since the machine started as a stall.
        builder.Logging.AddFilter("Orleans.Runtime.Watchdog", LogLevel.Error);
        configure?.Invoke(builder);

        WebApplication app = builder.Build();
        await app.PrepareStorageAsync();
        await app.PrepareInstallationAsync();
        await app.StartSandboxAsync();
        await app.PrepareBillingClockAsync();
        await app.PrepareSiteAsync();
        app.UseSite();
        app.MapHealth();
        app.MapOrleansDashboard(DashboardPath).RequireAuthorization(AccountRoles.Operator);
        await ListenAsync(app);
        return app;
    }

    /// <exception cref="StorageException">An address is taken; the message says which setting to change.</exception>
    private static async Task ListenAsync(WebApplication app)
    {
        try
        {
            await app.StartAsync();
        }
        catch (IOException error) when (error.InnerException is AddressInUseException)
        {
            // The silo is in its cluster already: it leaves properly, so that the others need not find out that it died.
            await app.StopAsync();
            await app.DisposeAsync();
            throw new StorageException($"The site cannot listen. {error.Message} Stop the program that has the address, or set Urls to another one.", error);
        }
        catch (AddressInUseException error)
        {
            await app.DisposeAsync();
            throw new StorageException("The silo cannot listen: its port or its gateway's is taken. Set Cluster:SiloPort and Cluster:GatewayPort to free ones.", error);
        }
    }
}
