using System.Globalization;
using System.Text.Json.Nodes;
using OrleansBilling.TossSimulator.State;

namespace OrleansBilling.TossSimulator.Wire;

/// <summary>GET /v1/transactions: a row per approval and a row per cancel, oldest first. A cancel's amount is positive; its status tells (assumption).</summary>
internal static class TransactionsApi
{
    private const int DefaultLimit = 100;
    private const int LargestLimit = 5000;

    public static Outcome List(WireCall call, Books books, DateTimeOffset now)
    {
        string start = call.Query["startDate"].ToString();
        string end = call.Query["endDate"].ToString();
        string after = call.Query["startingAfter"].ToString();
        string limitText = call.Query["limit"].ToString();
        if (start.Length == 0 || end.Length == 0)
        {
            return call.Refuse("INVALID_REQUIRED_PARAM");
        }
        if (!KoreanTime.TryReadQuery(start, out DateTimeOffset from) || !KoreanTime.TryReadQuery(end, out DateTimeOffset to) || from > to)
        {
            return call.Refuse("INVALID_DATE");
        }
        int limit = DefaultLimit;
        if (limitText.Length > 0 && (!int.TryParse(limitText, NumberStyles.None, CultureInfo.InvariantCulture, out limit) || limit < 1))
        {
            return call.Refuse("INVALID_REQUEST");
        }
        if (limit > LargestLimit)
        {
            return call.Refuse("EXCEED_MAX_QUERY_LIMIT");
        }
        // The wire's dates have whole seconds, so a row of the end's second still belongs to it.
        LedgerRow[] rows = [.. books.Ledger
            .Where(row => row.MerchantId == call.Keys.MerchantId && row.At >= from && row.At < to.AddSeconds(1) && row.At <= now - call.Knobs.TransactionsLag)
            .OrderBy(row => row.At)];
        int first = after.Length == 0 ? 0 : Array.FindIndex(rows, row => row.TransactionKey == after) + 1;
        // An unknown startingAfter: refused rather than answered from the start, which would look like new rows.
        return after.Length > 0 && first == 0
            ? call.Refuse("INVALID_REQUEST")
            : new(call.Ok(new JsonArray([.. rows.Skip(first).Take(limit).Select(row => (JsonNode)Row(call, books, row))])), []);
    }

    private static JsonObject Row(WireCall call, Books books, LedgerRow row)
    {
        PaymentRecord payment = books.Payment(row.PaymentKey)!;
        return new JsonObject
        {
            ["mId"] = row.MerchantId,
            ["transactionKey"] = row.TransactionKey,
            ["paymentKey"] = row.PaymentKey,
            ["orderId"] = row.OrderId,
            ["method"] = Words.In(call.English, Words.Card),
            ["customerKey"] = row.CustomerKey,
            ["useEscrow"] = false,
            ["receiptUrl"] = WireJson.ReceiptUrl(payment),
            ["status"] = row.Kind == LedgerKind.Approval ? "DONE" : row.AmountKrw == payment.AmountKrw ? "CANCELED" : "PARTIAL_CANCELED",
            ["transactionAt"] = KoreanTime.Iso(row.At),
            ["currency"] = "KRW",
            ["amount"] = row.AmountKrw,
        };
    }
}
