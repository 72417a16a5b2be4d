using System.Data.Common;
using NodaTime;
using OrleansBilling.Clock;
using OrleansBilling.Domain.Reconciliation;
using OrleansBilling.Telemetry;
using OrleansBilling.Toss;

namespace OrleansBilling.Reconciliation;

/// <summary>
/// Compares one day with the provider's list, mends what is known how to mend, and stores what is left. Repeating it changes nothing that is settled.
/// </summary>
internal sealed class DayReconciler(
    ProviderList list,
    OurBooks books,
    UnknownCharges charges,
    Mender mender,
    ReconciliationStore store,
    BillingMetrics metrics,
    [FromKeyedServices(BillingClock.Key)] TimeProvider billingClock,
    ILogger<DayReconciler> logger)
{
    /// <summary>Younger than this nothing is judged: the provider's list lags (an hour and more was measured), and answers may be on their way.</summary>
    public static readonly Duration Settling = Duration.FromHours(1);

    // Both lists reach beyond the day by this much, so that a payment around midnight meets its other half.
    private static readonly Duration Margin = Duration.FromMinutes(30);

    // Payments looked at one by one in one run; more differences than this are no repair but a restored backup, and the next run goes on.
    private const int MostLooks = 200;

    /// <returns>False when the provider did not answer everything: to be tried again.</returns>
    /// <exception cref="DbException">The database is away.</exception>
    public async Task<bool> RunAsync(LocalDate day, CancellationToken cancellation)
    {
        Instant now = Instant.FromDateTimeOffset(billingClock.GetUtcNow());
        Interval whole = KoreanDay.Interval(day);
        (Instant from, Instant to) = (whole.Start - Margin, Instant.Min(whole.End, now) + Margin);
        List<ProviderTransaction> theirs = [];
        await foreach (TransactionsAnswer answer in list.PagesAsync(from, to, cancellation))
        {
            if (answer is TransactionsAnswer.Failed failed)
            {
                Log.NotCompared(logger, KoreanDay.Text(day), failed.Reason);
                await store.FailAsync(day, now, failed.Reason, cancellation);
                return false;
            }

            theirs.AddRange(((TransactionsAnswer.Page)answer).InWon.Select(ProviderList.RowOf));
        }

        List<ProviderTransaction> own = [.. theirs.Where(row => row.OrderId.StartsWith(charges.OrderPrefix, StringComparison.Ordinal))];
        Books ours = await books.ReadAsync(from, to, own, cancellation);
        DayResult result = Compare();
        Dictionary<string, StoredDifference> before = (await store.DifferencesAsync(day, cancellation)).ToDictionary(d => d.Key);
        List<Looked> looked = await LookAtAsync(result, before, ours, now, cancellation);
        if (looked.Any(l => l.Verdict.Mended))
        {
            ours = await books.ReadAsync(from, to, own, cancellation);
            result = Compare();
        }

        DaySaved saved = await store.SaveAsync(day, now, Instant.Min(whole.End, now), result, looked, cancellation);
        Report(day, result, saved);
        return looked.All(l => l.Verdict.Cause != Causes.NotVerified);

        DayResult Compare() => DayComparison.Compare(whole, charges.OrderPrefix, now - Settling, theirs, ours);
    }

    private async Task<List<Looked>> LookAtAsync(DayResult result, Dictionary<string, StoredDifference> before, Books ours, Instant now, CancellationToken cancellation)
    {
        List<Looked> looked = [];
        foreach (Difference difference in result.Differences.Where(d => before.GetValueOrDefault(d.Key) is not { } known || !known.IsSettledFor(d)))
        {
            looked.Add(new Looked(difference, looked.Count < MostLooks ? await mender.LookAsync(difference, ours, now, cancellation) : new Verdict(Causes.NotVerified)));
        }

        return looked;
    }

    private void Report(LocalDate day, DayResult result, DaySaved saved)
    {
        foreach (StoredDifference found in saved.New)
        {
            metrics.Differs(found.Kind, found.Cause);
            if (found.State == DifferenceStates.Mended)
            {
                Log.Mended(logger, found.Day, found.Movement, found.TransactionKey, found.OrderId, found.Cause);
            }
        }

        if (saved.Open == 0)
        {
            Log.NothingOpen(logger, KoreanDay.Text(day), result.Ours.Payments, result.Ours.Refunds, result.Differences.Length);
        }
        else
        {
            Log.Differs(logger, KoreanDay.Text(day), saved.Open);
        }
    }
}

/// <summary>A difference and what it turned out to be.</summary>
internal sealed record Looked(Difference Difference, Verdict Verdict);
