using NodaTime;
using static OrleansBilling.Domain.EventData;

namespace OrleansBilling.Domain;

public static partial class SubscriptionLifecycle
{
    /// <summary>Actor of everything that happens by itself.</summary>
    public const string Scheduler = "system:billing";

    /// <summary>Who did it and what led to it.</summary>
    private readonly record struct Why(string Actor, string Cause)
    {
        public static Why Schedule { get; } = new(Scheduler, "schedule");
        public static Why Order(string orderId) => new(Scheduler, orderId);
        public static Why Of(Command command) => new(command.Actor, command.Id);
    }

    private static Subscription Tell(this Subscription s, Instant at, Why why, EventData data)
    {
        BillingEvent @event = new()
        {
            Id = $"evt_{Body(s.Id)}_{s.LastSequence + 1}",
            Merchant = s.Merchant,
            Subscription = s.Id,
            Sequence = s.LastSequence + 1,
            OccurredAt = at,
            Livemode = s.Livemode,
            Actor = why.Actor,
            Cause = why.Cause,
            Data = data,
        };
        return s with { LastSequence = @event.Sequence, Outbox = s.Outbox.Add(@event) };
    }

    /// <summary>Tells that the invoice fell due, once, before anything else is told of it.</summary>
    private static Subscription TellIssued(this Subscription s)
    {
        if (s.Invoice is not { Issued: false } invoice)
        {
            return s;
        }

        KoreanVat vat = new(invoice.TotalKrw, invoice.TaxFreeKrw);
        return (s with { Invoice = invoice with { Issued = true } }).Tell(invoice.DueAt, Why.Schedule, new InvoiceIssued(
            invoice.Number, invoice.TotalKrw, vat.VatKrw, invoice.TaxFreeKrw, invoice.Period.Start, invoice.Period.End, invoice.DueAt));
    }

    private static string Body(string id) => id[(id.IndexOf('_', StringComparison.Ordinal) + 1)..];
}
