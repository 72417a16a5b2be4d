using OrleansBilling.Domain;

namespace OrleansBilling.Reports;

/// <summary>
/// Writes the read side again from the states of the grains, page by page, by an operator's command. What it writes is what the grains would publish, keyed and ordered by
/// sequence, so it may run beside them; a state that changes meanwhile is read again. A silo that stops leaves it to another one, which goes on from the last page.
/// </summary>
/// <remarks>
/// The states are read from the store and not asked for: a million activations would push out those that charge. What no state holds any more (older invoices, payments and
/// events) does not come back; see <c>docs/operating.md</c>.
/// </remarks>
internal sealed class ReadSideRebuild(StoredSubscriptions states, ReadSideWriter writer, RebuildStore store, ILogger<ReadSideRebuild> logger) : BackgroundService
{
    internal const int PageSize = 500;

    // Real time until another silo notices that one was asked for, or that its worker is gone.
    private static readonly TimeSpan LookPeriod = TimeSpan.FromSeconds(5);

    // A subscription changes a few times in a minute at most; a page is read again within one.
    private const int MostReadings = 3;

    private readonly string _worker = Guid.NewGuid().ToString("N");
    private readonly SemaphoreSlim _asked = new(0);

    /// <param name="actor">Who asks, for example <c>operator:usr_…</c>.</param>
    /// <returns>False when one is under way already.</returns>
    public async Task<bool> TryStartAsync(string actor, CancellationToken cancellation)
    {
        if (!await store.TryAskAsync(actor, cancellation))
        {
            return false;
        }

        Log.RebuildAsked(logger, actor);
        _asked.Release();
        return true;
    }

    /// <summary>The rebuild that is under way, or the last one; null before the first.</summary>
    public Task<RebuildRow?> StatusAsync(CancellationToken cancellation) => store.ReadAsync(cancellation);

    public override void Dispose()
    {
        _asked.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            await _asked.WaitAsync(LookPeriod, stoppingToken);
            try
            {
                if (await store.TryTakeAsync(_worker, stoppingToken) is { } taken)
                {
                    await RebuildAsync(taken, stoppingToken);
                }
            }
            catch (Exception error) when (error is not OperationCanceledException || !stoppingToken.IsCancellationRequested)
            {
                Log.RebuildInterrupted(logger, error); // Its lease runs out, and a silo goes on from the last page.
            }
        }
    }

    private async Task RebuildAsync(RebuildRow row, CancellationToken cancellation)
    {
        try
        {
            while (await states.KeysAsync(row.DoneAfter, PageSize, cancellation) is { Count: > 0 } keys)
            {
                int failed = await RebuildPageAsync(keys, cancellation);
                row = row with { DoneAfter = keys[^1], ReadRows = row.ReadRows + keys.Count, FailedRows = row.FailedRows + failed };
                if (!await store.KeepAsync(row, finished: false, cancellation))
                {
                    return; // Another silo took over.
                }
            }

            if (await store.KeepAsync(row, finished: true, cancellation))
            {
                Log.RebuildFinished(logger, row.ReadRows, row.FailedRows);
            }
        }
        finally
        {
            await store.LeaveAsync(_worker);
        }
    }

    /// <returns>How many states could not be read.</returns>
    private async Task<int> RebuildPageAsync(IReadOnlyList<string> keys, CancellationToken cancellation)
    {
        int failed = 0;
        for (int reading = 0; keys.Count > 0 && reading < MostReadings; reading++)
        {
            IReadOnlyList<StoredState> read = await states.ReadAsync(keys, cancellation);
            foreach (StoredState damaged in read.Where(state => state.Unreadable is not null))
            {
                Log.StateUnreadable(logger, damaged.Unreadable!, damaged.GrainKey);
                failed++;
            }

            await writer.RebuildAsync([.. read.Select(state => state.Subscription).OfType<Subscription>()], cancellation);

            // A grain may have paid an invoice and told so before its row was written here as open: whoever stored meanwhile is taken once more.
            IReadOnlyDictionary<string, long> versions = await states.VersionsAsync(keys, cancellation);
            keys = [.. read.Where(state => state.Unreadable is null && versions.GetValueOrDefault(state.GrainKey, state.Version) != state.Version).Select(state => state.GrainKey)];
        }

        return failed;
    }
}
