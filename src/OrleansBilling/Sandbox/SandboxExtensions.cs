using Microsoft.Extensions.Options;
using OrleansBilling.Clock;
using OrleansBilling.Subscriptions;
using OrleansBilling.Toss;

namespace OrleansBilling.Sandbox;

internal static class SandboxExtensions
{
    /// <summary>
    /// Without keys the simulator is the provider; without a live key the billing clock can be moved, and takes a simulator with it. To be called before the client is added,
    /// whose options it completes.
    /// </summary>
    public static WebApplicationBuilder AddSandbox(this WebApplicationBuilder builder)
    {
        TossEnvironment environment = EnvironmentOf(builder.Configuration);
        if (SandboxProvider.IsNeeded(builder.Configuration))
        {
            builder.Services.AddSingleton<SandboxProvider>();
            builder.Services.AddSingleton<IConfigureOptions<TossOptions>, SandboxProvider.Keys>();
        }

        SandboxOptions sandbox = builder.Configuration.GetSection(SandboxOptions.Section).Get<SandboxOptions>() ?? new();
        builder.Services.AddOptions<SandboxOptions>().BindConfiguration(SandboxOptions.Section).ValidateOnStart();
        builder.Services.AddSingleton<IValidateOptions<SandboxOptions>, SandboxOptionsValidator>();
        if (environment == TossEnvironment.Simulator)
        {
            builder.Services.AddDividedWaits(sandbox.WaitsDividedBy);
        }

        SimulatorAddress simulator = new();
        builder.Services.AddSingleton(simulator);
        builder.AddBillingClock(new BillingClockOptions
        {
            Movable = environment != TossEnvironment.Live && sandbox.TestClock,
            Reminders = [SubscriptionGrain.ReminderName],
            MoveProvider = environment == TossEnvironment.Simulator ? simulator.MoveClockAsync : null,
        });
        return builder;
    }

    /// <summary>Starts the simulator, where there is one inside. To be awaited after the data directory is locked and before anything calls the provider.</summary>
    public static async Task StartSandboxAsync(this WebApplication app)
    {
        if (app.Services.GetService<SandboxProvider>() is { } provider)
        {
            await provider.StartAsync();
        }

        app.Services.TellDividedWaits();
        app.Services.GetRequiredService<SimulatorAddress>().Root = app.Services.GetRequiredService<IOptions<TossOptions>>().Value.BaseAddress;
    }

    /// <summary>What the configured keys mean, before the options exist.</summary>
    public static TossEnvironment EnvironmentOf(IConfiguration configuration) => SandboxProvider.IsNeeded(configuration)
        ? TossEnvironment.Simulator
        : (configuration.GetSection(TossOptions.Section).Get<TossOptions>() ?? new()).Environment;

    /// <summary>Known only when the simulator listens.</summary>
    private sealed class SimulatorAddress
    {
        public Uri? Root { get; set; }

        public async Task MoveClockAsync(TimeSpan offset, CancellationToken cancellation)
        {
            using HttpClient http = new() { BaseAddress = Root };
            await ProviderClock.MoveAsync(http, offset, cancellation);
        }
    }
}
