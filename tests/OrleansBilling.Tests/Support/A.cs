using NodaTime;
using OrleansBilling.Domain;

namespace OrleansBilling.Tests.Support;

/// <summary>Builds domain values with harmless defaults, so that a test states only what matters to it.</summary>
internal static class A
{
    /// <summary>2027-01-31 09:00 in Seoul: a month's end, so that anchors show.</summary>
    public static readonly Instant Start = Instant.FromUtc(2027, 1, 31, 0, 0);

    public const string Credential = "fp-1";
    public const long PriceKrw = 9_900;

    public static readonly BillingInterval Monthly = new(IntervalUnit.Month, 1);

    public static Plan Plan(
        int trialDays = 0, BillingInterval? interval = null, CatchUp catchUp = CatchUp.LatestOnly, DunningSchedule? dunning = null, long priceKrw = PriceKrw) => new()
        {
            Id = "pro-monthly",
            Version = 3,
            ProductId = "pro",
            Name = new LocalizedText("프로 월간", "Pro, monthly"),
            PriceKrw = priceKrw,
            Interval = interval ?? Monthly,
            TrialDays = trialDays,
            CatchUp = catchUp,
            Dunning = dunning ?? DunningSchedule.Default,
        };

    public static PaymentMethod Card(string id = "pm_1") => new()
    {
        Id = id,
        CustomerKey = "0b4c7a4e-5a55-4b3c-9d57-3f0f0b9d9a10",
        EncryptedBillingKey = $"ciphertext-of-{id}",
        BillingKeyHash = $"hash-of-{id}",
        Mid = "bill_test",
        IssuerCode = "21",
        MaskedNumber = "94100012****789*",
        CardType = "신용",
        OwnerType = "개인",
        RegisteredAt = Start,
    };

    public static NewSubscription NewSubscription(Plan plan, string zoneId = "Asia/Seoul") => new(
        "sub_01kd3v9m0000000000000000ab", "main", "cus_1", Livemode: false, Terms.Of(plan, zoneId), Card(), "customer:cus_1", "cmd-start");

    /// <summary>What the provider answers to this attempt when it approves it.</summary>
    public static ProviderPayment PaymentOf(Attempt attempt, Instant approvedAt, params ProviderCancel[] cancels) => new()
    {
        PaymentKey = $"pay-{attempt.OrderId}",
        OrderId = attempt.OrderId,
        Status = "DONE",
        Currency = "KRW",
        TotalKrw = attempt.AmountKrw,
        BalanceKrw = attempt.AmountKrw - cancels.Sum(x => x.AmountKrw),
        ApprovedAt = approvedAt,
        ReceiptUrl = "https://dashboard.tosspayments.com/receipt/redirection?transactionId=x",
        Cancels = [.. cancels],
    };

    public static ProviderCancel Cancel(string transactionKey, long amountKrw, string reason, Instant at) =>
        new() { TransactionKey = transactionKey, AmountKrw = amountKrw, RefundableKrw = 0, Reason = reason, CanceledAt = at };

    public static Command.CancelNow CancelNow(string id = "cmd-now") => new() { Id = id, Actor = "customer:cus_1", Reason = "too_expensive" };

    public static Command.CancelAtPeriodEnd CancelAtPeriodEnd(string id = "cmd-end") => new() { Id = id, Actor = "customer:cus_1", Reason = "too_expensive" };

    public static Command.UndoCancellation Undo(string id = "cmd-undo") => new() { Id = id, Actor = "customer:cus_1" };

    public static Command.ReplaceCard ReplaceCard(string cardId = "pm_2", string? id = null) => new() { Id = id ?? $"cmd-{cardId}", Actor = "customer:cus_1", Method = Card(cardId) };

    public static Command.TreatAsNotCharged TreatAsNotCharged(string id = "cmd-not-charged") => new() { Id = id, Actor = "operator:usr_1", Reason = "looked_at" };

    public static Command.AdoptPayment AdoptPayment(long amountKrw, string id = "cmd-adopt") => new() { Id = id, Actor = "operator:usr_1", Reason = "looked_at", AmountKrw = amountKrw };

    public static Command.RetryNow RetryNow(string id = "cmd-retry") => new() { Id = id, Actor = "operator:usr_1" };
}
