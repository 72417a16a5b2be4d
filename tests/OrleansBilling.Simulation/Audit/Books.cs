using NodaTime;
using OrleansBilling.Domain;
using OrleansBilling.Simulation.Engine;
using OrleansBilling.Simulation.Provider;

namespace OrleansBilling.Simulation.Audit;

/// <summary>What really happened to one order id, whatever any process believes.</summary>
internal sealed class Order(Subject subject, int invoiceNumber, Instant notBefore, ChargeCall first)
{
    public Subject Subject => subject;
    public int InvoiceNumber => invoiceNumber;
    public Instant NotBefore => notBefore;

    /// <summary>The first request. All later ones have to be the same.</summary>
    public ChargeCall First => first;

    /// <summary>An answer said, or may have meant, that the issuer does not pay.</summary>
    public bool Refused { get; set; }
    public List<LedgerPayment> Payments { get; } = [];
}

/// <summary>What really happened to one subscription.</summary>
internal sealed class SubjectBook
{
    /// <summary>As they were stored; the event with sequence n stands at n − 1.</summary>
    public List<BillingEvent> Events { get; } = [];
    /// <summary>When each of them was stored.</summary>
    public List<Instant> StoredAt { get; } = [];
    public List<Order> Orders { get; } = [];

    /// <summary>Ids of the commands that were answered.</summary>
    public HashSet<string> Answered { get; } = [];
}
