using System.Collections.Immutable;
using NodaTime;
using OrleansBilling.Domain;

namespace OrleansBilling.Toss;

/// <summary>What became of exchanging an authKey for a billing key.</summary>
internal abstract record IssueAnswer
{
    private IssueAnswer() { }

    /// <param name="MId">The MID that the key belongs to; charges under another one fail.</param>
    /// <param name="Method">카드 or 계좌이체, as the wire says it; a value, not a label.</param>
    public sealed record Issued(BillingKey BillingKey, string MId, string Method, CardFacts Card) : IssueAnswer;

    /// <summary>
    /// A code of Toss. <see cref="ProviderCodes"/> tells a transient one (repeat under the same Idempotency-Key) from a final one, such as
    /// NOT_FOUND_BILLING for an authKey that is used, expired or not ours: then the customer registers again.
    /// </summary>
    /// <param name="Message">Toss's Korean sentence for the person at the screen; encode it, never log it.</param>
    public sealed record Refused(string Code, string? Message) : IssueAnswer;

    /// <summary>A key may exist. Repeating under the same Idempotency-Key brings it back; another key would burn the authKey.</summary>
    public sealed record Unanswered(string Reason) : IssueAnswer;
}

/// <summary>What a person recognises their card or account by. All as Toss wrote it; null when it did not say.</summary>
/// <param name="Issuer">Institution code of a card ("21"), named by <see cref="CardIssuers"/>; the bank's name for an account.</param>
/// <param name="MaskedNumber">For example 43301234****123*.</param>
/// <param name="CardType">신용, 체크, 기프트 or 미확인.</param>
/// <param name="OwnerType">개인, 법인 or 미확인.</param>
internal sealed record CardFacts(string? Issuer, string? MaskedNumber, string? CardType, string? OwnerType);

/// <summary>What a look-up said.</summary>
internal abstract record PaymentAnswer
{
    private PaymentAnswer() { }

    public sealed record Found(ProviderPayment Payment) : PaymentAnswer;

    /// <summary>404 with NOT_FOUND_PAYMENT or NOT_FOUND. Proves nothing until well after the last send.</summary>
    public sealed record NotFound : PaymentAnswer;

    /// <summary>Nothing was learnt.</summary>
    public sealed record Failed(string Reason) : PaymentAnswer;

    /// <summary>As the outcome of a look-up of a charge.</summary>
    /// <param name="askedAt">When it was sent, by the billing clock.</param>
    public Outcome ToOutcome(string orderId, Instant askedAt) => this switch
    {
        Found found => new Outcome.PaymentFound(orderId, found.Payment),
        NotFound => new Outcome.PaymentNotFound(orderId, askedAt),
        Failed failed => new Outcome.LookUpFailed(orderId, failed.Reason),
        _ => throw new InvalidOperationException(GetType().Name),
    };
}

/// <summary>One page of the transaction list.</summary>
internal abstract record TransactionsAnswer
{
    private TransactionsAnswer() { }

    /// <param name="InWon">The rows in won; other currencies cannot be ours and are left out.</param>
    /// <param name="Next">Pass as startingAfter for the next page; null when this was the last.</param>
    public sealed record Page(ImmutableArray<TossTransaction> InWon, string? Next) : TransactionsAnswer;

    public sealed record Failed(string Reason) : TransactionsAnswer;
}

/// <summary>One row per approval and one per cancel. Very fresh payments may be missing from the list.</summary>
internal sealed record TossTransaction(string TransactionKey, string PaymentKey, string OrderId, string Status, Instant TransactionAt, long AmountKrw);
