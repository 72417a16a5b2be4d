using System.Data.Common;
using Dapper;
using Microsoft.Extensions.Options;
using NodaTime;
using OrleansBilling.Domain.Reconciliation;
using OrleansBilling.Storage;

namespace OrleansBilling.Reconciliation;

/// <summary>The days that were compared and their differences.</summary>
public sealed class ReconciliationStore(Database database, IOptions<MerchantOptions> merchant, ILogger<ReconciliationStore> logger)
{
    private const string ByProgram = "system:reconciliation";

    // Other people's orders are listed to be recognised, not to be kept.
    private const int MostForeign = 100;

    private const string SelectDifferences =
        """
        SELECT day AS Day, difference_key AS Key, movement AS Movement, kind AS Kind, cause AS Cause, state AS State, order_id AS OrderId, payment_key AS PaymentKey,
          transaction_key AS TransactionKey, subscription_id AS SubscriptionId, at_ms AS AtMs, their_krw AS TheirKrw, our_krw AS OurKrw, their_state AS TheirState,
          our_state AS OurState, first_seen_ms AS FirstSeenMs, last_seen_ms AS LastSeenMs, resolved_at_ms AS ResolvedAtMs, actor AS Actor, reason AS Reason
        FROM reconciliation_difference
        """;

    private const string SelectDays =
        """
        SELECT d.day AS Day, d.state AS State, d.tried_at_ms AS TriedAtMs, d.until_ms AS UntilMs, d.failure AS Failure,
          d.their_payments AS TheirPayments, d.their_paid_krw AS TheirPaidKrw, d.their_refunds AS TheirRefunds, d.their_refunded_krw AS TheirRefundedKrw,
          d.our_payments AS OurPayments, d.our_paid_krw AS OurPaidKrw, d.our_refunds AS OurRefunds, d.our_refunded_krw AS OurRefundedKrw,
          d.foreign_rows AS ForeignRows, d.awaited AS Awaited,
          (SELECT count(*) FROM reconciliation_difference x WHERE x.merchant = d.merchant AND x.day = d.day AND x.state = 'open') AS Open,
          (SELECT count(*) FROM reconciliation_difference x WHERE x.merchant = d.merchant AND x.day = d.day AND x.state IN ('mended', 'accepted')) AS Resolved
        FROM reconciliation_day d
        """;

    private const string UpsertDifference =
        """
        INSERT INTO reconciliation_difference (merchant, day, difference_key, movement, kind, cause, state, order_id, payment_key, transaction_key, subscription_id, at_ms,
          their_krw, our_krw, their_state, our_state, first_seen_ms, last_seen_ms, resolved_at_ms, actor, reason)
        VALUES (@Merchant, @Day, @Key, @Movement, @Kind, @Cause, @State, @OrderId, @PaymentKey, @TransactionKey, @SubscriptionId, @AtMs,
          @TheirKrw, @OurKrw, @TheirState, @OurState, @FirstSeenMs, @LastSeenMs, @ResolvedAtMs, @Actor, @Reason)
        ON CONFLICT (merchant, day, difference_key) DO UPDATE SET
          kind = excluded.kind, cause = excluded.cause, state = excluded.state, their_krw = excluded.their_krw, our_krw = excluded.our_krw, their_state = excluded.their_state,
          our_state = excluded.our_state, last_seen_ms = excluded.last_seen_ms, resolved_at_ms = excluded.resolved_at_ms, actor = excluded.actor, reason = excluded.reason
        """;

    private readonly string _merchant = merchant.Value.Id;

    /// <summary>Newest first.</summary>
    public async Task<IReadOnlyList<StoredDay>> DaysAsync(LocalDate from, LocalDate to, CancellationToken cancellation)
    {
        await using DbConnection connection = await database.OpenAsync(cancellation);
        return [.. await connection.QueryAsync<StoredDay>(new CommandDefinition(
            $"{SelectDays} WHERE d.merchant = @_merchant AND d.day >= @from AND d.day <= @to ORDER BY d.day DESC",
            new { _merchant, from = KoreanDay.Text(from), to = KoreanDay.Text(to) }, cancellationToken: cancellation))];
    }

    /// <summary>Null when the day was never compared.</summary>
    public async Task<StoredDay?> DayAsync(LocalDate day, CancellationToken cancellation) => await DaysAsync(day, day, cancellation) is [var only] ? only : null;

    /// <summary>Open ones first, then by time; other people's last.</summary>
    public async Task<IReadOnlyList<StoredDifference>> DifferencesAsync(LocalDate day, CancellationToken cancellation)
    {
        await using DbConnection connection = await database.OpenAsync(cancellation);
        return [.. await connection.QueryAsync<StoredDifference>(new CommandDefinition(
            $"{SelectDifferences} WHERE merchant = @_merchant AND day = @day ORDER BY CASE state WHEN 'open' THEN 0 WHEN 'foreign' THEN 2 ELSE 1 END, at_ms, difference_key",
            new { _merchant, day = KoreanDay.Text(day) }, cancellationToken: cancellation))];
    }

    /// <summary>Days with differences that somebody has to look at, oldest first, with how many.</summary>
    public async Task<IReadOnlyList<(string Day, long Open)>> OpenDaysAsync(CancellationToken cancellation)
    {
        await using DbConnection connection = await database.OpenAsync(cancellation);
        return [.. await connection.QueryAsync<(string, long)>(new CommandDefinition(
            "SELECT day, count(*) FROM reconciliation_difference WHERE merchant = @_merchant AND state = 'open' GROUP BY day ORDER BY day", new { _merchant }, cancellationToken: cancellation))];
    }

    /// <summary>An operator explains a difference, such as a charge that was made outside this program. Asked again with the same words it is answered the same.</summary>
    /// <param name="key">See <see cref="StoredDifference.Key"/>.</param>
    /// <param name="actor"><c>operator:…</c>; an id, never a name.</param>
    /// <param name="reason">In the operator's words, without personal data.</param>
    /// <returns>False when there is no such difference, or it is resolved already in another way.</returns>
    public async Task<bool> AcceptAsync(LocalDate day, string key, string actor, string reason, Instant now, CancellationToken cancellation)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(actor);
        ArgumentException.ThrowIfNullOrWhiteSpace(reason);
        await using DbConnection connection = await database.OpenAsync(cancellation);
        int changed = await connection.ExecuteAsync(new CommandDefinition(
            """
            UPDATE reconciliation_difference SET state = 'accepted', resolved_at_ms = CASE state WHEN 'open' THEN @now ELSE resolved_at_ms END, actor = @actor, reason = @reason
            WHERE merchant = @_merchant AND day = @day AND difference_key = @key AND (state = 'open' OR (state = 'accepted' AND actor = @actor AND reason = @reason))
            """,
            new { _merchant, day = KoreanDay.Text(day), key, actor, reason, now = now.ToUnixTimeMilliseconds() }, cancellationToken: cancellation));
        if (changed == 1)
        {
            Log.Accepted(logger, KoreanDay.Text(day), key, actor);
        }

        return changed == 1;
    }

    internal async Task FailAsync(LocalDate day, Instant now, string failure, CancellationToken cancellation)
    {
        await using DbConnection connection = await database.OpenAsync(cancellation);
        await connection.ExecuteAsync(new CommandDefinition(
            """
            INSERT INTO reconciliation_day (merchant, day, state, tried_at_ms, until_ms, failure, their_payments, their_paid_krw, their_refunds, their_refunded_krw,
              our_payments, our_paid_krw, our_refunds, our_refunded_krw, foreign_rows, awaited)
            VALUES (@_merchant, @day, 'failed', @now, NULL, @failure, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)
            ON CONFLICT (merchant, day) DO UPDATE SET state = 'failed', tried_at_ms = excluded.tried_at_ms, failure = excluded.failure
            """,
            new { _merchant, day = KoreanDay.Text(day), now = now.ToUnixTimeMilliseconds(), failure }, cancellationToken: cancellation));
    }

    /// <param name="result">The comparison after mending.</param>
    /// <param name="looked">What the differences before mending turned out to be.</param>
    internal async Task<DaySaved> SaveAsync(LocalDate day, Instant now, Instant until, DayResult result, IReadOnlyList<Looked> looked, CancellationToken cancellation)
    {
        string text = KoreanDay.Text(day);
        Dictionary<string, StoredDifference> before = (await DifferencesAsync(day, cancellation)).ToDictionary(d => d.Key);
        List<StoredDifference> rows = [.. Rows(text, now, result, looked, before)];
        await using DbConnection connection = await database.OpenAsync(cancellation);
        await using DbTransaction transaction = await connection.BeginTransactionAsync(cancellation);
        foreach (StoredDifference row in rows)
        {
            await ExecuteAsync(UpsertDifference, new
            {
                Merchant = _merchant,
                row.Day,
                row.Key,
                row.Movement,
                row.Kind,
                row.Cause,
                row.State,
                row.OrderId,
                row.PaymentKey,
                row.TransactionKey,
                row.SubscriptionId,
                row.AtMs,
                row.TheirKrw,
                row.OurKrw,
                row.TheirState,
                row.OurState,
                row.FirstSeenMs,
                row.LastSeenMs,
                row.ResolvedAtMs,
                row.Actor,
                row.Reason,
            });
        }

        bool complete = looked.All(l => l.Verdict.Cause != Causes.NotVerified);
        await ExecuteAsync(
            """
            INSERT INTO reconciliation_day (merchant, day, state, tried_at_ms, until_ms, failure, their_payments, their_paid_krw, their_refunds, their_refunded_krw,
              our_payments, our_paid_krw, our_refunds, our_refunded_krw, foreign_rows, awaited)
            VALUES (@_merchant, @text, @state, @now, @until, @failure, @TheirPayments, @TheirPaidKrw, @TheirRefunds, @TheirRefundedKrw,
              @OurPayments, @OurPaidKrw, @OurRefunds, @OurRefundedKrw, @foreign, @Awaited)
            ON CONFLICT (merchant, day) DO UPDATE SET state = excluded.state, tried_at_ms = excluded.tried_at_ms, until_ms = excluded.until_ms, failure = excluded.failure,
              their_payments = excluded.their_payments, their_paid_krw = excluded.their_paid_krw, their_refunds = excluded.their_refunds, their_refunded_krw = excluded.their_refunded_krw,
              our_payments = excluded.our_payments, our_paid_krw = excluded.our_paid_krw, our_refunds = excluded.our_refunds, our_refunded_krw = excluded.our_refunded_krw,
              foreign_rows = excluded.foreign_rows, awaited = excluded.awaited
            """,
            new
            {
                _merchant,
                text,
                state = complete ? "compared" : "failed",
                now = now.ToUnixTimeMilliseconds(),
                until = until.ToUnixTimeMilliseconds(),
                failure = complete ? null : "not every payment could be looked up",
                TheirPayments = result.Theirs.Payments,
                TheirPaidKrw = result.Theirs.PaidKrw,
                TheirRefunds = result.Theirs.Refunds,
                TheirRefundedKrw = result.Theirs.RefundedKrw,
                OurPayments = result.Ours.Payments,
                OurPaidKrw = result.Ours.PaidKrw,
                OurRefunds = result.Ours.Refunds,
                OurRefundedKrw = result.Ours.RefundedKrw,
                foreign = result.Foreign.Length,
                result.Awaited,
            });
        int open = await connection.QuerySingleAsync<int>(new CommandDefinition(
            "SELECT count(*) FROM reconciliation_difference WHERE merchant = @_merchant AND day = @text AND state = 'open'", new { _merchant, text }, transaction, cancellationToken: cancellation));
        await transaction.CommitAsync(cancellation);
        return new DaySaved(open, [.. rows.Where(r => r.State is DifferenceStates.Open or DifferenceStates.Mended
            && (before.GetValueOrDefault(r.Key) is not { } known || known.Cause != r.Cause || known.State is not (DifferenceStates.Open or DifferenceStates.Mended)))]);

        Task<int> ExecuteAsync(string sql, object parameters) => connection.ExecuteAsync(new CommandDefinition(sql, parameters, transaction, cancellationToken: cancellation));
    }

    /// <summary>The rows as they are to be from now on; those that stay as they are left out.</summary>
    private static IEnumerable<StoredDifference> Rows(string day, Instant now, DayResult result, IReadOnlyList<Looked> looked, Dictionary<string, StoredDifference> before)
    {
        Dictionary<string, Looked> byKey = looked.ToDictionary(l => l.Difference.Key);
        HashSet<string> found = [.. result.Differences.Select(d => d.Key)];
        foreach (Difference difference in result.Differences.Where(d => before.GetValueOrDefault(d.Key) is not { } known || !known.IsSettledFor(d)))
        {
            Verdict verdict = byKey.GetValueOrDefault(difference.Key)?.Verdict ?? new Verdict(Causes.NotVerified);
            // A second payment stays in the provider's list for ever; its refund is what settles it.
            bool settled = verdict is { Mended: true, Cause: Causes.SecondPayment };
            yield return Stamped(StoredDifference.Of(day, difference, verdict.Cause, settled ? DifferenceStates.Mended : DifferenceStates.Open, now), settled);
        }

        foreach (Looked mended in looked.Where(l => l.Verdict.Mended && !found.Contains(l.Difference.Key)))
        {
            yield return Stamped(StoredDifference.Of(day, mended.Difference, mended.Verdict.Cause, DifferenceStates.Mended, now), settled: true);
        }

        foreach (StoredDifference gone in before.Values.Where(d => d.State == DifferenceStates.Open && !found.Contains(d.Key) && !byKey.ContainsKey(d.Key)))
        {
            (gone.State, gone.ResolvedAtMs) = (DifferenceStates.Gone, now.ToUnixTimeMilliseconds());
            yield return gone;
        }

        foreach (ProviderTransaction foreign in result.Foreign.Take(MostForeign))
        {
            yield return StoredDifference.Of(day, foreign, now);
        }

        StoredDifference Stamped(StoredDifference row, bool settled)
        {
            (row.ResolvedAtMs, row.Actor) = (settled ? now.ToUnixTimeMilliseconds() : null, settled ? ByProgram : null);
            return row;
        }
    }
}
