using Microsoft.Extensions.Options;
using NodaTime;
using OrleansBilling.Domain;
using OrleansBilling.Security;
using OrleansBilling.Toss;

namespace OrleansBilling.Subscriptions;

/// <summary>From the messages that cross a grain call to the domain's own words.</summary>
internal sealed class NewSubscriptions(BillingKeyCipher cipher, KeyedHash hash, IOptions<TossOptions> toss, IOptions<MerchantOptions> merchantOptions)
{
    public NewSubscription From(string merchant, string id, StartSubscription command, Plan plan, Instant now) => new(
        id,
        merchant,
        command.CustomerId,
        Livemode: toss.Value.Environment == TossEnvironment.Live,
        Terms.Of(plan, merchantOptions.Value.ZoneId),
        MethodOf(merchant, command.Card, now),
        command.Info.Actor,
        command.Info.CommandId);

    public PaymentMethod MethodOf(string merchant, RegisteredCard card, Instant now) => new()
    {
        Id = card.PaymentMethodId,
        CustomerKey = card.CustomerKey,
        EncryptedBillingKey = card.EncryptedBillingKey,
        BillingKeyHash = hash.OfBillingKey(merchant, cipher.Decrypt(merchant, card.PaymentMethodId, EncryptedSecret.FromStored(card.EncryptedBillingKey)!.Value)),
        Mid = card.Mid,
        IssuerCode = card.Card.IssuerCode,
        MaskedNumber = card.Card.MaskedNumber,
        CardType = card.Card.CardType,
        OwnerType = card.Card.OwnerType,
        RegisteredAt = now,
    };
}

internal static class Answers
{
    public static CommandAnswer Accepted { get; } = new(CommandStatus.Accepted, null);

    public static CommandAnswer Refused(Refusal refusal) => new(CommandStatus.Refused, refusal.ToString());

    public static CommandAnswer Of(Decision decision) => decision switch
    {
        { Refusal: { } refusal } => Refused(refusal),
        { Deferred: true } => new(CommandStatus.Deferred, null),
        _ => Accepted,
    };
}
