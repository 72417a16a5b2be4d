using System.Data.Common;
using System.Diagnostics;
using System.Threading.Channels;
using OrleansBilling.Domain;
using OrleansBilling.Telemetry;

namespace OrleansBilling.Reports;

/// <summary>
/// Takes the events that grains hand over to the read side, many grains' in one transaction. The wait of each grain ends when its events are durable there;
/// what fails is thrown to it, and it hands the same events over again later: rows are keyed by what they are about, so twice is once.
/// </summary>
internal sealed class Outbox : BackgroundService
{
    private const int MaxBatch = 500;
    private const int MaxWaiting = 10_000;

    // Where several came together, more are on their way: a wave is written in few large batches. One that comes alone never waits.
    private static readonly TimeSpan Gathering = TimeSpan.FromMilliseconds(20);

    private readonly ReadSideWriter _writer;
    private readonly BillingMetrics _metrics;
    private readonly ILogger<Outbox> _logger;
    private readonly Channel<Handover> _waiting = Channel.CreateBounded<Handover>(new BoundedChannelOptions(MaxWaiting) { SingleReader = true });

    // What is being written, for the metrics: its oldest is the oldest of all that waits.
    private int _writing;
    private long _writingSince;

    public Outbox(ReadSideWriter writer, BillingMetrics metrics, ILogger<Outbox> logger)
    {
        (_writer, _metrics, _logger) = (writer, metrics, logger);
        metrics.WatchOutbox(() => _waiting.Reader.Count + Volatile.Read(ref _writing), Lag);
    }

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

            Volatile.Write(ref _writingSince, batch[0].HandedOver);
            Volatile.Write(ref _writing, batch.Count);
            await WriteAsync(batch);
            Volatile.Write(ref _writing, 0);
            bool several = batch.Count > 1;
            batch.Clear();
            if (several)
            {
                await Task.Delay(Gathering, TimeProvider.System, CancellationToken.None);
            }
        }
    }

    private async Task WriteAsync(IReadOnlyList<Handover> batch)
    {
        try
        {
            await _writer.WriteAsync([.. batch.Select(h => (h.Subscription, h.PublishedThrough))]);
            _metrics.Published(batch.Count);
            foreach (Handover handover in batch)
            {
                handover.Done.SetResult();
            }
        }
        catch (DbException error) when (batch.Count > 1 && !error.IsTransient)
        {
            // One row that the database refuses must not hold up all that happen to come with it, again and again.
            Log.BatchSplit(_logger, error, batch.Count);
            foreach (Handover handover in batch)
            {
                await WriteAsync([handover]);
            }
        }
        catch (Exception error)
        {
            Log.BatchFailed(_logger, error, batch.Count);
            _metrics.NotPublished(batch.Count);
            foreach (Handover handover in batch)
            {
                handover.Done.SetException(error);
            }
        }
    }

    /// <summary>The queue is read in order, so whatever is being written has waited longest.</summary>
    private TimeSpan Lag() => Volatile.Read(ref _writing) > 0 ? Stopwatch.GetElapsedTime(Volatile.Read(ref _writingSince))
        : _waiting.Reader.TryPeek(out Handover? next) ? Stopwatch.GetElapsedTime(next.HandedOver)
        : TimeSpan.Zero;

    private sealed record Handover(Subscription Subscription, long PublishedThrough)
    {
        public long HandedOver { get; } = Stopwatch.GetTimestamp();

        // Grains continue on their own schedulers, never on this loop.
        public TaskCompletionSource Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
