using NodaTime;
using OrleansBilling.Domain;
using OrleansBilling.Simulation.Engine;
using OrleansBilling.Simulation.People;
using OrleansBilling.Simulation.Provider;
using OrleansBilling.Simulation.World;

namespace OrleansBilling.Simulation.Audit;

/// <summary>
/// Sees everything (each request, the provider's ledger, each stored state) and says which promise is broken, at the moment at which it breaks. What it knows comes from
/// the ledger and from stored states alone, never from a process's memory.
/// </summary>
internal sealed partial class Auditor(Scheduler time, Trace? trace)
{
    private static readonly Duration LongestClockError = Duration.FromMinutes(2);
    private static readonly Duration MaxSendAge = Duration.FromDays(14);

    private readonly Dictionary<string, Order> _orders = [];
    private readonly Dictionary<string, (Subject Subject, string MethodId)> _keys = [];
    private readonly Dictionary<Subject, SubjectBook> _books = [];

    /// <summary>The first promise that broke; null while all hold.</summary>
    public Violation? Violation { get; private set; }
    public int Charges { get; private set; }
    public int Unknowns { get; private set; }

    /// <summary>Until when a request may be late for a reason. Set by the run.</summary>
    public required Func<Instant> TroubledUntil { get; init; }

    /// <summary>Told of every approval.</summary>
    public required Action<LedgerPayment> OnApproved { get; init; }

    /// <summary>Told of every stored state: which subscription, the one before, this one.</summary>
    public required Action<Subject, Subscription?, Subscription> OnWrote { get; init; }

    private void Break(ViolationKind kind, string text)
    {
        if (Violation is null)
        {
            Violation = new Violation(kind, text);
            trace?.Add("AUDITOR", text);
        }
    }

    private SubjectBook BookOf(Subject subject)
    {
        if (!_books.TryGetValue(subject, out SubjectBook? book))
        {
            _books.Add(subject, book = new SubjectBook());
        }

        return book;
    }

    /// <summary>The code under test threw something that no fault explains.</summary>
    public void Threw(Subject subject, string doing, Exception error) =>
        Break(ViolationKind.Other, $"{subject.Id} threw in {doing}: {error.GetType().Name}: {error.Message}");

    public void NeverRests(int steps) => Break(ViolationKind.Missed, $"{steps} steps, and no rest");

    public void Sent(ChargeCall call)
    {
        Order? order = _orders.GetValueOrDefault(call.OrderId) ?? FirstSent(call);
        if (order is null)
        {
            return;
        }

        if ((call with { Silo = order.First.Silo }) != order.First)
        {
            Break(ViolationKind.Other, $"{call.OrderId} was sent again with other content: {call} after {order.First}");
        }

        if (time.Now - order.NotBefore > MaxSendAge + LongestClockError)
        {
            Break(ViolationKind.Other, $"{call.OrderId} was sent {time.Now - order.NotBefore} after its time, when the provider may have forgotten its key");
        }

        if (time.Now < order.NotBefore - LongestClockError)
        {
            Break(ViolationKind.Other, $"{call.OrderId} was sent {order.NotBefore - time.Now} before its time");
        }

        // Whoever read its state before the command came may still send it.
        if (order.Subject.Stored!.Pending.FirstOrDefault(p => p.Command is Command.CancelNow && time.Now > p.At + ChargePolicy.Default.StateFreshness + LongestClockError * 2) is { } cancel)
        {
            Break(ViolationKind.Other, $"{call.OrderId} was sent {time.Now - cancel.At} after {cancel.Command.Id} cancelled it");
        }
    }

    /// <summary>After a refusal for good there is no new attempt on that card, unless it paid since.</summary>
    private void CheckAlive(Order order, string methodId)
    {
        BillingEvent? last = BookOf(order.Subject).Events.LastOrDefault(e => e.Data switch
        {
            EventData.PaymentDeclined data => data.Hard && data.PaymentMethodId == methodId,
            EventData.PaymentApproved data => data.PaymentMethodId == methodId,
            _ => false,
        });
        if (last?.Data is EventData.PaymentDeclined declined)
        {
            Break(ViolationKind.Other, $"{order.First.OrderId} is on {methodId}, which {declined.OrderId} showed to be dead ({declined.Code})");
        }
    }

    private Order? FirstSent(ChargeCall call)
    {
        foreach ((Subject subject, SubjectBook book) in _books)
        {
            if (subject.Stored is not { Invoice: { Attempt: { } attempt } invoice } || attempt.OrderId != call.OrderId)
            {
                continue;
            }

            Order order = new(subject, invoice.Number, attempt.NotBefore, call);
            _orders.Add(call.OrderId, order);
            book.Orders.Add(order);
            CheckAlive(order, attempt.PaymentMethodId);
            Instant calmSince = Instant.Max(attempt.NotBefore, TroubledUntil());
            if (time.Now - calmSince > LongestLateness)
            {
                Break(ViolationKind.Missed, $"{call.OrderId} was due at {attempt.NotBefore} and was sent only {time.Now - calmSince} after the last trouble");
            }

            if (call.AmountKrw != invoice.TotalKrw)
            {
                Break(ViolationKind.Other, $"{call.OrderId} asks for {call.AmountKrw} won, its invoice for {invoice.TotalKrw}");
            }

            return order;
        }

        // Withdrawn before it was sent, or not stored yet.
        Break(ViolationKind.Other, $"{call.OrderId} was sent for the first time, and no stored state has it open");
        return null;
    }

    /// <summary>The issuer said no, or its no may hide behind this answer.</summary>
    public void RefusedByIssuer(string orderId)
    {
        if (_orders.TryGetValue(orderId, out Order? order))
        {
            order.Refused = true;
        }
    }

    public void Approved(ChargeCall call, LedgerPayment payment)
    {
        Charges++;
        if (!_orders.TryGetValue(call.OrderId, out Order? order))
        {
            return; // Broken already, when it was sent.
        }

        order.Payments.Add(payment);
        Subscription stored = order.Subject.Stored!;
        LedgerPayment? other = BookOf(order.Subject).Orders.Where(o => o.InvoiceNumber == order.InvoiceNumber).SelectMany(o => o.Payments)
            .FirstOrDefault(p => p != payment && p.BalanceKrw > 0);
        if (other is not null)
        {
            Break(ViolationKind.Double, $"invoice {order.InvoiceNumber} of {stored.Id} is paid twice: {other.PaymentKey} and {payment.PaymentKey}");
        }
        else if (stored.Invoice?.Attempt?.OrderId != call.OrderId)
        {
            Break(stored.IsLive ? ViolationKind.Other : ViolationKind.Double, $"{call.OrderId} was approved although the stored state counts it as over");
        }
        else if (stored.Cancellation is { } end && time.Now > end.At + LongestClockError * 2)
        {
            Break(ViolationKind.Double, $"{call.OrderId} was approved at {time.Now}, after the end at {end.At}");
        }
        else if (payment.TotalKrw != stored.Invoice.TotalKrw)
        {
            Break(ViolationKind.Other, $"{call.OrderId} took {payment.TotalKrw} won for an invoice of {stored.Invoice.TotalKrw}");
        }

        CheckApart(order, payment);
        OnApproved(payment);
    }

    public void CancelSent(CancelCall call)
    {
        if (call.RefundableKrw is null)
        {
            Break(ViolationKind.Other, $"the cancel of {call.PaymentKey} does not say on which balance it was decided");
        }
    }

    public void Canceled(LedgerPayment payment)
    {
        if (payment.BalanceKrw < 0)
        {
            Break(ViolationKind.Other, $"{payment.PaymentKey} was refunded by more than it took");
        }
    }

    public void KeyDeleted(string billingKey)
    {
        if (_keys.TryGetValue(billingKey, out (Subject Subject, string MethodId) key)
            && key.Subject.Stored?.Invoice?.Attempt is { } open && open.PaymentMethodId == key.MethodId)
        {
            Break(ViolationKind.Other, $"the billing key of {key.MethodId} was deleted although {open.OrderId} is open on it");
        }
    }

    /// <summary>A caller was told that its command is accepted, deferred or refused.</summary>
    public void Answered(Subject subject, Answer answer)
    {
        bool again = !BookOf(subject).Answered.Add(answer.CommandId);
        bool durable = again || answer.Refused || (subject.Stored is { } stored
            && (stored.Answered.Any(a => a.CommandId == answer.CommandId) || stored.Pending.Any(p => p.Command.Id == answer.CommandId)));
        if (!durable)
        {
            Break(ViolationKind.Other, $"{answer.CommandId} was answered before it was stored");
        }
    }
}
