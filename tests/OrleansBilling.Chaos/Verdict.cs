using NodaTime;
using OrleansBilling.Domain;
using OrleansBilling.TossSimulator.State;
using Period = OrleansBilling.Domain.Period;

namespace OrleansBilling.Chaos;

/// <summary>What the two books say of each period that fell due, and where they differ.</summary>
internal sealed class Verdict
{
    private static readonly DateTimeZone Zone = DateTimeZoneProviders.Tzdb["Asia/Seoul"];

    private readonly Books _books;
    private readonly Instant _until;
    private readonly List<string> _findings = [];
    private readonly HashSet<string> _kept;

    /// <param name="expected">Every subscription that was sold.</param>
    /// <param name="cancelled">Those whose immediate cancellation was accepted.</param>
    /// <param name="until">Periods that begin before this must be accounted for.</param>
    public Verdict(Books books, IReadOnlyCollection<string> expected, IReadOnlyCollection<string> cancelled, Instant until)
    {
        (_books, _until) = (books, until);
        _kept = KeptApprovals();
        Subscriptions = expected.Count;
        Twice();
        Compare();
        Periods(expected);
        Ends(cancelled);
        Unknown = books.Unknown.Count;
        Find(books.Unknown.Select(id => $"unknown: {id} has an attempt whose outcome nobody knows"));
        Find(books.Subscriptions.Where(s => s.ParkedReason is not null).Select(s => $"parked: {s.Id}, {s.ParkedReason}"));
        Find(books.Events.Where(e => e.Count != e.Last).Select(e => $"events: {e.Subscription} has {e.Count} of {e.Last}"));
    }

    public int Subscriptions { get; }
    public int Due { get; private set; }
    public int Charged { get; private set; }
    public int Waived { get; private set; }
    public int InDunning { get; private set; }
    public int WrittenOff { get; private set; }
    public int Double { get; private set; }
    public int Missed { get; private set; }
    public int Unknown { get; }
    public IReadOnlyList<string> Findings => _findings;

    /// <summary>The line that a run ends with.</summary>
    public override string ToString() => $"subscriptions={Subscriptions} due={Due} charged={Charged} double={Double} missed={Missed} unknown={Unknown}";

    /// <summary>Payment keys of approvals that were not refunded.</summary>
    private HashSet<string> KeptApprovals()
    {
        Dictionary<string, long> refunded = _books.Ledger.Where(row => row.Kind == LedgerKind.Cancel).GroupBy(row => row.PaymentKey).ToDictionary(rows => rows.Key, rows => rows.Sum(row => row.AmountKrw));
        return [.. _books.Ledger.Where(row => row.Kind == LedgerKind.Approval && refunded.GetValueOrDefault(row.PaymentKey) < row.AmountKrw).Select(row => row.PaymentKey)];
    }

    /// <summary>Two approvals of one order, of one invoice or of one period, none of them given back.</summary>
    private void Twice()
    {
        Dictionary<string, PaymentRow> ours = _books.Payments.ToDictionary(payment => payment.OrderId);
        ILookup<(string, int), InvoiceRow> invoices = _books.Invoices.ToLookup(invoice => (invoice.Subscription, invoice.Number));
        IEnumerable<LedgerRow> kept = _books.Ledger.Where(row => row.Kind == LedgerKind.Approval && _kept.Contains(row.PaymentKey));
        // What our book does not know stands under its order id alone.
        IEnumerable<(string Where, LedgerRow Row)> places = kept.SelectMany(row => ours.TryGetValue(row.OrderId, out PaymentRow? payment)
            ? invoices[(payment.Subscription, payment.InvoiceNumber)].Select(invoice => ($"{payment.Subscription}, period of {Books.At(invoice.PeriodStartMs)}", row)).DefaultIfEmpty(($"{payment.Subscription}, invoice {payment.InvoiceNumber}", row))
            : [($"order {row.OrderId}", row)]);
        foreach (IGrouping<string, (string, LedgerRow Row)> twice in places.GroupBy(place => place.Where).Where(place => place.Count() > 1))
        {
            Double += twice.Count() - 1;
            Find([$"double: {twice.Key} was paid by {string.Join(" and ", twice.Select(place => $"{place.Row.OrderId} at {place.Row.At:HH:mm:ss.fff}"))}"]);
        }
    }

    /// <summary>To the won, both ways.</summary>
    private void Compare()
    {
        Dictionary<string, long> theirs = _books.Ledger.Where(row => row.Kind == LedgerKind.Approval).ToDictionary(row => row.PaymentKey, row => row.AmountKrw);
        Dictionary<string, long> ours = _books.Payments.Where(payment => payment.State == "approved").ToDictionary(payment => payment.PaymentKey!, payment => payment.AmountKrw);
        Differences("approval", theirs, ours);
        Differences(
            "refund",
            _books.Ledger.Where(row => row.Kind == LedgerKind.Cancel).ToDictionary(row => row.TransactionKey, row => row.AmountKrw),
            _books.Refunds.ToDictionary(refund => refund.TransactionKey, refund => refund.AmountKrw));
    }

    private void Differences(string what, Dictionary<string, long> theirs, Dictionary<string, long> ours)
    {
        Find(theirs.Keys.Except(ours.Keys).Select(key => $"books: only the provider has {what} {key} ({OrderOf(key)})"));
        Find(ours.Keys.Except(theirs.Keys).Select(key => $"books: only we have {what} {key}"));
        Find(theirs.Where(row => ours.TryGetValue(row.Key, out long amountKrw) && amountKrw != row.Value).Select(row => $"books: {what} {row.Key} is {row.Value} won there and {ours[row.Key]} here"));
    }

    private string? OrderOf(string key) => _books.Ledger.FirstOrDefault(row => row.PaymentKey == key || row.TransactionKey == key)?.OrderId;

    private void Periods(IReadOnlyCollection<string> expected)
    {
        Dictionary<string, SubscriptionRow> known = _books.Subscriptions.ToDictionary(s => s.Id);
        ILookup<string, InvoiceRow> invoices = _books.Invoices.ToLookup(invoice => invoice.Subscription);
        ILookup<string, WaiverRow> waivers = _books.Waivers.ToLookup(waiver => waiver.Subscription);
        HashSet<(string, int)> paid = [.. _books.Payments.Where(payment => payment.State == "approved" && _kept.Contains(payment.PaymentKey!)).Select(payment => (payment.Subscription, payment.InvoiceNumber))];
        foreach (string id in expected)
        {
            if (!known.TryGetValue(id, out SubscriptionRow? s))
            {
                Missed++;
                Find([$"missed: {id} was sold, and the read side has never heard of it"]);
                continue;
            }

            Judge(s, invoices[id].ToLookup(invoice => invoice.PeriodStartMs), [.. waivers[id]], paid);
        }
    }

    private void Judge(SubscriptionRow s, ILookup<long, InvoiceRow> invoices, WaiverRow[] waivers, HashSet<(string, int)> paid)
    {
        BillingCalendar calendar = BillingCalendar.StartingAt(Instant.FromUnixTimeMilliseconds(s.StartedAtMs), ChaosPlan.Find(s.PlanId).Interval, Zone);
        // What fell due while dunning or a customer ended it, and was never paid: its end is the record of that.
        long paidThroughMs = invoices.SelectMany(asked => asked).Where(invoice => paid.Contains((s.Id, invoice.Number))).Select(invoice => invoice.PeriodStartMs).DefaultIfEmpty(long.MinValue).Max();
        for (int index = 0; IsDue(s, calendar, index); index++)
        {
            Due++;
            InvoiceRow[] asked = [.. invoices[calendar.Period(index).Start.ToUnixTimeMilliseconds()]];
            if (asked.Any(invoice => paid.Contains((s.Id, invoice.Number))))
            {
                Charged++;
            }
            else if (asked.Any(invoice => invoice.State == "written_off") || (s.Status == "Ended" && calendar.Period(index).Start.ToUnixTimeMilliseconds() > paidThroughMs))
            {
                WrittenOff++;
            }
            else if (waivers.Any(waiver => waiver.FirstIndex <= index && index <= waiver.LastIndex))
            {
                Waived++;
            }
            else if (s.Status is "PastDue" or "Incomplete")
            {
                InDunning++; // Its open invoice is asked for first; the periods behind it wait.
            }
            else
            {
                Missed++;
                Find([$"missed: {s.Id} ({s.Status}), period {index} of {Books.At(calendar.Period(index))}, {(asked is [var invoice, ..] ? $"invoice {invoice.Number} {invoice.State}" : "no invoice")}"]);
            }
        }
    }

    /// <summary>What was ended is charged no more, and what a customer was told to be cancelled is.</summary>
    private void Ends(IReadOnlyCollection<string> cancelled)
    {
        Dictionary<string, SubscriptionRow> known = _books.Subscriptions.ToDictionary(s => s.Id);
        Dictionary<string, string> subscriptions = _books.Payments.ToDictionary(payment => payment.OrderId, payment => payment.Subscription);
        Find(cancelled.Where(id => known.GetValueOrDefault(id)?.Status != "Ended").Select(id => $"not ended: {id}, whose cancellation was accepted"));
        Find(_books.Ledger
            .Where(row => row.Kind == LedgerKind.Approval && _kept.Contains(row.PaymentKey) && subscriptions.TryGetValue(row.OrderId, out string? id) && row.At.ToUnixTimeMilliseconds() > known[id].EndedAtMs)
            .Select(row => $"after the end: {row.OrderId} was approved at {row.At:HH:mm:ss.fff}"));
    }

    private bool IsDue(SubscriptionRow s, BillingCalendar calendar, int index)
    {
        Period period = calendar.Period(index);
        // A payment that came late moves the next one up to a period away; it is due then, and lies within its own period.
        bool planned = s.NextChargeAtMs is { } next && Instant.FromUnixTimeMilliseconds(next) is { } at && at >= _until && calendar.PeriodAt(at).Index <= index;
        return period.Start < _until && !planned && !(s.EndedAtMs <= period.Start.ToUnixTimeMilliseconds());
    }

    private void Find(IEnumerable<string> findings) => _findings.AddRange(findings);
}
