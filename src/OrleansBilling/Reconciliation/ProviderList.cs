using System.Runtime.CompilerServices;
using NodaTime;
using OrleansBilling.Domain.Reconciliation;
using OrleansBilling.Toss;

namespace OrleansBilling.Reconciliation;

/// <summary>Reads the provider's transaction list, page by page, oldest first. Apart from charging: one call at a time, with a pause between two.</summary>
internal sealed class ProviderList(TossClient toss, TimeProvider time)
{
    /// <summary>Real time between two calls. The sandbox of the provider allows 100 calls a minute for each API; charging needs its share of everything else.</summary>
    public static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    /// <summary>Pages until the last one, or until one fails: a failure comes last.</summary>
    public async IAsyncEnumerable<TransactionsAnswer> PagesAsync(Instant from, Instant to, [EnumeratorCancellation] CancellationToken cancellation)
    {
        string? next = null;
        do
        {
            if (next is not null)
            {
                await Task.Delay(Pause, time, cancellation);
            }

            TransactionsAnswer answer = await toss.ListTransactionsAsync(from, to, next, TossClient.MaxTransactionsPerPage, cancellation);
            yield return answer;
            next = (answer as TransactionsAnswer.Page)?.Next;
        }
        while (next is not null);
    }

    public static ProviderTransaction RowOf(TossTransaction t) => new(t.TransactionKey, t.PaymentKey, t.OrderId, t.Status, t.TransactionAt, t.AmountKrw);
}
