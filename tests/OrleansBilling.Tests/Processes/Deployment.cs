using Dapper;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orleans.Configuration;
using OrleansBilling.Registrations;
using OrleansBilling.Storage;
using OrleansBilling.Subscriptions;
using OrleansBilling.Tests.Support;
using OrleansBilling.TossSimulator.Cards;

namespace OrleansBilling.Tests.Processes;

/// <summary>
/// An installation in real processes: the simulator, a database, and one or more silos with their sites. The test joins as an Orleans client, which
/// is what it needs to register cards and to ask for views without a browser.
/// </summary>
internal sealed class Deployment : IAsyncDisposable
{
    public const string Merchant = "main";

    private readonly string _directory;
    private readonly PostgresDatabase? _postgres;
    private readonly List<SiloProcess> _silos = [];
    private IHost? _client;

    private Deployment(string directory, SimulatorProcess simulator, PostgresDatabase? postgres)
    {
        (_directory, Simulator, _postgres) = (directory, simulator, postgres);
        Database = postgres is null ? Database.Sqlite(DataDirectory) : Database.PostgreSql(postgres.ConnectionString);
    }

    public SimulatorProcess Simulator { get; }

    /// <summary>The same database, by connections of the test's own.</summary>
    public Database Database { get; }

    public string DataDirectory => Path.Combine(_directory, "data");

    public IGrainFactory Grains => _client!.Services.GetRequiredService<IGrainFactory>();

    public static async Task<Deployment> CreateAsync(PostgresServer? postgres = null)
    {
        string directory = Directory.CreateTempSubdirectory("orleansbilling-processes-").FullName;
        SimulatorProcess simulator = await SimulatorProcess.StartAsync(Directory.CreateDirectory(Path.Combine(directory, "toss")).FullName);
        return new Deployment(directory, simulator, postgres is null ? null : await postgres.CreateDatabaseAsync(TestContext.Current.CancellationToken));
    }

    /// <summary>Starts a silo with its site and waits until it is ready.</summary>
    public async Task<SiloProcess> StartSiloAsync(params string[] settings)
    {
        (int siloPort, int gatewayPort) = (BillingServer.FreePort(), BillingServer.FreePort());
        ProgramProcess program = ProgramProcess.Start("OrleansBilling.dll", _directory, [.. Settings(siloPort, gatewayPort), .. settings]);
        SiloProcess silo = new(program, siloPort, gatewayPort);
        lock (_silos)
        {
            _silos.Add(silo);
        }

        await silo.ReadyAsync();
        return silo;
    }

    /// <summary>Everything that a silo of this installation is started with, by command line.</summary>
    public IEnumerable<string> Settings(int siloPort, int gatewayPort) =>
    [
        $"--contentRoot={RepositoryFiles.PathTo("src/OrleansBilling")}", "--environment=Production", "--Urls=http://127.0.0.1:0", $"--Cluster:SiloPort={siloPort}", $"--Cluster:GatewayPort={gatewayPort}",
        .. Simulator.Settings,
        .. _postgres is null
            ? [$"--Storage:DataDirectory={DataDirectory}"]
            : new[]
            {
                $"--ConnectionStrings:OrleansBilling={_postgres.ConnectionString}", "--Cluster:AdvertisedAddress=127.0.0.1",
                $"--KeyRing:Path={Path.Combine(_directory, "keyring.json")}", "--KeyRing:CreateIfMissing=true",
            },
    ];

    /// <summary>Joins as a client of the silos that run now; of an earlier client, which knew others, nothing is left.</summary>
    public async Task ConnectAsync()
    {
        await DisconnectAsync();
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.UseOrleansClient(client => client
            .UseStaticClustering([.. _silos.Where(silo => silo.Program.IsRunning).Select(silo => new System.Net.IPEndPoint(System.Net.IPAddress.Loopback, silo.GatewayPort))])
            .Configure<ClusterOptions>(cluster => (cluster.ServiceId, cluster.ClusterId) = ("orleansbilling", new ClusterSettings().ClusterId))
            .Configure<ClientMessagingOptions>(messages => messages.ResponseTimeout = TimeSpan.FromSeconds(40)));
        _client = builder.Build();
        await _client.StartAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>Registers a card as a browser would, and starts the subscription. Answers its id.</summary>
    public async Task<string> SubscribeAsync(string planId, long priceKrw, string cardNumber = ScriptedCards.AlwaysApproves)
    {
        OpenRegistration open = new(RegistrationPurpose.Subscribe, PrefixedId.New("cus", TimeProvider.System), null, planId, 1, priceKrw, "v1");
        RegistrationView done = await RegisterAsync(open, cardNumber);
        return done.SubscriptionId ?? throw new InvalidOperationException($"No subscription: {done.Status} {done.FailureCode}");
    }

    public async Task<RegistrationView> RegisterAsync(OpenRegistration open, string cardNumber)
    {
        IRegistrationGrain registration = Grains.Registration(Merchant, PrefixedId.New("reg", TimeProvider.System));
        RegistrationView opened = await registration.OpenAsync(open);
        string authKey = await Simulator.AuthKeyAsync(opened.CustomerKey, cardNumber);
        Assert.Equal(StoreAuthKeyAnswer.Stored, await registration.StoreAuthKeyAsync(new StoreAuthKey(open.CustomerId, opened.Nonce, opened.CustomerKey, authKey)));
        return await registration.CompleteAsync(open.CustomerId);
    }

    public async Task<SubscriptionView> ViewAsync(string id) =>
        await Grains.Subscription(Merchant, id).ViewAsync() ?? throw new InvalidOperationException($"{id} was never started.");

    /// <summary>Null while nobody can answer: its silo has just died, and the others do not know it yet.</summary>
    public async Task<SubscriptionView?> TryViewAsync(string id)
    {
        try
        {
            return await ViewAsync(id);
        }
        catch (Exception error) when (error is OrleansException or TimeoutException or OperationCanceledException)
        {
            return null;
        }
    }

    public async Task<IReadOnlyList<T>> QueryAsync<T>(string sql)
    {
        await using System.Data.Common.DbConnection connection = await Database.OpenAsync(TestContext.Current.CancellationToken);
        return [.. await connection.QueryAsync<T>(sql)];
    }

    /// <summary>Takes PostgreSQL's database away from under everybody who is connected to it.</summary>
    public ValueTask DropDatabaseAsync() => _postgres!.DisposeAsync();

    public async ValueTask DisposeAsync()
    {
        await DisconnectAsync();
        foreach (SiloProcess silo in _silos)
        {
            await silo.Program.DisposeAsync();
        }

        await Simulator.DisposeAsync();
        Database.Dispose();
        if (_postgres is not null)
        {
            await _postgres.DisposeAsync();
        }

        Directory.Delete(_directory, recursive: true);
    }

    private async Task DisconnectAsync()
    {
        if (_client is not null)
        {
            await _client.StopAsync(CancellationToken.None);
            _client.Dispose();
            _client = null;
        }
    }
}

/// <summary>One silo with its site.</summary>
internal sealed record SiloProcess(ProgramProcess Program, int SiloPort, int GatewayPort)
{
    public Task<Uri> SiteAsync() => Program.ListeningAsync();

    public async Task ReadyAsync()
    {
        using HttpClient http = new() { BaseAddress = await SiteAsync() };
        await Eventually.Async(
            async () => (await http.GetAsync("/health/ready", TestContext.Current.CancellationToken)).StatusCode,
            status => status == System.Net.HttpStatusCode.OK,
            "the silo is ready",
            TimeSpan.FromSeconds(60));
    }
}
