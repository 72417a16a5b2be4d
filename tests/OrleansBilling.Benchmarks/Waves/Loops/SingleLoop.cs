using Microsoft.Extensions.Logging;

namespace OrleansBilling.Benchmarks.Waves.Loops;

/// <summary>(b) As many workers as charges may be in flight; each claims one row, charges it, stores the outcome, and takes the next.</summary>
internal sealed class SingleLoop(LoopStore store, LoopProvider provider, int inFlight, ILogger logger)
{
    public Task RunAsync()
    {
        Idle idle = new();
        return Task.WhenAll(Enumerable.Range(0, inFlight).Select(_ => Task.Run(() => WorkAsync(idle))));
    }

    private async Task WorkAsync(Idle idle)
    {
        while (true)
        {
            if (await store.ClaimAsync(1) is not [var row])
            {
                await idle.WaitAsync();
                continue;
            }

            Renewed renewed = await provider.ChargeAsync(row);
            await store.CompleteAsync(renewed);
            Log.Charged(logger, row.Id, row.OrderId, renewed.PaymentKey);
        }
    }
}

/// <summary>While nothing is due, one look serves all workers.</summary>
internal sealed class Idle
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    private readonly Lock _gate = new();
    private Task _pause = Task.CompletedTask;

    public Task WaitAsync()
    {
        lock (_gate)
        {
            return _pause = _pause.IsCompleted ? Task.Delay(Pause) : _pause;
        }
    }
}

/// <summary>The one line that a loop would write for a charge.</summary>
internal static partial class Log
{
    [LoggerMessage(1, LogLevel.Information, "{SubscriptionId}: order {OrderId} was approved as {PaymentKey}")]
    public static partial void Charged(ILogger logger, string subscriptionId, string orderId, string paymentKey);
}
