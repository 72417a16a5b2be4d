namespace OrleansBilling.Subscriptions;

/// <summary>Who asks for what, and why.</summary>
/// <param name="CommandId">The caller's id of this command; a repeat with the same id is answered the same. At most 64 characters.</param>
/// <param name="Actor"><c>customer:cus_…</c>, <c>operator:usr_…</c>, <c>api-key:…</c> or <c>system:…</c>; ids only, never a name or an address.</param>
/// <param name="Reason">A short code such as <c>too_expensive</c>, never free text (which would be personal data); null when none was given.</param>
[GenerateSerializer, Immutable, Alias("OrleansBilling.CommandInfo")]
public sealed record CommandInfo([property: Id(0)] string CommandId, [property: Id(1)] string Actor, [property: Id(2)] string? Reason);

[GenerateSerializer, Immutable, Alias("OrleansBilling.StartSubscription")]
public sealed record StartSubscription(
    [property: Id(0)] CommandInfo Info,
    [property: Id(1)] string CustomerId,
    [property: Id(2)] string PlanId,
    [property: Id(3)] int PlanVersion,
    [property: Id(4)] RegisteredCard Card);

[GenerateSerializer, Immutable, Alias("OrleansBilling.ReplaceCard")]
public sealed record ReplaceCard([property: Id(0)] CommandInfo Info, [property: Id(1)] RegisteredCard Card);

/// <summary>A card that the provider registered. Its billing key travels and rests encrypted.</summary>
/// <param name="EncryptedBillingKey">As written by the key ring's cipher; never the clear key.</param>
[GenerateSerializer, Immutable, Alias("OrleansBilling.RegisteredCard")]
public sealed record RegisteredCard(
    [property: Id(0)] string PaymentMethodId,
    [property: Id(1)] string CustomerKey,
    [property: Id(2)] string EncryptedBillingKey,
    [property: Id(3)] string? Mid,
    [property: Id(4)] CardView Card)
{
    public override string ToString() => $"RegisteredCard {{ {PaymentMethodId} }}";
}

/// <summary>What may be shown of a card.</summary>
/// <param name="IssuerCode">The provider's two-character issuer code; an unknown one is shown as it is.</param>
/// <param name="MaskedNumber">As the provider masks it, e.g. <c>94100012****789*</c>.</param>
[GenerateSerializer, Immutable, Alias("OrleansBilling.CardView")]
public sealed record CardView(
    [property: Id(0)] string IssuerCode,
    [property: Id(1)] string MaskedNumber,
    [property: Id(2)] string? CardType,
    [property: Id(3)] string? OwnerType);

public enum CommandStatus
{
    /// <summary>Done, or already done by the same command before.</summary>
    Accepted = 1,

    /// <summary>Recorded durably; takes effect when the payment in progress is settled.</summary>
    Deferred = 2,

    /// <summary>Not allowed now; <see cref="CommandAnswer.Refusal"/> names the reason.</summary>
    Refused = 3,
}

/// <param name="Refusal">The named reason of a refusal (a <c>Domain.Refusal</c> value as text), else null.</param>
[GenerateSerializer, Immutable, Alias("OrleansBilling.CommandAnswer")]
public sealed record CommandAnswer([property: Id(0)] CommandStatus Status, [property: Id(1)] string? Refusal);
