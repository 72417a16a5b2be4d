using System.Threading.Channels;
using Microsoft.Extensions.Logging;

namespace OrleansBilling.Benchmarks.Waves.Loops;

/// <summary>(c) One claims many rows at a time, workers charge them, one stores what came back, as many as have gathered at a time.</summary>
internal sealed class BatchLoop(LoopStore store, LoopProvider provider, int inFlight, ILogger logger)
{
    private const int MostAtOnce = 200;

    private readonly Channel<Claimed> _claimed = Channel.CreateBounded<Claimed>(inFlight);
    private readonly Channel<Renewed> _renewed = Channel.CreateUnbounded<Renewed>(new UnboundedChannelOptions { SingleReader = true });

    public Task RunAsync() => Task.WhenAll(
        [Task.Run(ClaimAsync), Task.Run(StoreAsync), .. Enumerable.Range(0, inFlight).Select(_ => Task.Run(ChargeAsync))]);

    private async Task ClaimAsync()
    {
        Idle idle = new();
        while (true)
        {
            List<Claimed> rows = await store.ClaimAsync(Math.Min(inFlight, MostAtOnce));
            foreach (Claimed row in rows)
            {
                await _claimed.Writer.WriteAsync(row);
            }

            if (rows.Count == 0)
            {
                await idle.WaitAsync();
            }
        }
    }

    private async Task ChargeAsync()
    {
        await foreach (Claimed row in _claimed.Reader.ReadAllAsync())
        {
            await _renewed.Writer.WriteAsync(await provider.ChargeAsync(row));
        }
    }

    private async Task StoreAsync()
    {
        List<Renewed> batch = new(MostAtOnce);
        while (await _renewed.Reader.WaitToReadAsync())
        {
            while (batch.Count < MostAtOnce && _renewed.Reader.TryRead(out Renewed? renewed))
            {
                batch.Add(renewed);
            }

            await store.CompleteAsync(batch);
            foreach (Renewed renewed in batch)
            {
                Log.Charged(logger, renewed.Row.Id, renewed.Row.OrderId, renewed.PaymentKey);
            }

            batch.Clear();
        }
    }
}
