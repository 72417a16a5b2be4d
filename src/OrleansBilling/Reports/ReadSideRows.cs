using System.Text.Json;
using NodaTime;
using OrleansBilling.Domain;
using OrleansBilling.Storage;

namespace OrleansBilling.Reports;

/// <summary>
/// The rows of the read side that a batch of subscriptions asks for: the one place that says what they hold. Each key stands once, because one statement cannot touch a row
/// twice, and what would win in the table wins here: of a subscription the newest state, of a payment the first approval, of everything else what was told first.
/// </summary>
internal sealed class ReadSideRows
{
    private readonly Dictionary<(string, string), SubscriptionRecord> _subscriptions = [];
    private readonly Dictionary<(string, string, long), EventRecord> _events = [];
    private readonly Dictionary<(string, string, int), InvoiceRecord> _invoices = [];
    private readonly Dictionary<(string, string, int), InvoiceClosing> _closings = [];
    private readonly Dictionary<(string, string), PaymentRecord> _payments = [];
    private readonly Dictionary<(string, string), RefundRecord> _refunds = [];

    // In the order of their keys, always: two silos that write the same rows wait for each other, and never in a circle.
    public IReadOnlyList<SubscriptionRecord> Subscriptions => [.. _subscriptions.Values.OrderBy(r => r.Merchant, StringComparer.Ordinal).ThenBy(r => r.Id, StringComparer.Ordinal)];

    public IReadOnlyList<EventRecord> Events => [.. _events.Values.OrderBy(r => r.Subscription, StringComparer.Ordinal).ThenBy(r => r.Sequence)];

    public IReadOnlyList<InvoiceRecord> Invoices => [.. _invoices.Values.OrderBy(r => r.Subscription, StringComparer.Ordinal).ThenBy(r => r.Number)];

    /// <summary>Of invoices that were issued in an earlier batch.</summary>
    public IReadOnlyList<InvoiceClosing> Closings => [.. _closings.Values.OrderBy(r => r.Subscription, StringComparer.Ordinal).ThenBy(r => r.Number)];

    public IReadOnlyList<PaymentRecord> Payments => [.. _payments.Values.OrderBy(r => r.OrderId, StringComparer.Ordinal)];

    public IReadOnlyList<RefundRecord> Refunds => [.. _refunds.Values.OrderBy(r => r.TransactionKey, StringComparer.Ordinal)];

    public int Count => _subscriptions.Count + _events.Count + _invoices.Count + _closings.Count + _payments.Count + _refunds.Count;

    /// <summary>The subscription as it is now, and its events after <paramref name="publishedThrough"/>.</summary>
    public void Add(Subscription s, long publishedThrough)
    {
        SubscriptionRecord row = RecordOf(s);
        if (!_subscriptions.TryGetValue((s.Merchant, s.Id), out SubscriptionRecord? there) || there.Sequence < row.Sequence)
        {
            _subscriptions[(s.Merchant, s.Id)] = row;
        }

        foreach (BillingEvent e in s.Outbox)
        {
            if (e.Sequence > publishedThrough && _events.TryAdd((e.Merchant, e.Subscription, e.Sequence), RecordOf(e)))
            {
                AddEffect(e);
            }
        }
    }

    /// <summary>
    /// What the state itself remembers of money: its open invoice with the declines, and the last payment. Only for rebuilding: events say the same, and more.
    /// </summary>
    public void AddRemembered(Subscription s)
    {
        if (s.Invoice is { Issued: true } open)
        {
            KoreanVat vat = new(open.TotalKrw, open.TaxFreeKrw);
            _invoices.TryAdd((s.Merchant, s.Id, open.Number), new InvoiceRecord(
                s.Merchant, s.Id, open.Number, InvoiceRecord.Issued, open.TotalKrw, vat.VatKrw, vat.TaxFreeKrw, Ms(open.Period.Start), Ms(open.Period.End), Ms(open.DueAt), null));
            foreach (ClosedAttempt declined in open.Closed.Where(a => a.End == AttemptEnd.Declined))
            {
                _payments.TryAdd((s.Merchant, declined.OrderId), new PaymentRecord(
                    s.Merchant, declined.OrderId, s.Id, open.Number, PaymentRecord.Declined, open.TotalKrw, Ms(declined.ClosedAt), null, declined.Code, null));
            }
        }

        if (s.LastPayment is { } paid)
        {
            _payments.TryAdd((s.Merchant, paid.OrderId), new PaymentRecord(
                s.Merchant, paid.OrderId, s.Id, paid.InvoiceNumber, PaymentRecord.Approved, paid.AmountKrw, Ms(paid.ApprovedAt), paid.PaymentKey, null, null));
        }
    }

    private void AddEffect(BillingEvent e)
    {
        switch (e.Data)
        {
            case EventData.InvoiceIssued i:
                _invoices.TryAdd((e.Merchant, e.Subscription, i.Number), new InvoiceRecord(
                    e.Merchant, e.Subscription, i.Number, InvoiceRecord.Issued, i.TotalKrw, i.VatKrw, i.TaxFreeKrw, Ms(i.PeriodStart), Ms(i.PeriodEnd), Ms(i.DueAt), null));
                break;
            case EventData.InvoicePaid i:
                Close(e, i.Number, InvoiceRecord.Paid);
                break;
            case EventData.InvoiceWrittenOff i:
                Close(e, i.Number, InvoiceRecord.WrittenOff);
                break;
            case EventData.PaymentApproved p when !IsApproved(e, p.OrderId):
                _payments[(e.Merchant, p.OrderId)] = new PaymentRecord(
                    e.Merchant, p.OrderId, e.Subscription, p.InvoiceNumber, PaymentRecord.Approved, p.AmountKrw, Ms(p.ApprovedAt), p.PaymentKey, null, p.ReceiptUrl);
                break;
            case EventData.PaymentDeclined p when !IsApproved(e, p.OrderId):
                _payments[(e.Merchant, p.OrderId)] = new PaymentRecord(
                    e.Merchant, p.OrderId, e.Subscription, p.InvoiceNumber, PaymentRecord.Declined, p.AmountKrw, Ms(e.OccurredAt), null, p.Code, null);
                break;
            case EventData.RefundSucceeded r:
                _refunds.TryAdd((e.Merchant, r.TransactionKey), new RefundRecord(e.Merchant, r.TransactionKey, e.Subscription, r.InvoiceNumber, r.PaymentKey, r.AmountKrw, Ms(r.RefundedAt)));
                break;
        }
    }

    private bool IsApproved(BillingEvent e, string orderId) => _payments.TryGetValue((e.Merchant, orderId), out PaymentRecord? there) && there.State == PaymentRecord.Approved;

    // Closed once; whatever closed it first stands.
    private void Close(BillingEvent e, int number, string state)
    {
        (string, string, int) key = (e.Merchant, e.Subscription, number);
        if (!_invoices.TryGetValue(key, out InvoiceRecord? issued))
        {
            _closings.TryAdd(key, new InvoiceClosing(e.Merchant, e.Subscription, number, state, Ms(e.OccurredAt)));
        }
        else if (issued.State == InvoiceRecord.Issued)
        {
            _invoices[key] = issued with { State = state, ClosedAtMs = Ms(e.OccurredAt) };
        }
    }

    private static SubscriptionRecord RecordOf(Subscription s)
    {
        Instant? needsAt = NeedsAt(s, new(s.StartedAt, "")); // When does not depend on when one looks, but for what is late already.
        return new(
            s.Merchant,
            s.Id,
            s.LastSequence,
            s.CustomerId,
            s.Terms.ProductId,
            s.Terms.PlanId,
            s.Terms.PlanVersion,
            s.Status.ToString(),
            s.Terms.PriceKrw,
            Ms(s.StartedAt),
            s is { Parked: null, Invoice.Attempt: { } attempt } ? Ms(attempt.NotBefore) : null,
            s.EndedAt is { } ended ? Ms(ended) : null,
            s.Parked?.Reason,
            s is { Parked: null, Invoice.Attempt: { Doubt: not null } doubted } ? Ms(doubted.NotBefore) : null,
            Rests: needsAt is null ? 1 : 0,
            needsAt is { } at ? Ms(at) : null);
    }

    /// <summary>When its reminder has to wake it at the latest; null when nothing is needed until a person does something. No step is taken here, so no credential matters.</summary>
    public static Instant? NeedsAt(Subscription s, Circumstances c) => NextStep.For(s, c) switch
    {
        NextStep.Rest => null,
        NextStep.Wait wait => wait.Until,
        _ => c.Now,
    };

    private static EventRecord RecordOf(BillingEvent e) =>
        new(e.Merchant, e.Subscription, e.Sequence, e.Id, e.Type, Ms(e.OccurredAt), e.Actor, JsonSerializer.Serialize(e, StoredJson.Options));

    private static long Ms(Instant instant) => instant.ToUnixTimeMilliseconds();

    internal sealed record SubscriptionRecord(
        string Merchant, string Id, long Sequence, string CustomerId, string ProductId, string PlanId, int PlanVersion, string Status, long PriceKrw, long StartedAtMs,
        long? NextChargeAtMs, long? EndedAtMs, string? ParkedReason, long? UnknownSinceMs, int Rests, long? NeedsAtMs);

    internal sealed record EventRecord(string Merchant, string Subscription, long Sequence, string Id, string Type, long OccurredAtMs, string Actor, string Body);

    internal sealed record InvoiceRecord(
        string Merchant, string Subscription, int Number, string State, long TotalKrw, long VatKrw, long TaxFreeKrw, long PeriodStartMs, long PeriodEndMs, long DueAtMs, long? ClosedAtMs)
    {
        public const string Issued = "issued";
        public const string Paid = "paid";
        public const string WrittenOff = "written_off";
    }

    internal sealed record InvoiceClosing(string Merchant, string Subscription, int Number, string State, long ClosedAtMs);

    internal sealed record PaymentRecord(
        string Merchant, string OrderId, string Subscription, int InvoiceNumber, string State, long AmountKrw, long AtMs, string? PaymentKey, string? Code, string? ReceiptUrl)
    {
        public const string Approved = "approved";
        public const string Declined = "declined";
    }

    internal sealed record RefundRecord(string Merchant, string TransactionKey, string Subscription, int InvoiceNumber, string PaymentKey, long AmountKrw, long AtMs);
}
