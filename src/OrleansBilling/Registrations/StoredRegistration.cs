using OrleansBilling.Domain;
using OrleansBilling.Subscriptions;

namespace OrleansBilling.Registrations;

/// <summary>What is stored of a registration grain. Instants UTC.</summary>
public sealed record StoredRegistration : StoredRecord
{
    /// <summary>The form that this program writes.</summary>
    public const int CurrentVersion = 1;

    public int Version { get; init; } = CurrentVersion;
    public int MinReader { get; init; } = CurrentVersion;

    /// <summary>Null until it is opened.</summary>
    public OpenRegistration? Opened { get; init; }
    public DateTimeOffset OpenedAt { get; init; }
    public string Nonce { get; init; } = "";
    public string CustomerKey { get; init; } = "";
    public RegistrationStep Step { get; init; } = RegistrationStep.Open;

    /// <summary>The provider's one-time key, encrypted; null before the return and after the exchange.</summary>
    public string? EncryptedAuthKey { get; init; }

    /// <summary>The person pressed the button: from here on it is carried through even if nobody looks.</summary>
    public bool Confirmed { get; init; }

    /// <summary>Transient refusals of the exchange so far.</summary>
    public int TransientRefusals { get; init; }

    /// <summary>The card that the exchange gave; null before it.</summary>
    public RegisteredCard? Card { get; init; }
    public string? FailureCode { get; init; }
    public string? ExistingSubscriptionId { get; init; }

    public override string ToString() => $"StoredRegistration {{ {Step} }}";
}

/// <summary>How far it is. The numbers are stored: never reuse one.</summary>
public enum RegistrationStep
{
    Open = 1,

    /// <summary>The authKey is here.</summary>
    Returned = 2,

    /// <summary>The billing key is here; the subscription is to be told.</summary>
    Exchanged = 3,

    /// <summary>The subscription has taken the card; what became of it is read there.</summary>
    Done = 4,
    Refused = 5,
}
