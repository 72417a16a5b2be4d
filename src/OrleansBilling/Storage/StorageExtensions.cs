using System.Net;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Orleans.Configuration;
using Orleans.Serialization;

namespace OrleansBilling.Storage;

public static class StorageExtensions
{
    // The provider may take 70 s for a charge, and a charge holds its activation: a silo that stops lets it end. 30 s each by default. Whatever
    // stops the process (systemd, Docker, Kubernetes) must wait longer than the second.
    internal static readonly TimeSpan DeactivationTimeout = TimeSpan.FromSeconds(90);
    internal static readonly TimeSpan ShutdownTimeout = TimeSpan.FromSeconds(110);

    // No call of a grain waits for the provider. It may wait for the database, whose own limit is 30 s: longer than that, so that the caller
    // sees the database's error and not a time-out.
    internal static readonly TimeSpan ResponseTimeout = TimeSpan.FromSeconds(40);

    /// <summary>Registers the <see cref="Database"/> that the configuration chooses, its migrator and its start. Nothing is opened yet.</summary>
    public static TBuilder AddBillingStorage<TBuilder>(this TBuilder builder)
        where TBuilder : IHostApplicationBuilder
    {
        IServiceCollection services = builder.Services;
        services.AddOptions<StorageOptions>().BindConfiguration(StorageOptions.Section);
        services.AddOptions<ClusterSettings>().BindConfiguration(ClusterSettings.Section);
        services.AddOptions<ReminderSettings>().BindConfiguration(ReminderSettings.Section);
        services.AddSingleton<IValidateOptions<ReminderSettings>, ReminderSettings.Validation>();
        services.AddOptions<ReminderOptions>().Configure<IOptions<ReminderSettings>>((orleans, settings) => settings.Value.ApplyTo(orleans));
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(provider => Database.FromConfiguration(
            provider.GetRequiredService<IConfiguration>(),
            provider.GetRequiredService<IOptions<StorageOptions>>().Value,
            provider.GetRequiredService<IHostEnvironment>().ContentRootPath));
        services.AddSingleton<SchemaMigrator>();
        services.AddSingleton<StorageStartup>();
        services.Configure<HostOptions>(options => options.ShutdownTimeout = ShutdownTimeout);
        return builder;
    }

    /// <summary>Locks the data directory, brings the schema up to date and reads the installation. To be awaited before the host is run.</summary>
    /// <exception cref="StorageException">The program prints the message and ends with exit code 1.</exception>
    public static Task PrepareStorageAsync(this IHost host) => host.Services.GetRequiredService<StorageStartup>().PrepareAsync();

    /// <summary>Grain storage <see cref="StorageNames.Billing"/> (also the default one) and reminders, in the <see cref="Database"/>.</summary>
    public static ISiloBuilder UseBillingStorage(this ISiloBuilder silo)
    {
        silo.AddAdoNetGrainStorage(StorageNames.Billing, UseDatabase);
        silo.AddAdoNetGrainStorageAsDefault(UseDatabase);
        silo.Services.AddSingleton<IPersistentStateFactory, UnmovedStateFactory>();
        silo.UseAdoNetReminderService(options => options.Configure<Database>((reminders, database) =>
        {
            reminders.Invariant = database.OrleansInvariant;
            reminders.DataSource = database.OrleansSource;
        }));
        silo.Services.AddOptions<ClusterOptions>().Configure<StorageStartup, IOptions<ClusterSettings>>((cluster, startup, settings) =>
        {
            // Orleans reads this while the host is built, where nothing can be awaited; the program has awaited it before.
            cluster.ServiceId = startup.PrepareAsync().GetAwaiter().GetResult().ServiceId;
            cluster.ClusterId = settings.Value.ClusterId;
        });
        silo.Configure<GrainCollectionOptions>(options => options.DeactivationTimeout = DeactivationTimeout);
        silo.Configure<SiloMessagingOptions>(options => options.ResponseTimeout = ResponseTimeout);
        // Otherwise a caller on another silo gets "no codec for NpgsqlException" instead of what the database said.
        silo.Configure<ExceptionSerializationOptions>(options => options.SupportedNamespacePrefixes.Add(nameof(Npgsql)));
        silo.Configure<ClientMessagingOptions>(options => options.ResponseTimeout = ResponseTimeout);
        return silo;

        static void UseDatabase(OptionsBuilder<AdoNetGrainStorageOptions> options) => options.Configure<Database>((storage, database) =>
        {
            storage.Invariant = database.OrleansInvariant;
            storage.DataSource = database.OrleansSource;
            storage.GrainStorageSerializer = new StoredJsonSerializer();
        });
    }

    /// <summary>One silo on the loopback address with SQLite; with PostgreSQL one of several, which find each other in the <see cref="Database"/>.</summary>
    /// <exception cref="StorageException">A value of section <c>Cluster</c> cannot be used.</exception>
    public static ISiloBuilder UseBillingClustering(this ISiloBuilder silo)
    {
        DatabaseEngine engine = Database.ChosenEngine(silo.Configuration);
        ClusterSettings settings = silo.Configuration.GetSection(ClusterSettings.Section).Get<ClusterSettings>() ?? new ClusterSettings();
        (int siloPort, int gatewayPort) = settings.Ports(engine);
        if (engine == DatabaseEngine.Sqlite)
        {
            silo.UseLocalhostClustering(siloPort, gatewayPort);
        }
        else
        {
            silo.UseAdoNetClustering(options => options.Configure<Database>((clustering, database) =>
            {
                clustering.Invariant = database.OrleansInvariant;
                clustering.DataSource = database.OrleansSource;
            }));
            silo.Configure<EndpointOptions>(options =>
            {
                options.SiloPort = siloPort;
                options.GatewayPort = gatewayPort;
                if (settings.AdvertisedIp() is { } advertised)
                {
                    options.AdvertisedIPAddress = advertised;
                }

                if (settings.ListenOnAnyAddress)
                {
                    options.SiloListeningEndpoint = new IPEndPoint(IPAddress.Any, siloPort);
                    options.GatewayListeningEndpoint = new IPEndPoint(IPAddress.Any, gatewayPort);
                }
            });
        }

        if (!string.IsNullOrWhiteSpace(settings.SiloName))
        {
            silo.Configure<SiloOptions>(options => options.SiloName = settings.SiloName);
        }

        return silo;
    }
}
