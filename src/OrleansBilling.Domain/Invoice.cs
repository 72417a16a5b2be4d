using System.Collections.Immutable;
using System.Text.Json.Serialization;
using NodaTime;
using OrleansBilling.Domain.Charging;

namespace OrleansBilling.Domain;

/// <summary>What is asked for one period. Amount and lines are fixed before the first attempt and never change.</summary>
public sealed record Invoice : StoredRecord
{
    /// <summary>Counts from 1 within the subscription.</summary>
    public required int Number { get; init; }
    public required Period Period { get; init; }
    public required ImmutableArray<InvoiceLine> Lines { get; init; }

    /// <summary>When it falls due: the start of its period, or later after a halt.</summary>
    public required Instant DueAt { get; init; }

    /// <summary>The attempt that may be sent, or may have been; null while none is planned.</summary>
    public Attempt? Attempt { get; init; }

    /// <summary>Attempts that are over, oldest first; the last ten.</summary>
    public ImmutableArray<ClosedAttempt> Closed { get; init; } = [];

    /// <summary>Identity of the last attempt that was opened. Attempts are never renumbered, so an order id is never used twice.</summary>
    public int LastAttemptNumber { get; init; }

    /// <summary>Declines that count for dunning. Not the number of attempts: an outage opens attempts without counting here.</summary>
    public int FailedTries { get; init; }

    /// <summary>The provider's code of the last decline; null when there was none.</summary>
    public string? LastCode { get; init; }

    /// <summary>When the subscription ends if no other card comes and nothing interrupts the merchant's charging, see <see cref="GivenUpAt"/>; null while attempts are planned or nothing failed.</summary>
    public Instant? GivesUpAt { get; init; }

    /// <summary>When the wait that ends at <see cref="GivesUpAt"/> began. Null without one, and where an older version wrote it.</summary>
    public Instant? GivesUpSince { get; init; }

    /// <summary>How long its attempts were overdue or unsettled: time that it lost through us or the provider. Null for none. The rest of its delay is the customer's.</summary>
    public Duration? HeldUp { get; init; }

    /// <summary>Its falling due has been told in an event.</summary>
    public bool Issued { get; init; }

    [JsonIgnore] public long TotalKrw => Lines.Sum(l => l.AmountKrw);

    [JsonIgnore] public long TaxFreeKrw => Lines.Sum(l => l.TaxFreeKrw);

    /// <summary>When the wait for another card is over, whose clock does not run while charging is interrupted; null without a wait, or while its clock stands.</summary>
    public Instant? GivenUpAt(Interruptions interruptions)
    {
        Instant since = GivesUpSince ?? DueAt;
        return GivesUpAt is { } at ? interruptions.WhenOver(since, at - since) : null;
    }
}

/// <param name="Kind">What is charged for: <c>plan</c>.</param>
/// <param name="AmountKrw">VAT included.</param>
/// <param name="TaxFreeKrw">The part of the amount without VAT.</param>
public sealed record InvoiceLine(string Kind, string PlanId, int PlanVersion, long AmountKrw, long TaxFreeKrw) : StoredRecord;

/// <summary>
/// One try to collect an invoice, with everything that its request is made of. Repeats are built from this record alone, never from current terms, card or settings:
/// the provider binds an idempotency key to API key and URL, and the URL contains the billing key, so a "repeat" with another card would be a second charge.
/// </summary>
public sealed record Attempt : StoredRecord
{
    public required int Number { get; init; }

    /// <summary>6–64 characters of <c>[A-Za-z0-9_-]</c>; also the idempotency key. Unique for ever.</summary>
    public required string OrderId { get; init; }
    public required string PaymentMethodId { get; init; }
    public required string CustomerKey { get; init; }
    public required long AmountKrw { get; init; }
    public required long TaxFreeKrw { get; init; }
    public required string OrderName { get; init; }

    /// <summary>Never sent before this instant.</summary>
    public required Instant NotBefore { get; init; }

    /// <summary>Fingerprint of API key and MID. Under other ones the attempt is only looked up, since its idempotency key would not bind.</summary>
    public required string Credential { get; init; }

    /// <summary>When it is to be sent, repeated or looked up next.</summary>
    public required Instant NextAt { get; init; }

    /// <summary>
    /// When the planned try of the dunning schedule comes, before which a person's command put this one; null for an ordinary attempt. Declined before that instant, it counts for
    /// nothing; declined later, it was the planned one.
    /// </summary>
    public Instant? PlannedRetryAt { get; init; }

    /// <summary>Why the attempt is unsettled although it was sent; null before the first unsettled answer.</summary>
    public Doubt? Doubt { get; init; }

    /// <summary>Sends that ended without a settling answer.</summary>
    public int UnsettledSends { get; init; }

    /// <summary>Answers with a transient code among them; such an answer may be bound to the key for 15 days, so it is repeated only twice.</summary>
    public int TransientAnswers { get; init; }

    /// <summary>When the answer came that <see cref="Doubt"/> is about; null before the first.</summary>
    public Instant? AnsweredAt { get; init; }

    /// <summary>An amount other than ours that an operator takes for this invoice, if a look-up shows exactly it; null normally.</summary>
    public long? AdoptsKrw { get; init; }

    /// <summary>The code of the last unsettled answer, or a short reason without secrets.</summary>
    public string? LastReason { get; init; }

    /// <summary>From here on it is only looked up, never sent. Null while it may be sent.</summary>
    public LookUpPhase? LookUp { get; init; }

    public override string ToString() => $"Attempt {{ {OrderId}, {Doubt} }}";
}

/// <summary>Why an attempt is not settled. The names are stored.</summary>
public enum Doubt
{
    /// <summary>No usable answer came. The identical request is repeated under the same key.</summary>
    NoAnswer = 1,

    /// <summary>A transient code came.</summary>
    Transient = 2,

    /// <summary>As <see cref="Transient"/>, with a code that also hides issuers' refusals: proven not charged, it counts as a soft decline.</summary>
    TransientThenSoft = 3,

    /// <summary>A code that nobody knows. Proven not charged, it counts as a soft decline, and an operator is told.</summary>
    UnlistedCode = 4,

    /// <summary>The provider says that the order is done already.</summary>
    AlreadyDone = 5,

    /// <summary>A 200 that is not our payment.</summary>
    Contradiction = 6,

    /// <summary>
    /// The merchant's account is at fault. Nobody knows that such a refusal is bound to its key: a second activation's send could still be approved, so it is looked up first.
    /// </summary>
    AccountFault = 7,

    /// <summary>The provider does not know the billing key. Proven not charged, the card is dead, unless the account was at fault at that time: with a wrong MID, every key is unknown.</summary>
    KeyGone = 8,
}

/// <summary>How an attempt is proven charged or not charged by look-ups alone.</summary>
/// <param name="Why">What ruled sending out.</param>
/// <param name="FirstProofFrom">A "not found" earlier than this proves nothing: a request that left may still be processed.</param>
/// <param name="SecondProofFrom">A second "not found" from here on, after the first, proves that nothing was charged.</param>
/// <param name="FirstNotFoundAt">When the first "not found" that counts came; null before.</param>
public sealed record LookUpPhase(LookUpCause Why, Instant FirstProofFrom, Instant SecondProofFrom, Instant? FirstNotFoundAt) : StoredRecord;

/// <summary>What ruled sending out. The names are stored.</summary>
public enum LookUpCause
{
    /// <summary>What the answers so far said, see <see cref="Doubt"/>.</summary>
    Answer = 1,

    /// <summary>A command that removes the debt waits: no request for a debt that is going.</summary>
    DebtIsGoing = 2,

    /// <summary>API key or MID changed since the attempt was planned.</summary>
    CredentialChanged = 3,

    /// <summary>Too old to be sent: the provider forgets idempotency keys after 15 days.</summary>
    TooOld = 4,

    /// <summary>Its period went by uncharged through no fault of the customer and is going to be waived.</summary>
    PeriodMissed = 5,

    /// <summary>An operator says that it was not charged, or was given back. Proven so, it is believed, whatever the provider had said before.</summary>
    Decision = 6,
}

/// <summary>What is remembered of an invoice that was paid, written off or waived.</summary>
/// <param name="ApprovedOrderIds">Its orders that are known to have been approved: the one that paid it, and any that came late and went back.</param>
public sealed record SettledInvoice(int Number, int LastAttemptNumber, ImmutableArray<string> ApprovedOrderIds) : StoredRecord;

/// <summary>How an attempt ended. The names are stored.</summary>
public enum AttemptEnd
{
    /// <summary>Approved after it counted as over; the money went back, since another attempt could have been paying.</summary>
    Approved = 1,
    Declined = 2,

    /// <summary>Refused through the merchant's own fault; no try is counted.</summary>
    Fault = 3,

    /// <summary>Proven not charged by look-ups; no try is counted.</summary>
    NotCharged = 4,

    /// <summary>Withdrawn before it could be sent: cancelled, or another card came.</summary>
    Withdrawn = 5,
}

/// <param name="Code">The provider's code, where there was one.</param>
public sealed record ClosedAttempt(int Number, string OrderId, string PaymentMethodId, AttemptEnd End, string? Code, Instant ClosedAt) : StoredRecord
{
    /// <summary>A person's command put it before the planned try; it counts for nothing.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool Extra { get; init; }
}
