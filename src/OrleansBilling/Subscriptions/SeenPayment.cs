using NodaTime;
using OrleansBilling.Domain;

namespace OrleansBilling.Subscriptions;

/// <summary>A payment as the provider shows it now. Amounts are KRW.</summary>
/// <param name="Status">DONE, PARTIAL_CANCELED, CANCELED, or a value that nobody knew when this was written.</param>
/// <param name="BalanceKrw">What can still be refunded.</param>
/// <param name="IsSecond">Our books have another payment of this order, and the provider confirms that one too.</param>
[GenerateSerializer, Immutable, Alias("OrleansBilling.SeenPayment")]
public sealed record SeenPayment(
    [property: Id(0)] string PaymentKey,
    [property: Id(1)] string OrderId,
    [property: Id(2)] string Status,
    [property: Id(3)] string Currency,
    [property: Id(4)] long TotalKrw,
    [property: Id(5)] long BalanceKrw,
    [property: Id(6)] DateTimeOffset? ApprovedAt,
    [property: Id(7)] string? ReceiptUrl,
    [property: Id(8)] IReadOnlyList<SeenCancel> Cancels,
    [property: Id(9)] bool IsSecond)
{
    public static SeenPayment Of(ProviderPayment payment, bool isSecond) => new(
        payment.PaymentKey, payment.OrderId, payment.Status, payment.Currency, payment.TotalKrw, payment.BalanceKrw, payment.ApprovedAt?.ToDateTimeOffset(), payment.ReceiptUrl,
        [.. payment.Cancels.Select(x => new SeenCancel(x.TransactionKey, x.AmountKrw, x.RefundableKrw, x.Reason, x.CanceledAt.ToDateTimeOffset()))], isSecond);

    public ProviderPayment ToPayment() => new()
    {
        PaymentKey = PaymentKey,
        OrderId = OrderId,
        Status = Status,
        Currency = Currency,
        TotalKrw = TotalKrw,
        BalanceKrw = BalanceKrw,
        ApprovedAt = ApprovedAt is { } at ? Instant.FromDateTimeOffset(at) : null,
        ReceiptUrl = ReceiptUrl,
        Cancels =
        [
            .. Cancels.Select(x => new ProviderCancel
            {
                TransactionKey = x.TransactionKey,
                AmountKrw = x.AmountKrw,
                RefundableKrw = x.RefundableKrw,
                Reason = x.Reason,
                CanceledAt = Instant.FromDateTimeOffset(x.CanceledAt),
            }),
        ],
    };
}

/// <summary>One of its cancels.</summary>
[GenerateSerializer, Immutable, Alias("OrleansBilling.SeenCancel")]
public sealed record SeenCancel(
    [property: Id(0)] string TransactionKey,
    [property: Id(1)] long AmountKrw,
    [property: Id(2)] long RefundableKrw,
    [property: Id(3)] string Reason,
    [property: Id(4)] DateTimeOffset CanceledAt);

/// <summary>What a payment that the comparison found was to its subscription.</summary>
public enum PaymentNews
{
    /// <summary>It never opened an attempt of this order, or was never started.</summary>
    NotOurs = 1,

    /// <summary>It had it already: only the read side lacks it.</summary>
    Known = 2,

    /// <summary>Its state changed: the payment pays an invoice, goes back, or a cancel made elsewhere was noted.</summary>
    Adopted = 3,

    /// <summary>It is parked now, because the payment contradicts what was asked for.</summary>
    Parked = 4,

    /// <summary>Its invoice is not remembered any more, or what is remembered does not decide it.</summary>
    NotJudged = 5,
}

/// <param name="InvoiceNumber">Which invoice the order is for; 0 when it is not ours.</param>
[GenerateSerializer, Immutable, Alias("OrleansBilling.PaymentJudgement")]
public sealed record PaymentJudgement([property: Id(0)] PaymentNews News, [property: Id(1)] int InvoiceNumber);
