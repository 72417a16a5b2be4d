namespace OrleansBilling.TossSimulator;

/// <summary>One pair of API keys and what its merchant may do. Several sets can share a MID; payments and billing keys belong to the MID.</summary>
public sealed class SimulatorKeySet
{
    /// <summary>At most 14 characters. Its first five begin every payment key.</summary>
    public string MerchantId { get; set; } = "";

    /// <summary>"test_ck_…" or "live_ck_…".</summary>
    public string ClientKey { get; set; } = "";

    /// <summary>
    /// "test_sk_…" or "live_sk_…", of the same environment as the client key. Two while a re-issued key and its predecessor both work (Toss:
    /// seven days, never more than two).
    /// </summary>
    public IList<string> SecretKeys { get; init; } = [];

    /// <summary>API version chosen for the key in the developer centre: from 2024-06-01 on, Billing has no cardCompany and cardNumber.</summary>
    public string ApiVersion { get; set; } = "2022-11-16";

    /// <summary>Billing (자동결제) contract. Without it live keys answer NOT_SUPPORTED_METHOD; test keys bill anyway.</summary>
    public bool HasBillingContract { get; set; } = true;

    /// <summary>Contract for issuing from card data, without the registration window. Without it live keys answer NOT_SUPPORTED_METHOD.</summary>
    public bool HasCardDirectContract { get; set; } = true;

    /// <summary>면세 or 복합과세 merchant. For all others taxFreeAmount is ignored and answered as 0.</summary>
    public bool SellsTaxFree { get; set; }

    internal bool IsLive => ClientKey.StartsWith("live_", StringComparison.Ordinal);

    internal string Environment => IsLive ? "live_" : "test_";

    /// <summary>What is wrong with this set, as a sentence that says what to set; null when nothing is.</summary>
    internal string? Fault() =>
        MerchantId.Length is 0 or > 14 ? $"KeySets: MerchantId '{MerchantId}' must have 1 to 14 characters."
        : !ClientKey.StartsWith("test_ck_", StringComparison.Ordinal) && !ClientKey.StartsWith("live_ck_", StringComparison.Ordinal)
            ? $"KeySets: ClientKey of {MerchantId} must begin with test_ck_ or live_ck_."
        : SecretKeys.Count is 0 or > 2 ? $"KeySets: {MerchantId} must have one or two SecretKeys."
        : SecretKeys.Any(secret => !secret.StartsWith(Environment + "sk_", StringComparison.Ordinal))
            ? $"KeySets: every SecretKey of {MerchantId} must begin with {Environment}sk_, as its ClientKey is of that environment."
        : null;

    public override string ToString() => $"{MerchantId} ({(IsLive ? "live" : "test")}, {ApiVersion})";
}
