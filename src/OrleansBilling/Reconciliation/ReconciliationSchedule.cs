using Microsoft.Extensions.Options;

namespace OrleansBilling.Reconciliation;

/// <summary>Once a start: sees to it that the daily reminder exists. From then on it is the reminder that wakes, whichever silo lives.</summary>
internal sealed class ReconciliationSchedule(
    IGrainFactory grains, IHostApplicationLifetime lifetime, IOptions<MerchantOptions> merchant, TimeProvider time, ILogger<ReconciliationSchedule> logger) : BackgroundService
{
    private static readonly TimeSpan RetryPeriod = TimeSpan.FromSeconds(30);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        TaskCompletionSource started = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await using CancellationTokenRegistration starts = lifetime.ApplicationStarted.Register(() => started.TrySetResult());
        await started.Task.WaitAsync(stoppingToken);
        using PeriodicTimer timer = new(RetryPeriod, time);
        while (!await TryAsync() && await timer.WaitForNextTickAsync(stoppingToken))
        {
        }
    }

    // Whatever goes wrong there, in this process or in the one that has the grain: an error that leaves a background service ends the program.
    private async Task<bool> TryAsync()
    {
        try
        {
            await grains.Reconciliation(merchant.Value.Id).ScheduleAsync();
            return true;
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            Log.NotScheduled(logger, error);
            return false;
        }
    }
}
