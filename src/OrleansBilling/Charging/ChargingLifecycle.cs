namespace OrleansBilling.Charging;

/// <summary>Starts queue and reports when the silo is there, and lets nothing begin any more when it stops.</summary>
internal sealed class ChargingLifecycle(ChargeLanes lanes, IServiceProvider services, IHostApplicationLifetime application) : ILifecycleParticipant<ISiloLifecycle>
{
    public void Participate(ISiloLifecycle lifecycle)
    {
        CancellationTokenSource running = new();
        Task work = Task.CompletedTask;
        // The host says so before it stops its parts one after the other.
        CancellationTokenRegistration stopping = application.ApplicationStopping.Register(lanes.Stop);
        lifecycle.Subscribe(
            nameof(ChargingLifecycle),
            ServiceLifecycleStage.Last,
            _ =>
            {
                // Not before: the reminder service and the grain factory ask for the lanes themselves.
                WaveQueue queue = services.GetRequiredService<WaveQueue>();
                SiloReporter reporter = services.GetRequiredService<SiloReporter>();
                work = Task.WhenAll(Task.Run(() => queue.RunAsync(running.Token), CancellationToken.None), Task.Run(() => reporter.RunAsync(running.Token), CancellationToken.None));
                return Task.CompletedTask;
            },
            async _ =>
            {
                lanes.Stop();
                await running.CancelAsync();
                await work.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                await stopping.DisposeAsync();
                running.Dispose();
            });
    }
}
