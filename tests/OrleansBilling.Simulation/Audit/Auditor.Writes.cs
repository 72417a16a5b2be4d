using NodaTime;
using OrleansBilling.Domain;
using OrleansBilling.Simulation.Engine;
using OrleansBilling.Simulation.People;
using OrleansBilling.Simulation.Provider;

namespace OrleansBilling.Simulation.Audit;

/// <summary>Each stored state, compared with the one before it and with the ledger.</summary>
internal sealed partial class Auditor
{
    public void Wrote(Subject subject, Subscription? before, Subscription next)
    {
        SubjectBook book = BookOf(subject);
        foreach (PaymentMethod method in next.PaymentMethods)
        {
            if (method.EncryptedBillingKey is { } key)
            {
                _keys.TryAdd(Encrypted.Read(key), (subject, method.Id));
            }
        }

        CheckEvents(subject, book, before, next);
        if (before is { IsLive: false } && next.IsLive)
        {
            Break(ViolationKind.Other, $"{subject.Id} had ended and lives again");
        }

        if (before?.Invoice?.Attempt is { } attempt && next.Invoice?.Attempt?.OrderId != attempt.OrderId)
        {
            CheckClosed(attempt, next);
        }

        if (next.Invoice is { FailedTries: > 0 } invoice)
        {
            CheckTries(book, invoice);
        }

        OnWrote(subject, before, next);
    }

    private void CheckEvents(Subject subject, SubjectBook book, Subscription? before, Subscription next)
    {
        long last = before?.LastSequence ?? 0;
        if (next.LastSequence < last)
        {
            Break(ViolationKind.Other, $"the stored state of {subject.Id} went back from event {last} to {next.LastSequence}");
            return;
        }

        foreach (BillingEvent e in next.Outbox)
        {
            if (e.Sequence <= last)
            {
                continue;
            }

            if (e.Sequence != book.Events.Count + 1)
            {
                Break(ViolationKind.Other, $"event {e.Sequence} of {subject.Id} was stored after event {book.Events.Count}");
            }

            book.Events.Add(e);
            book.StoredAt.Add(time.Now);
            Unknowns += e.Data is EventData.PaymentUnknown ? 1 : 0;
        }

        if (book.Events.Count != next.LastSequence)
        {
            Break(ViolationKind.Other, $"{subject.Id} says that it told {next.LastSequence} events, and stored {book.Events.Count}");
        }

        long firstKept = next.Outbox.IsEmpty ? next.LastSequence + 1 : next.Outbox[0].Sequence;
        foreach (BillingEvent e in before?.Outbox ?? [])
        {
            if (e.Sequence < firstKept && !subject.HasPublished(e.Sequence))
            {
                Break(ViolationKind.Other, $"event {e.Sequence} of {subject.Id} left the outbox before it was published");
            }
        }
    }

    /// <summary>An attempt that is over must not have taken money that the state does not know of.</summary>
    private void CheckClosed(Attempt attempt, Subscription next)
    {
        if (!_orders.TryGetValue(attempt.OrderId, out Order? order))
        {
            return; // Never sent.
        }

        foreach (LedgerPayment payment in order.Payments)
        {
            bool known = next.LastPayment?.PaymentKey == payment.PaymentKey || next.Refunds.Any(r => r.PaymentKey == payment.PaymentKey) || payment.BalanceKrw == 0;
            if (!known)
            {
                Break(ViolationKind.Other, $"{attempt.OrderId} was closed as not paid, and {payment.PaymentKey} took the money");
            }
        }
    }

    private void CheckTries(SubjectBook book, Invoice invoice)
    {
        int refused = 0;
        foreach (Order order in book.Orders)
        {
            refused += order.InvoiceNumber == invoice.Number && order.Refused ? 1 : 0;
        }

        if (invoice.FailedTries > refused)
        {
            Break(ViolationKind.Other, $"{invoice.FailedTries} tries count against invoice {invoice.Number}, and the issuer refused {refused}");
        }
    }

    public void Published(Subject subject, BillingEvent e)
    {
        SubjectBook book = BookOf(subject);
        List<BillingEvent> stored = book.Events;
        if (e.Sequence > stored.Count)
        {
            Break(ViolationKind.Other, $"event {e.Sequence} of {subject.Id} was published before it was stored");
        }
        else if (stored[(int)e.Sequence - 1] != e)
        {
            Break(ViolationKind.Other, $"event {e.Sequence} of {subject.Id} was published as {e.Type} and stored as {stored[(int)e.Sequence - 1].Type}, or with other content");
        }
        else if (!subject.HasPublished(e.Sequence))
        {
            Duration late = time.Now - Instant.Max(book.StoredAt[(int)e.Sequence - 1], TroubledUntil());
            bool wasSplit = book.StoredAt[(int)e.Sequence - 1] <= subject.SplitUntil; // Two processes that both live may set the reminder within the same second: the next charge tells.
            if (late > LongestLateness && !wasSplit)
            {
                Break(ViolationKind.Missed, $"event {e.Sequence} of {subject.Id} was published only {late} after the last trouble");
            }
        }
    }
}
