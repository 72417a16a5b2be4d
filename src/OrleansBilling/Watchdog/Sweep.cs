using Microsoft.Extensions.Options;
using NodaTime;
using OrleansBilling.Charging;
using OrleansBilling.Domain;
using OrleansBilling.Reports;
using OrleansBilling.Telemetry;

namespace OrleansBilling.Watchdog;

/// <summary>One look at everything that is late, or at everything there is. Finding something twice, or together with its reminder, is harmless.</summary>
internal sealed class Sweep(
    WatchdogQueries queries,
    StoredSubscriptions states,
    ReadSideWriter readSide,
    IGrainFactory grains,
    BillingMetrics metrics,
    WatchdogWaits waits,
    ChargePolicy policy,
    SiloCharging charging,
    IOptions<MerchantOptions> merchant,
    ILogger<Sweep> logger)
{
    /// <summary>Keys that are compared by one statement.</summary>
    internal const int ComparedAtOnce = 5_000;

    // States in memory at once, a few kilobytes each.
    private const int ReadAtOnce = 200;

    // A sweep ends; what is left over is looked at by the next one, which goes on where this one stopped.
    private const int MostDue = 10_000;

    // Activations that are made at once. Reminders do the same work all the time, and must not be crowded out.
    private const int AskedAtOnce = 8;

    // Late although their reminders tick: in a long wave that is the whole queue, which needs no second one. The oldest are asked, in case the ticks do not come after all.
    private const int MostNudged = 500;

    private readonly KnownFinds _known = new();
    private DueRow? _goOnAfter;
    private int _nudged;

    /// <summary>Over the index of what is due: finds charges that are late, says why, and has their grains look again. The gauges follow.</summary>
    public async Task OverDueAsync(Instant now, Func<Task> keep, CancellationToken cancellation)
    {
        Instant lateBefore = now - waits.Late;
        metrics.Report(await queries.FiguresAsync(now, lateBefore, cancellation));
        DueRow? after = _goOnAfter;
        if (after is null)
        {
            _known.Begin();
        }

        (_goOnAfter, _nudged) = (null, 0);
        for (int seen = 0; seen < MostDue;)
        {
            IReadOnlyList<DueRow> rows = await queries.DueAsync(lateBefore, after, ReadAtOnce, cancellation);
            await JudgeAsync(rows, now, cancellation);
            seen += rows.Count;
            if (rows.Count < ReadAtOnce)
            {
                return;
            }

            after = rows[^1];
            await keep();
        }

        _goOnAfter = after;
    }

    /// <summary>One page of all stored subscriptions: those without reminder, or with one that is too late, are asked to look, those without rows get them. Answers the key after which it goes on, null at the end.</summary>
    public async Task<string?> OverStoredAsync(string after, Instant now, CancellationToken cancellation)
    {
        string? end = await queries.PageEndAsync(after, ComparedAtOnce, cancellation);
        IReadOnlyList<ComparedRow> rows = await queries.CompareAsync(after, end, waits.Late, cancellation);
        foreach (ComparedRow[] some in rows.Chunk(ReadAtOnce))
        {
            await CompareAsync(some, now, cancellation);
        }

        return end;
    }

    private async Task JudgeAsync(IReadOnlyList<DueRow> rows, Instant now, CancellationToken cancellation)
    {
        if (rows.Count == 0)
        {
            return;
        }

        Dictionary<string, StoredState> stored = (await states.ReadAsync([.. rows.Select(row => KeyOf(row.Id))], cancellation)).ToDictionary(state => state.GrainKey);
        List<string> asked = [];
        List<Subscription> stale = [];
        foreach (DueRow row in rows)
        {
            StoredState? state = stored.GetValueOrDefault(KeyOf(row.Id));
            if (Neglect.CauseOf(row, state, now, waits.Late) is not { } cause)
            {
                continue;
            }

            if (cause == Neglect.NotCharged)
            {
                Nudge(row, asked);
                continue;
            }

            Found(KeyOf(row.Id), cause, state?.Unreadable);
            switch (cause)
            {
                case Neglect.StaleRow:
                    stale.Add(state!.Subscription!);
                    break;
                case Neglect.NoReminder or Neglect.LateReminder:
                    asked.Add(KeyOf(row.Id));
                    break;
            }
        }

        await readSide.RebuildAsync(stale, cancellation);
        await AskAsync(asked, cancellation);
    }

    /// <summary>Its reminder ticks, and it waits all the same: most likely in a wave. Counted once, and told one by one only where it is asked.</summary>
    private void Nudge(DueRow row, List<string> asked)
    {
        bool isNew = _known.IsNew(row);
        bool isAsked = _nudged++ < MostNudged;
        if (isAsked)
        {
            asked.Add(KeyOf(row.Id));
        }

        if (isNew && isAsked)
        {
            Found(KeyOf(row.Id), Neglect.NotCharged);
        }
        else if (isNew)
        {
            metrics.Found(Neglect.NotCharged);
        }
    }

    private async Task CompareAsync(IReadOnlyList<ComparedRow> rows, Instant now, CancellationToken cancellation)
    {
        Dictionary<string, ComparedRow> compared = rows.ToDictionary(row => row.GrainKey);
        List<string> asked = [];
        List<Subscription> unknown = [];
        foreach (StoredState state in await states.ReadAsync([.. compared.Keys], cancellation))
        {
            ComparedRow row = compared[state.GrainKey];
            if (state.Unreadable is { } error)
            {
                Found(state.GrainKey, Neglect.Unreadable, error);
                continue;
            }

            if (state.Subscription is not { } s)
            {
                continue; // Never started.
            }

            // A new one is told to the read side by its grain, within moments.
            if (row.IsKnown == 0 && Neglect.IsOldNews(s, now, waits.Late))
            {
                Found(state.GrainKey, Neglect.NoRow);
                unknown.Add(s);
            }

            // It rests, and the read side does not say so: its reminder was lost before it could tell its last events.
            Instant? needsAt = NeedsAt(s, now);
            if (needsAt is null && row.IsKnown == 1 && Neglect.IsOldNews(s, now, waits.Late))
            {
                Found(state.GrainKey, Neglect.StaleRow);
                unknown.Add(s);
            }

            // Asked once more, because a grain sets its reminder before it stores what it needs: the state that was read is the later of the two.
            if (Neglect.CauseOf(row.ReminderAtMs, needsAt, waits.Late) is not null
                && Neglect.CauseOf(await queries.ReminderAtMsAsync(state.GrainKey, cancellation), needsAt, waits.Late) is { } cause)
            {
                Found(state.GrainKey, cause);
                asked.Add(state.GrainKey);
            }
        }

        await readSide.RebuildAsync(unknown, cancellation);
        await AskAsync(asked, cancellation);
    }

    private Instant? NeedsAt(Subscription s, Instant now)
    {
        try
        {
            return ReadSideRows.NeedsAt(s, new Circumstances(now, "") { Policy = policy, Interruptions = charging.Interruptions });
        }
        catch (Exception)
        {
            return now; // Its rules throw, as its grain is going to find: it needs a reminder until it is parked.
        }
    }

    private Task AskAsync(IEnumerable<string> grainKeys, CancellationToken cancellation) => Parallel.ForEachAsync(
        grainKeys,
        new ParallelOptions { MaxDegreeOfParallelism = AskedAtOnce, CancellationToken = cancellation },
        async (key, _) =>
        {
            try
            {
                await grains.Subscription(key).CheckAsync();
            }
            catch (Exception error)
            {
                Found(key, Neglect.Unreachable, error); // The next sweep finds it again.
            }
        });

    private void Found(string grainKey, string cause, Exception? error = null)
    {
        metrics.Found(cause);
        Log.Found(logger, error, grainKey, cause);
    }

    private string KeyOf(string id) => $"{merchant.Value.Id}/{id}";
}
