using OrleansBilling.Clock;
using OrleansBilling.Subscriptions;

namespace OrleansBilling.Charging;

/// <summary>Calls those who wait, in their order, as room comes free. No more calls are under way than there are places, so that the reads of their activations are bounded as well.</summary>
internal sealed class WaveQueue(
    ChargeLanes lanes, IGrainFactory grains, [FromKeyedServices(BillingClock.Key)] TimeProvider billingClock, TimeProvider realTime, ILogger<WaveQueue> logger)
{
    private static readonly GrainType Subscriptions = GrainType.Create(SubscriptionGrain.TypeName);

    // What opens without telling (the gate of the installation) is seen after this.
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(1);

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                TimeSpan? wait;
                while (lanes.Next(out wait) is { } look)
                {
                    _ = CallAsync(look);
                }

                await lanes.Changed.WaitAsync(wait < LongestWait ? wait : LongestWait, cancellationToken);
            }
            catch (Exception error) when (error is not OperationCanceledException)
            {
                Log.Stumbled(logger, error);
                await Task.Delay(LongestWait, realTime, cancellationToken);
            }
        }
    }

    /// <summary>As its reminder would. True when it sent something from this silo.</summary>
    public async Task<bool> CallAsync(ChargeLook look)
    {
        GrainId id = GrainId.Create(Subscriptions, look.Id);
        try
        {
            // The time of the tick that brought it here has passed on this silo's clock, by which another silo catches up.
            DateTime now = billingClock.GetUtcNow().UtcDateTime;
            await grains.GetGrain<IRemindable>(id).ReceiveReminder(SubscriptionGrain.ReminderName, new TickStatus(now, TimeSpan.Zero, now));
        }
        catch (Exception error)
        {
            Log.CallFailed(logger, error, id);
        }

        return lanes.Return(look);
    }
}
