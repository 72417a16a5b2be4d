using System.Globalization;
using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Npgsql;
using Orleans.Configuration;
using OrleansBilling.Storage;

namespace OrleansBilling.Chaos;

/// <summary>The provider, one database, and the silos.</summary>
internal sealed class Installation : IAsyncDisposable
{
    public const string Merchant = "main";

    private const string DatabaseName = "chaos";

    private readonly ChaosOptions _options;
    private readonly NpgsqlConnectionStringBuilder _server;

    private Installation(ChaosOptions options, Provider provider)
    {
        (_options, Provider) = (options, provider);
        _server = new NpgsqlConnectionStringBuilder(options.Postgres);
        Database = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(options.Postgres) { Database = DatabaseName, Pooling = false });
        Silos = [.. Enumerable.Range(1, options.Silos).Select(number => new Silo(number, this))];
    }

    public string Work => _options.Work;

    public Provider Provider { get; }

    public IReadOnlyList<Silo> Silos { get; }

    /// <summary>The judge's own connections, past every proxy; not pooled, as the server is restarted.</summary>
    public NpgsqlDataSource Database { get; }

    public static async Task<Installation> StartAsync(ChaosOptions options)
    {
        await using (NpgsqlConnection admin = new(options.Postgres))
        {
            await admin.OpenAsync();
            await using NpgsqlCommand create = new($"CREATE DATABASE {DatabaseName} TEMPLATE template0", admin);
            await create.ExecuteNonQueryAsync();
        }

        Installation installation = new(options, await Provider.StartAsync(options.Work));
        // The first one makes schema and key ring.
        installation.Silos[0].Start();
        await installation.Silos[0].ReadyAsync();
        foreach (Silo silo in installation.Silos.Skip(1))
        {
            silo.Start();
        }

        await installation.ReadyAsync();
        return installation;
    }

    public Task ReadyAsync() => Task.WhenAll(Silos.Select(silo => silo.ReadyAsync()));

    /// <summary>Whether the cluster's table calls its latest start dead. False also while the database is away.</summary>
    public async Task<bool> IsDeclaredDeadAsync(Silo silo)
    {
        const int Dead = 6; // SiloStatus.Dead, as Orleans stores it.
        try
        {
            await using NpgsqlCommand look = Database.CreateCommand("SELECT Status FROM OrleansMembershipTable WHERE Port = @port ORDER BY Generation DESC LIMIT 1");
            look.Parameters.AddWithValue("port", silo.SiloPort);
            return await look.ExecuteScalarAsync() is Dead;
        }
        catch (NpgsqlException)
        {
            return false;
        }
    }

    /// <summary>Deletes some reminders of subscriptions, as a careless hand would. Answers how many.</summary>
    public async Task<int> LoseRemindersAsync(int count, int lot)
    {
        await using NpgsqlCommand delete = Database.CreateCommand(
            "DELETE FROM OrleansRemindersTable WHERE GrainId IN (SELECT GrainId FROM OrleansRemindersTable WHERE GrainId LIKE '%/' || @merchant || '/sub\\_%' ORDER BY md5(GrainId || @lot) LIMIT @count)");
        delete.Parameters.AddWithValue("merchant", Merchant);
        delete.Parameters.AddWithValue("lot", lot.ToString(CultureInfo.InvariantCulture));
        delete.Parameters.AddWithValue("count", count);
        return await delete.ExecuteNonQueryAsync();
    }

    public DatabaseProxy NewProxy() => new(_server.Host!, _server.Port);

    /// <summary>Everything that a silo is started with, by command line.</summary>
    public IEnumerable<string> SettingsOf(Silo silo) =>
    [
        $"--contentRoot={ContentRoot()}", "--environment=Production", $"--Urls={silo.Site}",
        string.Create(CultureInfo.InvariantCulture, $"--Cluster:SiloPort={silo.SiloPort}"), string.Create(CultureInfo.InvariantCulture, $"--Cluster:GatewayPort={silo.GatewayPort}"),
        "--Cluster:AdvertisedAddress=127.0.0.1", string.Create(CultureInfo.InvariantCulture, $"--Cluster:SiloName=silo-{silo.Number}"),
        $"--ConnectionStrings:OrleansBilling={new NpgsqlConnectionStringBuilder(_options.Postgres) { Host = "127.0.0.1", Port = silo.Proxy.Port, Database = DatabaseName }}",
        $"--KeyRing:Path={Path.Combine(Work, "keyring.json")}", "--KeyRing:CreateIfMissing=true",
        "--Sandbox:TestClock=false", string.Create(CultureInfo.InvariantCulture, $"--Sandbox:WaitsDividedBy={_options.WaitsDividedBy}"),
        "--Logging:Console:FormatterName=simple", "--Logging:Console:FormatterOptions:TimestampFormat=HH:mm:ss.fff ", "--Logging:Console:FormatterOptions:SingleLine=true",
        .. Provider.Settings, .. ChaosPlan.Settings,
    ];

    /// <summary>Joins as a client, as the merchant's own programs do.</summary>
    public async Task<IHost> ConnectAsync()
    {
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.UseOrleansClient(client => client
            .UseStaticClustering([.. Silos.Select(silo => new IPEndPoint(IPAddress.Loopback, silo.GatewayPort))])
            .Configure<ClusterOptions>(cluster => (cluster.ServiceId, cluster.ClusterId) = ("orleansbilling", new ClusterSettings().ClusterId))
            .Configure<ClientMessagingOptions>(messages => messages.ResponseTimeout = TimeSpan.FromSeconds(60)));
        IHost client = builder.Build();
        await client.StartAsync();
        return client;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (Silo silo in Silos)
        {
            await silo.DisposeAsync();
        }

        Provider.Dispose();
        await Database.DisposeAsync();
    }

    /// <summary>Where the site's files are: the program's source folder, above this one.</summary>
    private static string ContentRoot()
    {
        for (DirectoryInfo? at = new(AppContext.BaseDirectory); at is not null; at = at.Parent)
        {
            string site = Path.Combine(at.FullName, "src", "OrleansBilling");
            if (Directory.Exists(Path.Combine(site, "wwwroot")))
            {
                return site;
            }
        }

        throw new DirectoryNotFoundException("src/OrleansBilling was not found above this program.");
    }
}
