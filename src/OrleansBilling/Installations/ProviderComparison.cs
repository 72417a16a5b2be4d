using System.Data.Common;
using Dapper;
using NodaTime;
using OrleansBilling.Reconciliation;
using OrleansBilling.Storage;
using OrleansBilling.Toss;

namespace OrleansBilling.Installations;

/// <summary>
/// Before a live silo charges after its start: does the provider know of charges that this database has never heard of? Then the database was restored from an older backup,
/// whose subscriptions would charge again what was charged since; nothing is sent until an operator has compared and armed it. The gate stays closed until this is answered.
/// </summary>
internal sealed class ProviderComparison(
    ProviderList list,
    UnknownCharges charges,
    InstallationStamp stamp,
    InstallationOptions options,
    ChargingGate gate,
    Database database,
    TimeProvider time,
    ILogger<ProviderComparison> logger) : BackgroundService
{
    private static readonly TimeSpan RetryPeriod = TimeSpan.FromSeconds(30);

    // Before the newest state by this much, since charges that were under way when it was written may be a little older.
    private static readonly Duration Overlap = Duration.FromHours(1);

    // An installation that nobody ran for longer than this is compared for this long back; an order id that an older backup would use again is refused by the provider.
    private static readonly Duration LongestLook = Duration.FromDays(60);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (options.Environment == BillingEnvironment.Live)
        {
            using PeriodicTimer timer = new(RetryPeriod, time);
            while (!await TryCompareAsync(stoppingToken) && await timer.WaitForNextTickAsync(stoppingToken))
            {
            }
        }
    }

    /// <returns>False when the provider or the database did not answer.</returns>
    private async Task<bool> TryCompareAsync(CancellationToken cancellation)
    {
        try
        {
            Instant now = Instant.FromDateTimeOffset(time.GetUtcNow());
            Instant? newestState = await NewestStateAsync(cancellation);
            Instant from = Instant.Max((newestState ?? now) - Overlap, now - LongestLook);
            Instant? unexplained = null;
            await foreach (TransactionsAnswer answer in list.PagesAsync(from, now + Overlap, cancellation))
            {
                if (answer is not TransactionsAnswer.Page page)
                {
                    Log.ComparisonFailed(logger, null);
                    return false;
                }

                foreach (TossTransaction transaction in await charges.AmongAsync(page.InWon, cancellation))
                {
                    unexplained = Instant.Max(unexplained ?? Instant.MinValue, transaction.TransactionAt);
                }
            }

            await stamp.DisarmIfBehindAsync(newestState?.ToDateTimeOffset(), unexplained?.ToDateTimeOffset(), cancellation);
            await gate.ComparedAsync(cancellation);
            return true;
        }
        catch (Exception error) when (error is DbException or TimeoutException or OrleansException)
        {
            Log.ComparisonFailed(logger, error);
            return false;
        }
    }

    private async Task<Instant?> NewestStateAsync(CancellationToken cancellation)
    {
        await using DbConnection connection = await database.OpenAsync(cancellation);
        long? newest = await connection.QuerySingleAsync<long?>(new CommandDefinition("SELECT max(occurred_at_ms) FROM events", cancellationToken: cancellation));
        return newest is { } ms ? Instant.FromUnixTimeMilliseconds(ms) : null;
    }
}
