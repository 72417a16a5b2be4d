using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using OrleansBilling.Storage;
using OrleansBilling.Tests.Support;

namespace OrleansBilling.Tests.Storage;

/// <summary>An empty place to store in, on one engine: a new directory or a new database. Disposing removes it.</summary>
public sealed class TestStorage : IAsyncDisposable
{
    private readonly PostgresDatabase? _postgres;
    private readonly string? _directory;

    private TestStorage(PostgresDatabase? postgres, string? directory)
    {
        _postgres = postgres;
        _directory = directory;
    }

    public string DataDirectory => _directory ?? throw new InvalidOperationException("Only SQLite has a directory.");

    /// <summary>What an operator would set to use this place; free ports, so that several hosts run beside each other.</summary>
    public Dictionary<string, string?> Settings => new()
    {
        ["ConnectionStrings:OrleansBilling"] = _postgres?.ConnectionString,
        ["Storage:DataDirectory"] = _directory,
        ["Cluster:SiloPort"] = "0",
        ["Cluster:GatewayPort"] = "0",
        ["Cluster:AdvertisedAddress"] = "127.0.0.1",
    };

    public static async Task<TestStorage> CreateAsync(DatabaseEngine engine, PostgresServer server) => engine == DatabaseEngine.PostgreSql
        ? new TestStorage(await server.CreateDatabaseAsync(TestContext.Current.CancellationToken), directory: null)
        : new TestStorage(postgres: null, Directory.CreateTempSubdirectory("billing-storage-").FullName);

    public Database Open() => _postgres is null ? Database.Sqlite(DataDirectory) : Database.PostgreSql(_postgres.ConnectionString);

    public async Task<IHost> StartSiloAsync() => await StartSiloAsync(Settings);

    /// <summary>A silo with our storage and nothing else of the application.</summary>
    public static async Task<IHost> StartSiloAsync(IDictionary<string, string?> settings)
    {
        // Without defaults: settings files and environment of whoever runs the tests stay out.
        HostApplicationBuilder builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Configuration.AddInMemoryCollection(settings);
        builder.AddBillingStorage();
        builder.UseOrleans(silo => silo.UseBillingStorage().UseBillingClustering());
        IHost host = builder.Build();
        await host.PrepareStorageAsync();
        await host.StartAsync(TestContext.Current.CancellationToken);
        return host;
    }

    public async ValueTask DisposeAsync()
    {
        if (_postgres is not null)
        {
            await _postgres.DisposeAsync();
        }

        if (_directory is not null)
        {
            Directory.Delete(_directory, recursive: true);
        }
    }
}

/// <summary>One running silo for each engine, shared by the tests of a class; a test uses grain ids of its own.</summary>
public sealed class SilosOnBothEngines(PostgresServer server) : IAsyncDisposable
{
    private readonly Dictionary<DatabaseEngine, (TestStorage Storage, IHost Host)> _silos = [];

    public async Task<IServiceProvider> ServicesAsync(DatabaseEngine engine)
    {
        if (!_silos.TryGetValue(engine, out (TestStorage Storage, IHost Host) silo))
        {
            TestStorage storage = await TestStorage.CreateAsync(engine, server);
            _silos[engine] = silo = (storage, await storage.StartSiloAsync());
        }

        return silo.Host.Services;
    }

    public async Task<T> GetAsync<T>(DatabaseEngine engine)
        where T : notnull => (await ServicesAsync(engine)).GetRequiredService<T>();

    public async ValueTask DisposeAsync()
    {
        foreach ((TestStorage storage, IHost host) in _silos.Values)
        {
            await host.StopAsync(CancellationToken.None);
            host.Dispose();
            await storage.DisposeAsync();
        }
    }
}
