using System.Data.Common;
using System.Threading.Channels;
using OrleansBilling.Domain;

namespace OrleansBilling.Reports;

/// <summary>
/// Takes the events that grains hand over to the read side, many grains' in one transaction. The wait of each grain ends when its events are durable there;
/// what fails is thrown to it, and it hands the same events over again later: rows are keyed by what they are about, so twice is once.
/// </summary>
internal sealed class Outbox(ReadSideWriter writer, ILogger<Outbox> logger) : BackgroundService
{
    private const int MaxBatch = 200;
    private const int MaxWaiting = 10_000;

    private readonly Channel<Handover> _waiting = Channel.CreateBounded<Handover>(new BoundedChannelOptions(MaxWaiting) { SingleReader = true });

    /// <param name="subscription">The state as stored; its events after <paramref name="publishedThrough"/> are published.</param>
    /// <param name="publishedThrough">Sequence up to which the caller knows that they are out; 0 when it knows nothing.</param>
    public async Task PublishAsync(Subscription subscription, long publishedThrough)
    {
        if (!subscription.Outbox.Any(e => e.Sequence > publishedThrough))
        {
            return;
        }

        Handover handover = new(subscription, publishedThrough);
        await _waiting.Writer.WriteAsync(handover);
        await handover.Done.Task;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        List<Handover> batch = new(MaxBatch);
        // Ends when the host has stopped: the silo, whose grains hand over, is stopped before.
        while (await _waiting.Reader.WaitToReadAsync(stoppingToken))
        {
            while (batch.Count < MaxBatch && _waiting.Reader.TryRead(out Handover? handover))
            {
                batch.Add(handover);
            }

            await WriteAsync(batch);
            batch.Clear();
        }
    }

    private async Task WriteAsync(IReadOnlyList<Handover> batch)
    {
        try
        {
            await writer.WriteAsync(batch.Select(h => (h.Subscription, h.PublishedThrough)));
            foreach (Handover handover in batch)
            {
                handover.Done.SetResult();
            }
        }
        catch (DbException error) when (batch.Count > 1 && !error.IsTransient)
        {
            // One row that the database refuses must not hold up all that happen to come with it, again and again.
            Log.BatchSplit(logger, error, batch.Count);
            foreach (Handover handover in batch)
            {
                await WriteAsync([handover]);
            }
        }
        catch (Exception error)
        {
            Log.BatchFailed(logger, error, batch.Count);
            foreach (Handover handover in batch)
            {
                handover.Done.SetException(error);
            }
        }
    }

    private sealed record Handover(Subscription Subscription, long PublishedThrough)
    {
        // Grains continue on their own schedulers, never on this loop.
        public TaskCompletionSource Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
