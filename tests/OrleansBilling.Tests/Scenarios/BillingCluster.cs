using System.Data.Common;
using Dapper;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Time.Testing;
using Orleans.Configuration;
using Orleans.Reminders;
using Orleans.TestingHost;
using OrleansBilling.Catalog;
using OrleansBilling.Clock;
using OrleansBilling.Domain;
using OrleansBilling.Installations;
using OrleansBilling.Security;
using OrleansBilling.Storage;
using OrleansBilling.Tests.Support;
using OrleansBilling.Toss;
using OrleansBilling.TossSimulator;

namespace OrleansBilling.Tests.Scenarios;

/// <summary>
/// Two silos of Orleans' own test host with our grains, PostgreSQL storage and reminders, and the simulator beside them. Billing, reminders and the simulator follow one
/// fake clock, which only the test moves, and with it the offset in the database; membership and messaging stay on real time.
/// </summary>
internal sealed class BillingCluster : IAsyncDisposable
{
    private readonly WebApplication _simulator;
    private readonly DirectoryInfo _keys;

    private readonly FakeTimeProvider _clock;

    private BillingCluster(InProcessTestCluster silos, WebApplication simulator, DirectoryInfo keys, FakeTimeProvider clock)
    {
        (Silos, _simulator, _keys, _clock) = (silos, simulator, keys, clock);
        Http = new HttpClient { BaseAddress = TossSimulatorHost.AddressOf(simulator) };
    }

    public InProcessTestCluster Silos { get; }

    public TimeProvider Clock => _clock;

    public HttpClient Http { get; }

    public ProviderBook Provider => new(Http);

    public static async Task<BillingCluster> StartAsync(string postgres, Plan plan, DateTimeOffset now)
    {
        FakeTimeProvider clock = new(now);
        DirectoryInfo keys = Directory.CreateTempSubdirectory("orleansbilling-cluster-");
        WebApplication simulator = TossSimulatorHost.Build(new TossSimulatorOptions { Urls = "http://127.0.0.1:0" }, builder => builder.Services.AddSingleton<TimeProvider>(clock));
        await simulator.StartAsync(TestContext.Current.CancellationToken);

        InProcessTestClusterBuilder cluster = new(2);
        cluster.Options.ConfigureFileLogging = false;
        cluster.ConfigureSiloHost((_, host) =>
        {
            host.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
            {
                [$"ConnectionStrings:{Database.ConnectionName}"] = postgres,
                ["KeyRing:Path"] = Path.Combine(keys.FullName, "keyring.json"),
                ["KeyRing:CreateIfMissing"] = "true",
                ["Toss:SecretKey"] = SimulatorKeys.SecretKey,
                ["Toss:ClientKey"] = SimulatorKeys.ClientKey,
                ["Toss:BaseAddress"] = TossSimulatorHost.AddressOf(simulator).ToString(),
            });
            host.AddBillingStorage();
            host.AddSecurity();
            host.AddInstallation(new InstallationOptions(BillingEnvironment.Simulator));
            host.AddToss();
            host.Services.AddHostedService<Preparation>(); // Before the silo, as the program does it before its host.
            host.AddBilling();
            host.Services.AddKeyedSingleton<TimeProvider>(BillingClock.Key, clock);
            host.Services.AddKeyedSingleton<TimeProvider>(ReminderTimeProviderNames.Reminders, clock);
            host.Services.AddSingleton(new ProductCatalog([new Product(plan.ProductId, plan.Name, plan.Name, [plan])]));
        });
        cluster.ConfigureSilo((_, silo) =>
        {
            silo.UseBillingStorage();
            // A dead silo is missed after two seconds, so that the test need not wait for the half minute of a real cluster.
            silo.Configure<ClusterMembershipOptions>(options => (options.ProbeTimeout, options.NumMissedProbesLimit) = (TimeSpan.FromSeconds(1), 2));
        });
        InProcessTestCluster silos = cluster.Build();
        await silos.DeployAsync();
        BillingCluster started = new(silos, simulator, keys, clock);
        await started.AdvanceAsync(TimeSpan.Zero);
        return started;
    }

    /// <summary>When the stored reminder of this grain ticks first.</summary>
    public async Task<DateTimeOffset?> ReminderAsync(GrainId grain, string name)
    {
        ReminderEntry? row = await Silos.Silos[0].ServiceProvider.GetRequiredService<IReminderTable>().ReadRow(grain, name);
        return row is null ? null : new DateTimeOffset(DateTime.SpecifyKind(row.StartAt, DateTimeKind.Utc));
    }

    /// <summary>The database first, as the test clock does it: what silos read as due soon is never less than what their own clock calls so.</summary>
    public async Task AdvanceAsync(TimeSpan step)
    {
        await using DbConnection connection =
            await Silos.Silos[0].ServiceProvider.GetRequiredService<Database>().OpenAsync(TestContext.Current.CancellationToken);
        await connection.ExecuteAsync(
            "UPDATE test_clock SET offset_ms = @OffsetMs",
            new { OffsetMs = (long)(_clock.GetUtcNow() + step - TimeProvider.System.GetUtcNow()).TotalMilliseconds });
        _clock.Advance(step);
    }

    /// <summary>Moves the clock on in small steps until it is so. Reminders are read and delivered on real threads, so each step gives them a moment.</summary>
    public Task AdvanceUntilAsync(TimeSpan step, Func<Task<bool>> done, string what) => Eventually.Async(
        async () =>
        {
            if (await done())
            {
                return true;
            }

            await AdvanceAsync(step);
            return false;
        },
        seen => seen,
        what,
        TimeSpan.FromMinutes(1));

    public async ValueTask DisposeAsync()
    {
        await Silos.DisposeAsync();
        await _simulator.StopAsync();
        await _simulator.DisposeAsync();
        Http.Dispose();
        _keys.Delete(recursive: true);
    }

    private sealed class Preparation(IHost host) : IHostedService
    {
        public async Task StartAsync(CancellationToken cancellationToken)
        {
            await host.PrepareStorageAsync();
            await host.PrepareInstallationAsync();
        }

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
