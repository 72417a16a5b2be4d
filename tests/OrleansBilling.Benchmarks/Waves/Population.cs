using System.Security.Cryptography;
using NodaTime;
using OrleansBilling.Domain;
using OrleansBilling.Security;
using OrleansBilling.Subscriptions;
using OrleansBilling.Toss;
using OrleansBilling.TossSimulator;

namespace OrleansBilling.Benchmarks.Waves;

/// <summary>The same customers for every engine: a year of paid renewals behind them, and the next one due at one instant.</summary>
internal sealed class Population
{
    public const string Merchant = "main";
    public const string CustomerKey = "0b4c7a4e-5a55-4b3c-9d57-3f0f0b9d9a10";
    public const int PaidPeriods = 12;
    public const int PeriodDays = 30;

    private readonly Dictionary<string, string> _ring = new(StringComparer.Ordinal)
    {
        ["KeyRing:Keys:k1"] = Convert.ToBase64String(RandomNumberGenerator.GetBytes(32)),
        ["KeyRing:HashSecret"] = Convert.ToBase64String(RandomNumberGenerator.GetBytes(32)),
        ["KeyRing:Current"] = "k1",
    };

    private readonly BillingKeyCipher _cipher;
    private readonly KeyedHash _hash;

    public Population(int warm, int due)
    {
        KeyRing ring = KeyRing.Parse(new Dictionary<string, string> { ["k1"] = _ring["KeyRing:Keys:k1"] }, "k1", _ring["KeyRing:HashSecret"], "the benchmark's ring");
        (_cipher, _hash) = (new BillingKeyCipher(new SecretCipher(ring)), new KeyedHash(ring));
        Warm = [.. Enumerable.Range(0, warm).Select(_ => PrefixedId.New("sub", TimeProvider.System))];
        Due = [.. Enumerable.Range(0, due).Select(_ => PrefixedId.New("sub", TimeProvider.System))];
    }

    /// <summary>Ids of those that come first, before anything is measured.</summary>
    public IReadOnlyList<string> Warm { get; }

    /// <summary>Ids of those that are measured.</summary>
    public IReadOnlyList<string> Due { get; }

    /// <summary>The key ring as settings, for the processes.</summary>
    public IEnumerable<string> RingSettings => _ring.Select(setting => $"--{setting.Key}={setting.Value}");

    public string EncryptedKey(string subscriptionId, string billingKey) => _cipher.Encrypt(Merchant, MethodId(subscriptionId), billingKey).ToStored();

    public static string MethodId(string subscriptionId) => PrefixedId.Derive("pm", subscriptionId);

    public static string CustomerId(string subscriptionId) => PrefixedId.Derive("cus", subscriptionId);

    public static string OrderId(string subscriptionId, int invoice) => $"{Merchant}-{subscriptionId[4..]}-{invoice}-1";

    public static Plan Plan { get; } = new()
    {
        Id = "pro-30-days",
        Version = 1,
        ProductId = "pro",
        Name = new LocalizedText("프로 30일", "Pro, 30 days"),
        PriceKrw = 9_900,
        Interval = new BillingInterval(IntervalUnit.Day, PeriodDays),
    };

    /// <summary>As this program's rules leave it after <see cref="PaidPeriods"/> payments, each stored and published in its time.</summary>
    /// <param name="due">When its next renewal is due; a whole second.</param>
    public StoredSubscription StateOf(string id, string billingKey, Instant due)
    {
        string credential = new TossOptions { SecretKey = SimulatorKeys.SecretKey }.CredentialFingerprint;
        Circumstances c = new(due - Duration.FromDays(PaidPeriods * PeriodDays), credential);
        PaymentMethod card = new()
        {
            Id = MethodId(id),
            CustomerKey = CustomerKey,
            EncryptedBillingKey = EncryptedKey(id, billingKey),
            BillingKeyHash = _hash.OfBillingKey(Merchant, billingKey),
            Mid = SimulatorKeys.MerchantId,
            IssuerCode = "21",
            MaskedNumber = "94100012****789*",
            CardType = "신용",
            OwnerType = "개인",
            RegisteredAt = c.Now,
        };
        Subscription s = SubscriptionLifecycle.Start(
            new NewSubscription(id, Merchant, CustomerId(id), Livemode: false, Terms.Of(Plan, "Asia/Seoul"), card, $"customer:{CustomerId(id)}", PrefixedId.Derive("reg", id)), c);
        for (int period = 0; period < PaidPeriods; period++)
        {
            c = c with { Now = s.Invoice!.Attempt!.NotBefore + Duration.FromMilliseconds(317) };
            // What was told before is published and leaves with this write; what this payment tells stays until the next.
            s = SubscriptionLifecycle.After(s with { Outbox = [] }, ApprovalOf(s.Invoice!.Attempt!, c.Now), c);
        }

        return s.Invoice!.Attempt!.NotBefore == due
            ? new StoredSubscription { Subscription = s }
            : throw new InvalidOperationException($"{id} is due at {s.Invoice.Attempt.NotBefore} instead of {due}.");
    }

    private static Outcome.ChargeApproved ApprovalOf(Attempt attempt, Instant now) => new Outcome.ChargeApproved(attempt.OrderId, new ProviderPayment
    {
        PaymentKey = $"simbi{now.ToUnixTimeMilliseconds()}{attempt.OrderId[^8..]}",
        OrderId = attempt.OrderId,
        Status = "DONE",
        Currency = "KRW",
        TotalKrw = attempt.AmountKrw,
        BalanceKrw = attempt.AmountKrw,
        ApprovedAt = now,
        ReceiptUrl = $"https://dashboard.tosspayments.com/receipt/redirection?transactionId={attempt.OrderId}&ref=PX",
    });
}
