using Microsoft.Extensions.Options;
using NodaTime;
using OrleansBilling.Clock;

namespace OrleansBilling.Reconciliation;

/// <summary>
/// Wakes once a day, compares what is owed, and sleeps again. What is owed stands in the table of days, so a tick that comes late, twice or after a month finds it out for
/// itself; one that could not do all of it repeats until it can.
/// </summary>
internal sealed class ReconciliationGrain(
    DayReconciler reconciler,
    ReconciliationStore store,
    IOptions<ReconciliationOptions> options,
    [FromKeyedServices(BillingClock.Key)] TimeProvider billingClock,
    ILogger<ReconciliationGrain> logger)
    : Grain, IReconciliationGrain, IRemindable
{
    public const string ReminderName = "reconcile";

    // The provider was down, or the silo died half way: the next tick tries again.
    private static readonly TimeSpan RetryPeriod = TimeSpan.FromMinutes(15);

    // After a long halt not every day since is compared by itself: the provider's list need not reach so far back. An operator can ask for any day.
    private const int LongestCatchUpDays = 62;

    private static readonly Duration LongestRegistration = Duration.FromMinutes(1);

    private static readonly TimeSpan LongestDay = TimeSpan.FromMinutes(30);

    private readonly SortedSet<LocalDate> _asked = [];
    private LocalDate? _running;
    private Task _work = Task.CompletedTask;

    private Instant Now => Instant.FromDateTimeOffset(billingClock.GetUtcNow());

    public async Task ScheduleAsync()
    {
        if (await this.GetReminder(ReminderName) is null)
        {
            await WakeAtAsync(NextDaily());
        }
    }

    public Task<bool> CompareAsync(string day)
    {
        if (KoreanDay.TryRead(day) is not { } date || date > KoreanDay.Of(Now))
        {
            return Task.FromResult(false);
        }

        _asked.Add(date);
        Begin(owed: false);
        return Task.FromResult(true);
    }

    public Task<IReadOnlyList<string>> UnderWayAsync() => Task.FromResult<IReadOnlyList<string>>(
        [.. (_work.IsCompleted ? [] : _asked.Append(_running ?? default)).Where(d => d != default).Distinct().Order().Select(KoreanDay.Text)]);

    public Task ReceiveReminder(string reminderName, TickStatus status)
    {
        BillingClock.CatchUp(billingClock, status.CurrentTickTime);
        Begin(owed: true);
        return Task.CompletedTask;
    }

    /// <summary>The work is not awaited by any call: a day may take minutes. It runs in this activation, between its turns.</summary>
    private void Begin(bool owed)
    {
        if (_work.IsCompleted)
        {
            DelayDeactivation(LongestDay);
            _work = WorkAsync(owed);
        }
    }

    private async Task WorkAsync(bool owed)
    {
        try
        {
            if (owed)
            {
                _asked.UnionWith(await OwedAsync());
            }

            bool complete = true;
            while (_asked.Count > 0)
            {
                DelayDeactivation(LongestDay);
                LocalDate day = _asked.Min;
                (_running, _) = (day, _asked.Remove(day));
                complete &= await Task.Run(() => reconciler.RunAsync(day, CancellationToken.None));
            }

            if (owed)
            {
                await WakeAtAsync(complete ? NextDaily() : Now + Duration.FromTimeSpan(RetryPeriod));
            }
        }
        catch (Exception error)
        {
            _asked.Clear(); // The database is away, most likely. What is owed is found out again.
            Log.BrokeOff(logger, error);
        }
        finally
        {
            _running = null;
        }
    }

    /// <summary>Closed days that were not compared since the last daily instant, or not with success.</summary>
    private async Task<IEnumerable<LocalDate>> OwedAsync()
    {
        LocalDate today = KoreanDay.Of(Now);
        LocalDate oldest = today.PlusDays(-LongestCatchUpDays);
        Dictionary<string, StoredDay> known = (await store.DaysAsync(oldest, today, CancellationToken.None)).ToDictionary(d => d.Day);
        // From the day after the last one that was compared whole, and at any rate the look-back.
        LocalDate lookBack = today.PlusDays(-options.Value.LookBackDays);
        LocalDate first = known.Values.Where(IsWhole).Select(d => KoreanDay.TryRead(d.Day)!.Value.PlusDays(1)).DefaultIfEmpty(lookBack).Max();
        long lastDaily = NextDaily().Minus(Duration.FromDays(1)).ToUnixTimeMilliseconds();
        return Days(LocalDate.Min(first, lookBack), today.PlusDays(-1))
            .Where(day => !known.TryGetValue(KoreanDay.Text(day), out StoredDay? row) || row.State == "failed" || row.TriedAtMs < lastDaily || !IsWhole(row));
    }

    /// <summary>Compared when the day was over and everything in it was old enough to be judged.</summary>
    private static bool IsWhole(StoredDay day) =>
        day.State == "compared" && day.TriedAtMs >= (KoreanDay.Interval(KoreanDay.TryRead(day.Day)!.Value).End + DayReconciler.Settling).ToUnixTimeMilliseconds();

    private static IEnumerable<LocalDate> Days(LocalDate first, LocalDate last)
    {
        for (LocalDate day = first; day <= last; day = day.PlusDays(1))
        {
            yield return day;
        }
    }

    private Instant NextDaily()
    {
        LocalTime at = LocalTime.FromTicksSinceMidnight(options.Value.DailyAt.Ticks);
        Instant today = KoreanDay.Of(Now).At(at).InZoneStrictly(KoreanDay.Zone).ToInstant();
        return today > Now ? today : today + Duration.FromDays(1);
    }

    private async Task WakeAtAsync(Instant at)
    {
        Instant now;
        do
        {
            // Orleans adds the wait to its own now. When the test clock jumps in between, the reminder is late by as much: then once more.
            now = Now;
            await this.RegisterOrUpdateReminder(ReminderName, Duration.Max(Duration.Zero, at - now).ToTimeSpan(), RetryPeriod);
        }
        while (Now - now > LongestRegistration);
    }
}
