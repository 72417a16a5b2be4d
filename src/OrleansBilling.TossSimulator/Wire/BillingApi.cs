using OrleansBilling.TossSimulator.Cards;
using OrleansBilling.TossSimulator.State;
using OrleansBilling.TossSimulator.Webhooks;

namespace OrleansBilling.TossSimulator.Wire;

/// <summary>Billing keys: issued from an authKey or from card data, and deleted.</summary>
internal static class BillingApi
{
    private const int LongestAuthKey = 300;

    /// <summary>Measured: 301 characters end in 500 FAILED_DB_PROCESSING, and blanks or "!" are accepted.</summary>
    private const int LongestCustomerKey = 300;

    /// <summary>POST /v1/billing/authorizations/issue</summary>
    public static Outcome Issue(WireCall call, Books books, DateTimeOffset now)
    {
        string? authKey = call.Body.Text("authKey");
        string? customerKey = call.Body.Text("customerKey");
        string? fault = MissingContract(call, call.Keys.HasBillingContract)
            ?? Unreadable(call)
            ?? (authKey is null or { Length: > LongestAuthKey } ? "INVALID_REQUIRED_PARAM" : null)
            ?? CustomerKeyFault(customerKey);
        if (fault is not null)
        {
            return call.Refuse(fault);
        }
        AuthKeyRecord? record = books.AuthKey(authKey!);
        if (record is not null && record.ClientKey != call.Keys.ClientKey)
        {
            return call.Refuse("INVALID_API_KEY");
        }
        // Measured for a bogus authKey; used, expired and foreign ones are assumed to look the same, so that nobody can probe.
        bool usable = record is { IsUsed: false } && record.CustomerKey == customerKey && now < record.CreatedAt + call.Knobs.AuthKeyLifetime;
        return usable ? Issued(call, customerKey!, record!.Card, now, authKey) : call.Refuse("NOT_FOUND_BILLING");
    }

    /// <summary>POST /v1/billing/authorizations/card</summary>
    public static Outcome IssueFromCard(WireCall call, Books books, DateTimeOffset now)
    {
        CardInput card = new(call.Body.Text("cardNumber") ?? "", call.Body.Text("cardExpirationYear") ?? "", call.Body.Text("cardExpirationMonth") ?? "",
            call.Body.Text("customerIdentityNumber") ?? "", call.Body.Text("cardPassword") ?? "");
        string? customerKey = call.Body.Text("customerKey");
        string? fault = MissingContract(call, call.Keys.HasBillingContract && call.Keys.HasCardDirectContract)
            ?? Unreadable(call)
            ?? CustomerKeyFault(customerKey)
            ?? (card.Number.Length == 0 || card.ExpiryYear.Length == 0 || card.ExpiryMonth.Length == 0 || card.IdentityNumber.Length == 0
                ? "INVALID_REQUIRED_PARAM" : null)
            ?? (call.Body.Text("customerEmail") is { Length: > 100 } ? "INVALID_EMAIL" : null);
        if (fault is not null)
        {
            return call.Refuse(fault);
        }
        try
        {
            return Issued(call, customerKey!, CardCheck.Register(card, now, call.Knobs.EveryCardExpires), now, authKey: null);
        }
        catch (CardRefusedException e)
        {
            return call.Refuse(e.Code);
        }
    }

    /// <summary>DELETE /v1/billing/{billingKey}: 200 and not one byte of body.</summary>
    public static Outcome Delete(WireCall call, Books books, DateTimeOffset now)
    {
        BillingKeyRecord? key = books.BillingKey(call.Resource);
        if (key is null || key.MerchantId != call.Keys.MerchantId)
        {
            return call.Refuse(call.Knobs.UnknownBillingKeyOnDeleteCode);
        }
        return key.RemovedAt is not null
            ? call.Refuse("ALREADY_REMOVED_BILLING_KEY")
            : new(new(StatusCodes.Status200OK, [], null),
                [new JournalEntry.BillingKeyRemoved(key.BillingKey, now), .. WebhookEvents.BillingDeleted(key, call.Knobs, now)]);
    }

    /// <summary>Live keys need the contract; test keys bill anyway.</summary>
    internal static string? MissingContract(WireCall call, bool hasContract) => call.Keys.IsLive && !hasContract ? "NOT_SUPPORTED_METHOD" : null;

    internal static string? Unreadable(WireCall call) => call.Body.IsReadable ? null : "INVALID_REQUEST";

    internal static string? CustomerKeyFault(string? customerKey) => customerKey switch
    {
        null or "" => "INVALID_REQUIRED_PARAM",
        { Length: 1 } => "INVALID_CUSTOMER_KEY",
        { Length: > LongestCustomerKey } => "FAILED_DB_PROCESSING",
        _ => null,
    };

    private static Outcome Issued(WireCall call, string customerKey, CardOnFile card, DateTimeOffset now, string? authKey)
    {
        // Nothing revokes an older key of the same customer or card: two coexist.
        BillingKeyRecord key = new(KeyShapes.BillingKey(), call.Keys.MerchantId, customerKey, card, now);
        return new(call.Ok(WireJson.Billing(key, call.Keys, call.English)), [new JournalEntry.BillingKeyIssued(key, authKey)]);
    }
}
