using System.Collections.Immutable;
using System.Text.Json;
using OrleansBilling.Domain;

namespace OrleansBilling.Toss;

/// <summary>Toss's Payment object as the domain's facts. Source: Toss Payments core API, Payment.</summary>
internal static class PaymentJson
{
    /// <summary>Either the payment or what is wrong with it.</summary>
    public static (ProviderPayment? Payment, string? Problem) Read(JsonElement json)
    {
        WireObject wire = new(json);
        ImmutableArray<ProviderCancel>.Builder cancels = ImmutableArray.CreateBuilder<ProviderCancel>();
        foreach (WireObject cancel in wire.Objects("cancels"))
        {
            cancels.Add(ReadCancel(cancel));
            wire.Adopt("cancels", cancel);
        }
        ProviderPayment payment = new()
        {
            PaymentKey = wire.Text("paymentKey"),
            OrderId = wire.Text("orderId"),
            Status = wire.Text("status"),
            Currency = wire.Text("currency"),
            TotalKrw = wire.Krw("totalAmount"),
            BalanceKrw = wire.Krw("balanceAmount"),
            ApprovedAt = wire.TimeOrNull("approvedAt"),
            ReceiptUrl = Link(wire.ObjectOrNull("receipt")?.TextOrNull("url")),
            FailureCode = wire.ObjectOrNull("failure")?.TextOrNull("code"),
            Cancels = cancels.DrainToImmutable(),
        };
        return wire.Problem is null ? (payment, null) : (null, wire.Problem);
    }

    // It becomes a link on a page, so it has to be one.
    private static string? Link(string? url) =>
        Uri.TryCreate(url, UriKind.Absolute, out Uri? address) && (address.Scheme == Uri.UriSchemeHttps || address.Scheme == Uri.UriSchemeHttp) ? url : null;

    private static ProviderCancel ReadCancel(WireObject wire) => new()
    {
        TransactionKey = wire.Text("transactionKey"),
        AmountKrw = wire.Krw("cancelAmount"),
        RefundableKrw = wire.Krw("refundableAmount"),
        Reason = wire.TextOrNull("cancelReason") ?? "",
        CanceledAt = wire.Time("canceledAt"),
    };
}
