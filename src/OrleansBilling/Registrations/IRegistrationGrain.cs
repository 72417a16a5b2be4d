using Orleans.Concurrency;

namespace OrleansBilling.Registrations;

/// <summary>
/// One registration of a card, from the order page to the first charge (or to the replaced card). Key: <c>{merchant}/{registrationId}</c>.
/// Durable, so that a crash, a reload, a double click or a second tab neither loses nor repeats the exchange of the provider's one-time authKey.
/// </summary>
[Alias("OrleansBilling.IRegistrationGrain")]
public interface IRegistrationGrain : IGrainWithStringKey
{
    /// <summary>Created together with the order page. Repeating it with the same content answers the same.</summary>
    [Alias("Open")] Task<RegistrationView> OpenAsync(OpenRegistration command);

    /// <summary>The registration, or null when it does not exist or belongs to another customer.</summary>
    [Alias("View"), AlwaysInterleave] Task<RegistrationView?> ViewAsync(string customerId);

    /// <summary>The success redirect arrived. Compares what came back with what was stored and keeps the authKey, encrypted; charges nothing.</summary>
    [Alias("StoreAuthKey")] Task<StoreAuthKeyAnswer> StoreAuthKeyAsync(StoreAuthKey command);

    /// <summary>The fail redirect arrived. The registration stays open for another try. The code is kept only if it is one of the documented ones.</summary>
    [Alias("RecordFailure")] Task RecordFailureAsync(string customerId, string nonce, string code);

    /// <summary>
    /// Exchanges the authKey for a billing key and starts the subscription (or replaces the card), once, however often it is called.
    /// Answers when the first charge has an outcome, or after some seconds with <see cref="RegistrationStatus.Charging"/>: then look again.
    /// </summary>
    [Alias("Complete"), AlwaysInterleave] Task<RegistrationView> CompleteAsync(string customerId);
}

public enum RegistrationPurpose { Subscribe = 1, ReplaceCard = 2 }

public enum RegistrationStatus
{
    /// <summary>Waiting for the customer to register a card.</summary>
    Open = 1,

    /// <summary>The authKey is stored; <c>CompleteAsync</c> exchanges it.</summary>
    Returned = 2,

    /// <summary>The card is registered; the first charge has no outcome yet.</summary>
    Charging = 3,

    /// <summary>Subscribed (paid or in trial), or the card is replaced.</summary>
    Completed = 4,

    /// <summary>The card is registered but the first charge was declined: the subscription waits for another card.</summary>
    Declined = 5,

    /// <summary>The provider refused the exchange, or the customer has a live subscription to this product already. Nothing was charged.</summary>
    Refused = 6,
}

/// <param name="Purpose">What the card is for.</param>
/// <param name="SubscriptionId">Set for <see cref="RegistrationPurpose.ReplaceCard"/>, else null.</param>
/// <param name="PlanId">Set for <see cref="RegistrationPurpose.Subscribe"/>, else null.</param>
/// <param name="PriceKrw">The price that the order page showed; a registration whose plan costs something else is refused.</param>
/// <param name="ConsentTextVersion">Version of the consent text that the customer ticked.</param>
[GenerateSerializer, Immutable, Alias("OrleansBilling.OpenRegistration")]
public sealed record OpenRegistration(
    [property: Id(0)] RegistrationPurpose Purpose,
    [property: Id(1)] string CustomerId,
    [property: Id(2)] string? SubscriptionId,
    [property: Id(3)] string? PlanId,
    [property: Id(4)] int PlanVersion,
    [property: Id(5)] long PriceKrw,
    [property: Id(6)] string ConsentTextVersion);

/// <param name="Nonce">Path part of the return addresses; unguessable.</param>
/// <param name="CustomerKey">The provider's name of the customer: a UUID made here, given to the SDK.</param>
/// <param name="SubscriptionId">Set as soon as there is a subscription.</param>
/// <param name="FailureCode">Why the last try failed (a provider or SDK code, or <c>ALREADY_SUBSCRIBED</c>, <c>PRICE_CHANGED</c>), else null.</param>
/// <param name="ExistingSubscriptionId">The live subscription that stands in the way, when refused for that reason.</param>
[GenerateSerializer, Immutable, Alias("OrleansBilling.RegistrationView")]
public sealed record RegistrationView(
    [property: Id(0)] string RegistrationId,
    [property: Id(1)] RegistrationPurpose Purpose,
    [property: Id(2)] RegistrationStatus Status,
    [property: Id(3)] string Nonce,
    [property: Id(4)] string CustomerKey,
    [property: Id(5)] string? PlanId,
    [property: Id(6)] int PlanVersion,
    [property: Id(7)] string? SubscriptionId,
    [property: Id(8)] string? FailureCode,
    [property: Id(9)] string? ExistingSubscriptionId);

[GenerateSerializer, Immutable, Alias("OrleansBilling.StoreAuthKey")]
public sealed record StoreAuthKey(
    [property: Id(0)] string CustomerId,
    [property: Id(1)] string Nonce,
    [property: Id(2)] string CustomerKey,
    [property: Id(3)] string AuthKey)
{
    public override string ToString() => "StoreAuthKey";
}

public enum StoreAuthKeyAnswer
{
    Stored = 1,

    /// <summary>An authKey was stored before; this one is ignored. Show the registration as it is.</summary>
    AlreadyStored = 2,

    /// <summary>No such registration for this person: another customer's, another nonce, or another customerKey. Nothing is kept.</summary>
    NotYours = 3,
}
