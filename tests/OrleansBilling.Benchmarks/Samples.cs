using NodaTime;
using OrleansBilling.Domain;

namespace OrleansBilling.Benchmarks;

/// <summary>Subscriptions as they are in a year's midst: paid up, the next attempt planned, a few events waiting.</summary>
internal static class Samples
{
    public const string Credential = "fp-1";

    public static readonly Instant Start = Instant.FromUtc(2026, 6, 1, 0, 0);

    private static readonly Plan Monthly = new()
    {
        Id = "pro-monthly",
        Version = 1,
        ProductId = "pro",
        Name = new LocalizedText("프로 월간", "Pro, monthly"),
        PriceKrw = 9_900,
        Interval = new BillingInterval(IntervalUnit.Month, 1),
    };

    /// <param name="number">Makes its id, and spreads the billing days over a month.</param>
    public static Subscription Active(int number)
    {
        Circumstances c = new(Start + Duration.FromDays(number % 28), Credential);
        Subscription started = SubscriptionLifecycle.Start(
            new NewSubscription($"sub_{number:D26}", "main", "cus_1", Livemode: false, Terms.Of(Monthly, "Asia/Seoul"), Card(number), "customer:cus_1", "cmd-1"), c);
        return Approve(started, c);
    }

    public static Subscription Approve(Subscription s, Circumstances c) => SubscriptionLifecycle.After(s, ApprovalOf(s.Invoice!.Attempt!, c.Now), c);

    public static Outcome ApprovalOf(Attempt attempt, Instant now) => new Outcome.ChargeApproved(attempt.OrderId, new ProviderPayment
    {
        PaymentKey = $"pay-{attempt.OrderId}",
        OrderId = attempt.OrderId,
        Status = "DONE",
        Currency = "KRW",
        TotalKrw = attempt.AmountKrw,
        BalanceKrw = attempt.AmountKrw,
        ApprovedAt = now,
    });

    private static PaymentMethod Card(int number) => new()
    {
        Id = $"pm_{number:D26}",
        CustomerKey = "0b4c7a4e-5a55-4b3c-9d57-3f0f0b9d9a10",
        EncryptedBillingKey = new string('x', 120),
        BillingKeyHash = new string('h', 44),
        IssuerCode = "21",
        MaskedNumber = "94100012****789*",
        RegisteredAt = Start,
    };
}
