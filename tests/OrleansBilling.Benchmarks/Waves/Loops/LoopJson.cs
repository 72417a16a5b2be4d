using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace OrleansBilling.Benchmarks.Waves.Loops;

/// <summary>The loops' JSON, written and read by hand: the cheapest that is reasonable.</summary>
internal static class LoopJson
{
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static ReadOnlyMemory<byte> Charge(Claimed row) => Write(json =>
    {
        json.WriteString("customerKey"u8, row.CustomerKey);
        json.WriteNumber("amount"u8, row.PriceKrw);
        json.WriteString("orderId"u8, row.OrderId);
        json.WriteString("orderName"u8, row.OrderName);
    });

    /// <exception cref="InvalidDataException">The answer is not the approval that was asked for.</exception>
    public static Renewed Approved(Claimed row, ReadOnlyMemory<byte> body)
    {
        using JsonDocument json = JsonDocument.Parse(body);
        JsonElement payment = json.RootElement;
        bool ours = payment.GetProperty("status"u8).ValueEquals("DONE"u8) && payment.GetProperty("currency"u8).ValueEquals("KRW"u8)
            && payment.GetProperty("orderId"u8).ValueEquals(row.OrderId) && payment.GetProperty("totalAmount"u8).GetInt64() == row.PriceKrw;
        return ours
            ? new Renewed(
                row, payment.GetProperty("paymentKey"u8).GetString()!, payment.GetProperty("receipt"u8).GetProperty("url"u8).GetString(),
                payment.GetProperty("approvedAt"u8).GetDateTimeOffset().ToUnixTimeMilliseconds())
            : throw new InvalidDataException($"The answer for {row.OrderId} is not its approval.");
    }

    public static string Event(Renewed r) => Encoding.UTF8.GetString(Write(json =>
    {
        json.WriteString("id"u8, r.EventId);
        json.WriteNumber("schemaVersion"u8, 1);
        json.WriteString("merchant"u8, Population.Merchant);
        json.WriteString("subscription"u8, r.Row.Id);
        json.WriteNumber("sequence"u8, r.Row.Sequence + 1);
        json.WriteString("occurredAt"u8, Iso(r.ApprovedAtMs));
        json.WriteBoolean("livemode"u8, false);
        json.WriteString("actor"u8, "schedule");
        json.WriteString("cause"u8, r.Row.OrderId);
        json.WriteStartObject("data"u8);
        json.WriteString("type"u8, "subscription.renewed");
        json.WriteNumber("invoice"u8, r.Row.NextInvoice);
        json.WriteString("orderId"u8, r.Row.OrderId);
        json.WriteString("paymentKey"u8, r.PaymentKey);
        json.WriteString("paymentMethodId"u8, r.Row.PaymentMethodId);
        json.WriteNumber("amountKrw"u8, r.Row.PriceKrw);
        json.WriteNumber("vatKrw"u8, r.Row.PriceKrw / 11);
        json.WriteString("periodStart"u8, Iso(r.Row.PeriodEndMs));
        json.WriteString("periodEnd"u8, Iso(r.Row.NextPeriodEndMs));
        json.WriteString("receiptUrl"u8, r.ReceiptUrl);
        json.WriteEndObject();
    }).Span);

    private static string Iso(long ms) => DateTimeOffset.FromUnixTimeMilliseconds(ms).ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    private static ReadOnlyMemory<byte> Write(Action<Utf8JsonWriter> members)
    {
        ArrayBufferWriter<byte> buffer = new(512);
        using Utf8JsonWriter json = new(buffer, Options);
        json.WriteStartObject();
        members(json);
        json.WriteEndObject();
        json.Flush();
        return buffer.WrittenMemory;
    }
}
