using Microsoft.Extensions.Logging.Abstractions;
using OrleansBilling.Installations;
using OrleansBilling.Security;
using OrleansBilling.Storage;
using OrleansBilling.Tests.Security;
using OrleansBilling.Tests.Storage;
using OrleansBilling.Tests.Support;

namespace OrleansBilling.Tests.Installations;

/// <summary>A migrated database, and the parts of a start over it, each "start" with its own environment, ring and clock.</summary>
internal sealed class TestInstallation : IAsyncDisposable
{
    private readonly TestStorage _storage;

    private TestInstallation(TestStorage storage, Database database) => (_storage, Database) = (storage, database);

    public Database Database { get; }

    public string File => Path.Combine(_storage.DataDirectory, Database.SqliteFileName);

    public static async Task<TestInstallation> CreateAsync(DatabaseEngine engine, PostgresServer server)
    {
        TestStorage storage = await TestStorage.CreateAsync(engine, server);
        Database database = storage.Open();
        await new SchemaMigrator(database, TimeProvider.System, NullLogger<SchemaMigrator>.Instance).ApplyAsync(TestContext.Current.CancellationToken);
        return new TestInstallation(storage, database);
    }

    public InstallationStamp Stamp(BillingEnvironment environment, string? mid = null) =>
        new(Database, new InstallationOptions(environment, mid), TimeProvider.System, NullLogger<InstallationStamp>.Instance);

    public async Task<InstallationStamp> StartAsync(BillingEnvironment environment, string? mid = null)
    {
        InstallationStamp stamp = Stamp(environment, mid);
        await stamp.PrepareAsync(TestContext.Current.CancellationToken);
        return stamp;
    }

    public KeyRingCanary Canary(KeyRing ring) => new(Database, ring, new SecretCipher(ring), new KeyedHash(ring), TimeProvider.System);

    public ChargingGate Gate(InstallationStamp stamp, KeyRing? ring = null, TimeProvider? clock = null, BillingEnvironment environment = BillingEnvironment.Simulator) =>
        new(stamp, new InstallationOptions(environment), Canary(ring ?? Rings.One), new ClockSkew(Database, clock ?? TimeProvider.System), clock ?? TimeProvider.System, NullLogger<ChargingGate>.Instance);

    public async ValueTask DisposeAsync()
    {
        Database.Dispose();
        await _storage.DisposeAsync();
    }
}
