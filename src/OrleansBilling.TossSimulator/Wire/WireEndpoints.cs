namespace OrleansBilling.TossSimulator.Wire;

/// <summary>The addresses of the API. Keys in a path come raw or percent-encoded: "=" and "%3D" are the same key.</summary>
internal static class WireEndpoints
{
    public static void MapWire(this IEndpointRouteBuilder app)
    {
        WirePipeline pipeline = app.ServiceProvider.GetRequiredService<WirePipeline>();
        void Map(string method, string pattern, WireOperation operation, WireHandler handler, string resource = "") =>
            app.MapMethods(pattern, [method],
                http => pipeline.RunAsync(http, operation, http.GetRouteValue(resource) as string ?? "", handler));

        Map("POST", "/v1/billing/authorizations/issue", WireOperation.Issue, BillingApi.Issue);
        Map("POST", "/v1/billing/authorizations/card", WireOperation.Issue, BillingApi.IssueFromCard);
        Map("POST", "/v1/billing/{billingKey}", WireOperation.Charge, ChargeApi.Charge, "billingKey");
        Map("DELETE", "/v1/billing/{billingKey}", WireOperation.Delete, BillingApi.Delete, "billingKey");
        Map("POST", "/v1/payments/{paymentKey}/cancel", WireOperation.Cancel, PaymentApi.Cancel, "paymentKey");
        Map("GET", "/v1/payments/{paymentKey}", WireOperation.Lookup, PaymentApi.ByPaymentKey, "paymentKey");
        Map("GET", "/v1/payments/orders/{orderId}", WireOperation.Lookup, PaymentApi.ByOrderId, "orderId");
        Map("GET", "/v1/transactions", WireOperation.Transactions, TransactionsApi.List);
        app.MapFallback("/v1/{**rest}", http =>
            new Reply(http, WireOperation.Lookup, "", WireBody.None, default).SendAsync(WireAnswer.Error(TossErrors.Get("NOT_FOUND_HTTP_METHOD"), english: false)));
    }
}
