using Microsoft.Extensions.Options;
using OrleansBilling.Storage;
using OrleansBilling.Toss;
using OrleansBilling.TossSimulator;

namespace OrleansBilling.Sandbox;

/// <summary>
/// The payment provider's simulator inside this process, for an installation that has no keys: everything runs, no money moves. With keys (or with the simulator's own keys and
/// the address of a simulator that runs apart) it does not exist.
/// </summary>
internal sealed class SandboxProvider(IConfiguration configuration, Database database, ILoggerFactory loggers) : IAsyncDisposable
{
    private WebApplication? _simulator;

    /// <summary>True when neither key is configured.</summary>
    public static bool IsNeeded(IConfiguration configuration)
    {
        TossOptions keys = configuration.GetSection(TossOptions.Section).Get<TossOptions>() ?? new();
        return keys is { SecretKey: "", ClientKey: "" };
    }

    /// <summary>Where it listens. Known once it is started.</summary>
    public Uri Address => TossSimulatorHost.AddressOf(_simulator ?? throw new InvalidOperationException("The simulator is not started."));

    /// <exception cref="StorageException">Its address is taken; the message says which setting to change.</exception>
    public async Task StartAsync()
    {
        TossSimulatorOptions options = configuration.GetSection(TossSimulatorOptions.Section).Get<TossSimulatorOptions>() ?? new();
        options.DataDirectory ??= database.DataDirectory is { } data ? Path.Combine(data, "simulator") : null;
        _simulator = TossSimulatorHost.Build(options, builder => builder.Services.AddSingleton(loggers));
        try
        {
            await _simulator.StartAsync();
        }
        catch (IOException error)
        {
            throw new StorageException($"The payment provider's simulator cannot listen on {options.Urls}: {error.Message} Set {TossSimulatorOptions.Section}:Urls to a free address.");
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_simulator is not null)
        {
            await _simulator.StopAsync();
            await _simulator.DisposeAsync();
        }
    }

    /// <summary>Points the client at the simulator.</summary>
    internal sealed class Keys(SandboxProvider provider) : IConfigureOptions<TossOptions>
    {
        public void Configure(TossOptions options)
        {
            options.SecretKey = SimulatorKeys.SecretKey;
            options.ClientKey = SimulatorKeys.ClientKey;
            options.BaseAddress = provider.Address;
            options.SdkUrl = new Uri(provider.Address, "/v2/standard");
        }
    }
}
