using NodaTime;

namespace OrleansBilling.Domain;

/// <summary>The names are stored: never rename or reuse one.</summary>
public enum PaymentMethodState
{
    Usable = 1,

    /// <summary>The issuer or the provider said that it will not work again. No attempt is opened on it.</summary>
    Dead = 2,

    /// <summary>Another card took its place; its key is kept until the new one has paid.</summary>
    Replaced = 3,

    /// <summary>Its key is to be deleted at the provider.</summary>
    Retired = 4,

    /// <summary>Its key is deleted. A tombstone: the hash still recognises late messages about it.</summary>
    Removed = 5,
}

/// <summary>A registered card. One of them is charged; its billing key rests encrypted.</summary>
public sealed record PaymentMethod : StoredRecord
{
    public required string Id { get; init; }
    public required string CustomerKey { get; init; }

    /// <summary>Null once removed. Never the clear key.</summary>
    public string? EncryptedBillingKey { get; init; }

    /// <summary>Keyed hash of the billing key, to recognise it in messages; null where it was not known.</summary>
    public string? BillingKeyHash { get; init; }

    /// <summary>The provider's merchant id under which the key was issued; null when the provider did not say.</summary>
    public string? Mid { get; init; }
    public required string IssuerCode { get; init; }
    public required string MaskedNumber { get; init; }
    public string? CardType { get; init; }
    public string? OwnerType { get; init; }
    public PaymentMethodState State { get; init; } = PaymentMethodState.Usable;
    public required Instant RegisteredAt { get; init; }

    /// <summary>Tries to delete the key that failed so far.</summary>
    public int FailedDeletions { get; init; }

    /// <summary>When the next try to delete is due; null for at once.</summary>
    public Instant? DeleteAt { get; init; }

    /// <summary>Says which card, never its key, not even encrypted.</summary>
    public override string ToString() => $"PaymentMethod {{ {Id}, {State} }}";
}
