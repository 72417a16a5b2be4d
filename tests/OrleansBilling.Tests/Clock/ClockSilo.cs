using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using OrleansBilling.Clock;
using OrleansBilling.Storage;
using OrleansBilling.Tests.Support;

namespace OrleansBilling.Tests.Clock;

/// <summary>Where a test keeps its database: a directory for SQLite, or a PostgreSQL database of its own.</summary>
internal sealed class ClockDatabase(PostgresDatabase? postgres, string directory) : IAsyncDisposable
{
    public static async Task<ClockDatabase> CreateAsync(DatabaseEngine engine, PostgresServer server) => new(
        engine == DatabaseEngine.PostgreSql ? await server.CreateDatabaseAsync(TestContext.Current.CancellationToken) : null,
        Directory.CreateTempSubdirectory("ob-clock-").FullName);

    /// <summary>A silo that is started: storage prepared, clock followed, reminders running.</summary>
    public async Task<IHost> StartSiloAsync(BillingClockOptions options)
    {
        HostApplicationBuilder builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings { ContentRootPath = directory, EnvironmentName = "Test" });
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            [$"ConnectionStrings:{Database.ConnectionName}"] = postgres?.ConnectionString,
            ["Cluster:SiloPort"] = "0",
            ["Cluster:GatewayPort"] = "0",
            ["Cluster:AdvertisedAddress"] = "127.0.0.1",
        });
        builder.AddBillingStorage();
        builder.AddBillingClock(options);
        builder.UseOrleans(silo => silo.UseBillingStorage().UseBillingClustering().UseBillingClock());
        IHost host = builder.Build();
        await host.PrepareStorageAsync();
        await host.PrepareBillingClockAsync();
        await host.StartAsync(TestContext.Current.CancellationToken);
        return host;
    }

    public async ValueTask DisposeAsync()
    {
        if (postgres is not null)
        {
            await postgres.DisposeAsync();
        }

        Directory.Delete(directory, recursive: true);
    }
}

internal static class Walks
{
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(60);

    public static TestClockWalk Walk(this IHost silo) => silo.Services.GetRequiredService<TestClockWalk>();

    public static TimeProvider Clock(this IHost silo) => silo.Services.GetRequiredKeyedService<TimeProvider>(BillingClock.Key);

    public static async Task<TestClockWalkStatus> UntilFinishedAsync(this IHost silo) =>
        await UntilAsync(silo, status => status.Finished, "The walk did not finish");

    public static async Task<TestClockWalkStatus> UntilAsync(this IHost silo, Predicate<TestClockWalkStatus> condition, string otherwise)
    {
        using CancellationTokenSource bound = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        bound.CancelAfter(Bound);
        TestClockWalkStatus? status = null;
        try
        {
            while (true)
            {
                status = await silo.Walk().StatusAsync(bound.Token);
                if (condition(status!))
                {
                    return status!;
                }

                await Task.Delay(50, bound.Token);
            }
        }
        catch (OperationCanceledException) when (bound.IsCancellationRequested)
        {
            throw new TimeoutException($"{otherwise} within {Bound}: {status}");
        }
    }
}
