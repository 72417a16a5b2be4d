using System.Text.Json.Nodes;
using OrleansBilling.Toss;

namespace OrleansBilling.Tests.Toss;

/// <summary>Bodies as Toss writes them, and the requests that they answer. Harmless by default: a test changes what matters to it.</summary>
internal static class Wire
{
    public const string ClearKey = "Zm9vYmFyYmF6cXV4Zm9vYmFyYmF6cXV4Zm9vYmFyYmE=";

    public static ChargeRequest Charge(string orderId = "inv-0001-01") =>
        new(new BillingKey(ClearKey), "c7a1f3b2-4d5e-4f60-8a7b-1c2d3e4f5a6b", orderId, "월 구독", 4900);

    public static string Payment(Action<JsonObject>? change = null)
    {
        JsonObject payment = JsonNode.Parse(
            """
            {"mId":"tvivarepublica","version":"2022-11-16","paymentKey":"tviva20260901090000AbC12","lastTransactionKey":"txrd_a1b2c3d4e5f6","status":"DONE",
             "type":"BILLING","orderId":"inv-0001-01","orderName":"월 구독","requestedAt":"2026-09-01T09:00:00+09:00","approvedAt":"2026-09-01T09:00:01+09:00",
             "card":{"issuerCode":"21","number":"94100012****789*","cardType":"신용","ownerType":"개인","amount":4900},"cancels":null,"secret":"ps_1",
             "failure":null,"receipt":{"url":"https://dashboard.tosspayments.com/receipt/redirection?transactionId=tviva20260901090000AbC12&ref=PX"},
             "currency":"KRW","totalAmount":4900,"balanceAmount":4900,"suppliedAmount":4455,"vat":445,"method":"카드"}
            """)!.AsObject();
        change?.Invoke(payment);
        return payment.ToJsonString();
    }

    public static string Error(string code) => $$"""{"code":"{{code}}","message":"결제 승인이 거절되었습니다."}""";
}
