using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Dapper;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using NodaTime;
using Npgsql;
using NpgsqlTypes;
using Orleans.Storage;
using OrleansBilling.Reports;
using OrleansBilling.Storage;
using OrleansBilling.Subscriptions;
using OrleansBilling.TossSimulator;

namespace OrleansBilling.Benchmarks.Waves;

/// <summary>
/// (a) This program as it is shipped, one silo, woken by its own reminders. The first rows are written by the program's own storage, reminder table and read side; a run's are copies of
/// those under the same keys, with states that the rules made for its instant.
/// </summary>
internal sealed class GrainEngine(Population population, string repository) : Engine(population)
{
    private const int WritersAtOnce = 64;

    // As the grain names it in its constructor.
    private const string StateName = "subscription";
    private static readonly TimeSpan LongestStart = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan CatchUp = TimeSpan.FromMinutes(5);

    private readonly ConcurrentDictionary<string, StorageKey> _states = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, ReminderKey> _reminders = new(StringComparer.Ordinal);

    /// <summary>More settings of the program, as on its command line.</summary>
    public IReadOnlyList<string> Settings { get; init; } = [];

    public override char Letter => 'a';

    public override string Name => "this engine";

    public override double Start => 0.4;

    public override async Task PrepareAsync(string database)
    {
        using IHost silo = await StartStorageAsync(database);
        Instant later = Instant.FromUnixTimeSeconds(TimeProvider.System.GetUtcNow().ToUnixTimeSeconds()) + Duration.FromDays(1);
        string anyKey = new('-', 44);
        (string Id, StoredSubscription State)[] all = [.. Subscriptions(new Schedule(later, later)).Select(s => (s.Id, StateOf(s.Id)))];
        await Parallel.ForEachAsync(all, new ParallelOptions { MaxDegreeOfParallelism = WritersAtOnce }, async (s, cancellation) => await WriteAsync(silo.Services, s.Id, s.State));
        await new ReadSideWriter(silo.Services.GetRequiredService<Database>()).WriteAsync([.. all.Select(s => (s.State.Subscription!, 0L))]);
        await silo.StopAsync();

        await using NpgsqlConnection connection = new(database);
        await LearnKeysAsync(connection);
        await connection.ExecuteAsync("TRUNCATE OrleansStorage, OrleansRemindersTable, OrleansMembershipTable, OrleansMembershipVersionTable");

        StoredSubscription StateOf(string id) => Population.StateOf(id, anyKey, later);
    }

    public override async Task FillAsync(NpgsqlConnection connection, Place place, Schedule schedule)
    {
        await using (NpgsqlBinaryImporter states = await connection.BeginBinaryImportAsync(
            "COPY OrleansStorage (GrainIdHash, GrainIdN0, GrainIdN1, GrainTypeHash, GrainTypeString, GrainIdExtensionString, ServiceId, PayloadBinary, ModifiedOn, Version) FROM STDIN (FORMAT BINARY)"))
        {
            foreach ((string id, Instant due) in Subscriptions(schedule))
            {
                StorageKey key = _states[id];
                await states.StartRowAsync();
                await states.WriteAsync(key.Hash, NpgsqlDbType.Integer);
                await states.WriteAsync(key.N0, NpgsqlDbType.Bigint);
                await states.WriteAsync(key.N1, NpgsqlDbType.Bigint);
                await states.WriteAsync(key.TypeHash, NpgsqlDbType.Integer);
                await states.WriteAsync(key.Type, NpgsqlDbType.Varchar);
                await states.WriteAsync(key.Extension, NpgsqlDbType.Varchar);
                await states.WriteAsync(key.ServiceId, NpgsqlDbType.Varchar);
                await states.WriteAsync(new StoredJsonSerializer().Serialize(Population.StateOf(id, place.BillingKey, due)).ToArray(), NpgsqlDbType.Bytea);
                await states.WriteAsync(new DateTime(2026, 1, 1), NpgsqlDbType.Timestamp);
                await states.WriteAsync(Population.PaidPeriods + 1, NpgsqlDbType.Integer);
            }

            await states.CompleteAsync();
        }

        await using NpgsqlBinaryImporter reminders = await connection.BeginBinaryImportAsync(
            "COPY OrleansRemindersTable (ServiceId, GrainId, ReminderName, StartTime, Period, GrainHash, Version) FROM STDIN (FORMAT BINARY)");
        foreach ((string id, Instant due) in Subscriptions(schedule))
        {
            ReminderKey key = _reminders[id];
            await reminders.StartRowAsync();
            await reminders.WriteAsync(key.ServiceId, NpgsqlDbType.Varchar);
            await reminders.WriteAsync(key.GrainId, NpgsqlDbType.Varchar);
            await reminders.WriteAsync(key.Name, NpgsqlDbType.Varchar);
            await reminders.WriteAsync(due.ToDateTimeUtc(), NpgsqlDbType.TimestampTz);
            await reminders.WriteAsync((long)CatchUp.TotalMilliseconds, NpgsqlDbType.Bigint);
            await reminders.WriteAsync(key.GrainHash, NpgsqlDbType.Integer);
            await reminders.WriteAsync(Population.PaidPeriods + 1, NpgsqlDbType.Integer);
        }

        await reminders.CompleteAsync();
    }

    public override async Task<Child> StartAsync(Place place, int inFlight)
    {
        Child program = Child.Start("OrleansBilling.dll", Path.Combine(place.Directory, "engine.log"),
        [
            $"--contentRoot={Path.Combine(repository, "src/OrleansBilling")}", "--environment=Production", "--Urls=http://127.0.0.1:0",
            $"--Cluster:SiloPort={FreePort()}", $"--Cluster:GatewayPort={FreePort()}", "--Cluster:AdvertisedAddress=127.0.0.1",
            $"--ConnectionStrings:OrleansBilling={place.Database}", $"--Charging:InFlight={inFlight}",
            $"--Toss:SecretKey={SimulatorKeys.SecretKey}", $"--Toss:ClientKey={SimulatorKeys.ClientKey}",
            $"--Toss:BaseAddress={place.Provider.Address}", $"--Toss:SdkUrl={new Uri(place.Provider.Address, "/v2/standard")}",
            .. Population.RingSettings, .. Settings,
        ]);
        string said = await program.SaysAsync("Now listening on: ", LongestStart);
        using HttpClient site = new() { BaseAddress = new Uri(said[said.IndexOf("http://", StringComparison.Ordinal)..].Trim()) };
        for (long begun = Stopwatch.GetTimestamp(); ;)
        {
            using HttpResponseMessage ready = await site.GetAsync("/health/ready");
            if (ready.StatusCode == HttpStatusCode.OK)
            {
                return program;
            }

            program.ThrowIfEnded();
            if (Stopwatch.GetElapsedTime(begun) > LongestStart)
            {
                throw new TimeoutException($"The silo was not ready within {LongestStart.TotalSeconds:0} s.");
            }

            await Task.Delay(50);
        }
    }

    /// <summary>Done is what is on the read side, and whose reminder has been set to the next period, which is the last that happens.</summary>
    public override async Task<int> DoneAsync(NpgsqlConnection connection, Schedule schedule) => Math.Min(
        await base.DoneAsync(connection, schedule),
        await connection.QuerySingleAsync<int>(
            "SELECT count(*)::int FROM OrleansRemindersTable WHERE StartTime > @Later", new { Later = schedule.Due.ToDateTimeUtc().AddDays(1) }));

    private static async Task<IHost> StartStorageAsync(string database)
    {
        HostApplicationBuilder builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["ConnectionStrings:OrleansBilling"] = database,
            ["Cluster:SiloPort"] = "0",
            ["Cluster:GatewayPort"] = "0",
            ["Cluster:AdvertisedAddress"] = "127.0.0.1",
        });
        builder.AddBillingStorage();
        builder.UseOrleans(silo => silo.UseBillingStorage().UseBillingClustering());
        IHost host = builder.Build();
        await host.PrepareStorageAsync();
        await host.StartAsync();
        return host;
    }

    private static async Task WriteAsync(IServiceProvider services, string id, StoredSubscription state)
    {
        GrainId grain = services.GetRequiredService<IGrainFactory>().Subscription(Population.Merchant, id).GetGrainId();
        IGrainStorage storage = services.GetRequiredKeyedService<IGrainStorage>(StorageNames.Billing);
        await storage.WriteStateAsync(StateName, grain, new GrainState<StoredSubscription>(state));
        await services.GetRequiredService<IReminderTable>().UpsertRow(new ReminderEntry
        {
            GrainId = grain,
            ReminderName = SubscriptionGrain.ReminderName,
            StartAt = state.Subscription!.Invoice!.DueAt.ToDateTimeUtc(),
            Period = CatchUp,
        });
    }

    private async Task LearnKeysAsync(NpgsqlConnection connection)
    {
        foreach (StorageKey key in await connection.QueryAsync<StorageKey>(
            "SELECT GrainIdHash AS Hash, GrainIdN0 AS N0, GrainIdN1 AS N1, GrainTypeHash AS TypeHash, GrainTypeString AS Type, GrainIdExtensionString AS Extension, ServiceId, PayloadBinary AS Payload FROM OrleansStorage"))
        {
            _states[JsonSerializer.Deserialize<StoredSubscription>(key.Payload, StoredJson.Options)!.Subscription!.Id] = key with { Payload = [] };
        }

        foreach (ReminderKey key in await connection.QueryAsync<ReminderKey>("SELECT ServiceId, GrainId, ReminderName AS Name, GrainHash FROM OrleansRemindersTable"))
        {
            _reminders[key.GrainId[(key.GrainId.LastIndexOf('/') + 1)..]] = key;
        }
    }

    private static int FreePort()
    {
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private sealed record StorageKey(int Hash, long N0, long N1, int TypeHash, string Type, string? Extension, string ServiceId, byte[] Payload);

    private sealed record ReminderKey(string ServiceId, string GrainId, string Name, int GrainHash);
}
