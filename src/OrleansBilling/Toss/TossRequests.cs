using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace OrleansBilling.Toss;

/// <summary>One charge. Every member comes from the stored attempt, so that a repeat is byte for byte the same request.</summary>
/// <param name="OrderId">6–64 of [A-Za-z0-9_-]. Also the Idempotency-Key.</param>
/// <param name="TaxFreeKrw">Part of the amount without VAT; sent only when above 0, which needs a merchant contract that allows it.</param>
/// <param name="OrderName">Shown on the receipt, 1–100 characters.</param>
internal sealed record ChargeRequest(BillingKey BillingKey, string CustomerKey, string OrderId, string OrderName, long AmountKrw, long TaxFreeKrw = 0)
{
    /// <summary>Toss mails the result there when given.</summary>
    public string? CustomerEmail { get; init; }
    public string? CustomerName { get; init; }

    public override string ToString() => $"charge {OrderId}"; // The rest is the customer's.

    public byte[] ToBody() => TossBody.Write(json =>
    {
        json.WriteString("customerKey", CustomerKey);
        json.WriteNumber("amount", AmountKrw);
        json.WriteString("orderId", OrderId);
        json.WriteString("orderName", OrderName);
        if (CustomerEmail is not null)
        {
            json.WriteString("customerEmail", CustomerEmail);
        }
        if (CustomerName is not null)
        {
            json.WriteString("customerName", CustomerName);
        }
        if (TaxFreeKrw > 0)
        {
            json.WriteNumber("taxFreeAmount", TaxFreeKrw);
        }
    });
}

/// <summary>One refund, whole or in part.</summary>
/// <param name="RefundNumber">Ours, named in the outcome.</param>
/// <param name="AmountKrw">Null for everything that is left.</param>
/// <param name="RefundableKrw">The balance on which the refund was decided: Toss refuses when it is another one, whatever the key, so a refund cannot happen twice.</param>
/// <param name="Reason">1–200 characters; carries the refund's number, by which the entry is recognised later.</param>
/// <param name="IdempotencyKey">At most 300 characters, the same for every repeat of this refund.</param>
internal sealed record CancelRequest(
    int RefundNumber, string PaymentKey, long? AmountKrw, long RefundableKrw, string Reason, string IdempotencyKey, long TaxFreeKrw = 0)
{
    public byte[] ToBody() => TossBody.Write(json =>
    {
        json.WriteString("cancelReason", Reason);
        if (AmountKrw is { } amount)
        {
            json.WriteNumber("cancelAmount", amount);
        }
        json.WriteNumber("refundableAmount", RefundableKrw);
        if (TaxFreeKrw > 0)
        {
            json.WriteNumber("taxFreeAmount", TaxFreeKrw);
        }
    });
}

/// <summary>JSON in a fixed order and without escaping Korean: what people compare in a log of the provider reads as it was written.</summary>
internal static class TossBody
{
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static byte[] Write(Action<Utf8JsonWriter> members)
    {
        ArrayBufferWriter<byte> buffer = new();
        using (Utf8JsonWriter json = new(buffer, Options))
        {
            json.WriteStartObject();
            members(json);
            json.WriteEndObject();
        }
        return buffer.WrittenSpan.ToArray();
    }
}
