using NodaTime;
using OrleansBilling.Domain;
using OrleansBilling.Simulation.Engine;
using OrleansBilling.Simulation.Provider;

namespace OrleansBilling.Simulation.Audit;

/// <summary>What has to hold when the faults have stopped for long enough.</summary>
internal sealed partial class Auditor
{
    /// <summary>Some periods of the reminder, a refusal's wait, and what a request takes.</summary>
    private static readonly Duration LongestLateness = Duration.FromMinutes(20);

    /// <summary>True when nothing is under way, so that <see cref="CheckCalm"/> can judge.</summary>
    public bool IsQuiet(Subject subject) => subject.Stored is not { } s
        || (subject.Home is not { Alive: true, Idle: false } && StepOf(s) is NextStep.Wait or NextStep.Rest && s.Invoice?.Attempt is null or { Doubt: null, LookUp: null });

    private NextStep StepOf(Subscription s) => NextStep.For(s, new Circumstances(time.Now, s.Invoice?.Attempt?.Credential ?? ""));

    public void CheckCalm(Subject subject)
    {
        if (subject.Stored is not { } s)
        {
            return;
        }

        NextStep step = StepOf(s);
        if (step is not (NextStep.Wait or NextStep.Rest) || s.Invoice?.Attempt is { Doubt: not null } or { LookUp: not null })
        {
            Break(ViolationKind.Missed, $"{s.Id} still needs {Shown.Of(step)} long after the last fault: {Shown.Of(s)}");
        }
        else if (step is NextStep.Wait wait && (subject.Reminder is not { } reminder || reminder.Start > wait.Until))
        {
            Break(ViolationKind.Missed, $"{s.Id} waits for {wait.Until}, and its reminder is {subject.Reminder?.Start.ToString() ?? "missing"}");
        }
        else if (s.Parked is { } parked)
        {
            Break(ViolationKind.Other, $"{s.Id} is parked since {parked.At} ({parked.Reason})");
        }
        else if (s.Status is SubscriptionStatus.Active or SubscriptionStatus.Trialing && s is { Cancellation: null, Invoice: null or { Attempt: null } })
        {
            Break(ViolationKind.Missed, $"{s.Id} is {s.Status}, and nothing is planned");
        }
        else if (s.Status is SubscriptionStatus.Active or SubscriptionStatus.Trialing && s.Invoice is { } invoice && invoice.DueAt < time.Now - LongestLateness)
        {
            Break(ViolationKind.Missed, $"{s.Id} is {s.Status}, and invoice {invoice.Number} is due since {invoice.DueAt}");
        }
        else if (s.Refunds.Length > 0)
        {
            Break(ViolationKind.Missed, $"{s.Refunds.Length} refunds of {s.Id} are not done");
        }

        SubjectBook book = BookOf(subject);
        for (long sequence = 1; sequence <= book.Events.Count; sequence++)
        {
            if (!subject.HasPublished(sequence))
            {
                Break(ViolationKind.Other, $"event {sequence} of {subject.Id} is not published");
            }
        }

        CheckMoney(subject, book);
        CheckPeriods(subject, book);
    }

    /// <summary>Each won at the provider is explained by an event, and each payment in an event is in the ledger.</summary>
    private void CheckMoney(Subject subject, SubjectBook book)
    {
        Dictionary<string, EventData.InvoicePaid> paid = [];
        HashSet<string> givenBack = [];
        HashSet<int> invoices = [];
        HashSet<string> unwanted = [];
        Dictionary<string, long> told = [];
        bool cancelWaits = false;
        foreach (BillingEvent e in book.Events)
        {
            switch (e.Data)
            {
                case EventData.InvoicePaid data when !invoices.Add(data.Number) || !paid.TryAdd(data.PaymentKey, data):
                    Break(ViolationKind.Double, $"invoice {data.Number} of {subject.Id} was told as paid twice");
                    break;
                case EventData.CommandDeferred { Command: "cancel_now" }:
                    cancelWaits = true;
                    break;
                case EventData.CancellationUndone:
                    cancelWaits = false;
                    break;
                case EventData.PaymentApproved data:
                    told[data.PaymentKey] = data.AmountKrw;
                    if (cancelWaits)
                    {
                        unwanted.Add(data.PaymentKey);
                    }

                    break;
                case EventData.RefundRequested data:
                    givenBack.Add(data.PaymentKey);
                    break;
            }
        }

        foreach (LedgerPayment payment in book.Orders.SelectMany(o => o.Payments))
        {
            bool isTold = paid.Remove(payment.PaymentKey, out EventData.InvoicePaid? data);
            bool back = givenBack.Contains(payment.PaymentKey);
            if (payment.BalanceKrw > 0 && back)
            {
                Break(ViolationKind.Other, $"{payment.PaymentKey} was to go back, and {payment.BalanceKrw} won are still there");
            }
            else if (payment.BalanceKrw > 0 && unwanted.Contains(payment.PaymentKey))
            {
                Break(ViolationKind.Other, $"{payment.PaymentKey} came after its subscription was cancelled, and is not given back");
            }
            else if (payment.BalanceKrw > 0 && !isTold)
            {
                Break(ViolationKind.Other, $"no event of {subject.Id} explains {payment.PaymentKey}");
            }
            else if (!back && payment.Cancels.Any(c => c.Reason.Contains($"#{subject.Id}-r", StringComparison.Ordinal)))
            {
                Break(ViolationKind.Other, $"no event of {subject.Id} explains the refund of {payment.PaymentKey}");
            }
            else if (isTold && (data!.TotalKrw != payment.TotalKrw || told.GetValueOrDefault(payment.PaymentKey) != payment.TotalKrw))
            {
                Break(ViolationKind.Other, $"{payment.PaymentKey} took {payment.TotalKrw} won and was told as {told.GetValueOrDefault(payment.PaymentKey)}, paying {data.TotalKrw}");
            }
        }

        if (paid.Count > 0)
        {
            Break(ViolationKind.Other, $"{paid.Keys.First()} was told as paid and is not in the ledger");
        }
    }
}
