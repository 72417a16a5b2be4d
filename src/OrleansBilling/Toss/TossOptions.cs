using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Serialization;

namespace OrleansBilling.Toss;

/// <summary>Which money is at stake. Told by key and address, never set by hand.</summary>
public enum TossEnvironment
{
    /// <summary>A test key and an address that is not Toss's: nothing leaves our own machines.</summary>
    Simulator,

    /// <summary>A test key at Toss: real wire, no money.</summary>
    Test,

    /// <summary>A live key: people's money.</summary>
    Live,
}

/// <summary>How to reach Toss Payments. Section "Toss". Rules: <see cref="TossOptionsValidator"/>.</summary>
public sealed class TossOptions
{
    public const string Section = "Toss";

    /// <summary>Key of the API-individual family, "test_sk_…" or "live_sk_…", of the MID that has the billing contract. Never logged. No default.</summary>
    [JsonIgnore, DebuggerBrowsable(DebuggerBrowsableState.Never)]
    public string SecretKey { get; set; } = "";

    /// <summary>The client key of the same pair, "test_ck_…" or "live_ck_…". Public: the browser gets it. No default.</summary>
    public string ClientKey { get; set; } = "";

    /// <summary>Merchant id (MID) of the keys, at most 14 characters. Null when not told; telling it later changes <see cref="CredentialFingerprint"/>.</summary>
    public string? Mid { get; set; }

    /// <summary>Root of the API: Toss itself (the same for test and live), or a simulator.</summary>
    public Uri BaseAddress { get; set; } = new("https://api.tosspayments.com/");

    /// <summary>The browser script. Default: Toss's own.</summary>
    public Uri SdkUrl { get; set; } = new("https://js.tosspayments.com/v2/standard");

    /// <summary>Longest wait for one answer, connecting included: 60 s to 3 min. Default 70 s, since Toss itself may take 60 s for a charge.</summary>
    public TimeSpan ChargeTimeout { get; set; } = TimeSpan.FromSeconds(70);

    /// <summary>Not a setting: what the provider may need, or less where a simulator is hurried with all other waits.</summary>
    internal TimeSpan LeastChargeTimeout { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>Longest wait for a connection, 1 s to 30 s. Default 5 s.</summary>
    public TimeSpan ConnectTimeout { get; set; } = TimeSpan.FromSeconds(5);

    public TossEnvironment Environment =>
        TossKey.IsLive(SecretKey) || TossKey.IsLive(ClientKey) ? TossEnvironment.Live
        : IsTossHost(BaseAddress) ? TossEnvironment.Test
        : TossEnvironment.Simulator;

    /// <summary>
    /// 16 hex digits that stand for secret key and MID in stored attempts: Toss binds an idempotency key to the API key, so an attempt sent under another
    /// key is looked up and never sent again. Says nothing about the key, whose random part is far too long to be guessed.
    /// </summary>
    public string CredentialFingerprint =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"orleans-billing toss credential v1\n{SecretKey}\n{Mid}")).AsSpan(0, 8));

    internal static bool IsTossHost(Uri address) =>
        address.IsAbsoluteUri && (address.Host == "tosspayments.com" || address.Host.EndsWith(".tosspayments.com", StringComparison.Ordinal));
}
