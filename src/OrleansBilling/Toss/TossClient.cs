using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using System.Text.Json;
using NodaTime;
using NodaTime.Text;
using OrleansBilling.Domain;

namespace OrleansBilling.Toss;

/// <summary>
/// Toss Payments automatic billing. Answers of the other side are values; nothing is retried here, because only the stored attempt knows whether
/// repeating is safe. What moves money or makes a key takes no CancellationToken: cut off half way it is not undone, only unknown.
/// </summary>
/// <remarks>Source: Toss Payments core API ("자동결제", "결제"), read 2026-09.</remarks>
internal sealed class TossClient(TossTransport transport, ILogger<TossClient> logger)
{
    public const int MaxTransactionsPerPage = 1000;

    private static readonly LocalDateTimePattern KoreanLocalTime = LocalDateTimePattern.CreateWithInvariantCulture("uuuu-MM-dd'T'HH:mm:ss");

    /// <summary>Exchanges the authKey of a registration for a billing key.</summary>
    /// <param name="authKey">From the success redirect. Works once.</param>
    /// <param name="customerKey">The one that the registration window was opened with, from our records and not from the query.</param>
    /// <param name="idempotencyKey">The registration's own id: a lost answer, and the key in it, comes back by repeating under it.</param>
    public async Task<IssueAnswer> IssueAsync(string authKey, string customerKey, string idempotencyKey)
    {
        TossReply reply = await transport.SendAsync(
            new("issue", idempotencyKey, HttpMethod.Post, "/v1/billing/authorizations/issue", "v1/billing/authorizations/issue")
            {
                IdempotencyKey = idempotencyKey,
                Body = TossBody.Write(json =>
                {
                    json.WriteString("authKey", authKey);
                    json.WriteString("customerKey", customerKey);
                }),
            });
        return reply switch
        {
            TossReply.Ok ok => ReadIssued(ok.Body, customerKey),
            TossReply.Refused refused => new IssueAnswer.Refused(refused.Code, refused.Message),
            _ => new IssueAnswer.Unanswered(WhyNot(reply)),
        };
    }

    /// <summary>Asks for money, once. Approved only when Toss says DONE about exactly this order and amount.</summary>
    public async Task<Outcome> ChargeAsync(ChargeRequest charge)
    {
        TossReply reply = await transport.SendAsync(OnBillingKey("charge", charge.OrderId, HttpMethod.Post, charge.BillingKey) with
        {
            IdempotencyKey = charge.OrderId,
            Body = charge.ToBody(),
        });
        Outcome outcome = reply switch
        {
            TossReply.Ok { Body.ValueKind: JsonValueKind.Object } ok => ChargeJudge.Judge(charge, ok.Body),
            TossReply.Refused refused => new Outcome.ChargeRefused(charge.OrderId, refused.Code),
            _ => new Outcome.ChargeUnanswered(charge.OrderId, WhyNot(reply)),
        };
        if (outcome is Outcome.ChargeContradicted contradicted)
        {
            Log.Contradicted(logger, "charge", charge.OrderId, contradicted.Reason);
        }
        return outcome;
    }

    /// <summary>Deletes a billing key. Deleted before or never known counts as deleted.</summary>
    public async Task<Outcome> DeleteBillingKeyAsync(BillingKey billingKey, string paymentMethodId)
    {
        TossReply reply = await transport.SendAsync(OnBillingKey("delete-billing-key", paymentMethodId, HttpMethod.Delete, billingKey));
        return reply switch
        {
            TossReply.Ok or TossReply.Refused { Code: "ALREADY_REMOVED_BILLING_KEY" or "NOT_FOUND_BILLING" } => new Outcome.BillingKeyDeleted(paymentMethodId),
            _ => new Outcome.BillingKeyDeletionFailed(paymentMethodId, WhyNot(reply)),
        };
    }

    /// <summary>Cancels a payment, whole or in part. A refusal does not prove that no money moved: read back.</summary>
    public async Task<Outcome> CancelAsync(CancelRequest cancel)
    {
        TossReply reply = await transport.SendAsync(
            new("cancel", cancel.PaymentKey, HttpMethod.Post, "/v1/payments/{paymentKey}/cancel", $"v1/payments/{TossCall.PathPart(cancel.PaymentKey)}/cancel")
            {
                IdempotencyKey = cancel.IdempotencyKey,
                Body = cancel.ToBody(),
            });
        return reply switch
        {
            TossReply.Ok ok => ReadPayment(ok.Body, payment => payment.PaymentKey == cancel.PaymentKey) switch
            {
                PaymentAnswer.Found found => new Outcome.RefundSeen(cancel.RefundNumber, found.Payment),
                PaymentAnswer.Failed failed => new Outcome.RefundUnanswered(cancel.RefundNumber, failed.Reason),
                _ => throw new InvalidOperationException("A body is read or it is not."),
            },
            TossReply.Refused refused => new Outcome.RefundRefused(cancel.RefundNumber, refused.Code),
            _ => new Outcome.RefundUnanswered(cancel.RefundNumber, WhyNot(reply)),
        };
    }

    public Task<PaymentAnswer> GetPaymentAsync(string paymentKey, CancellationToken cancellation = default) =>
        LookUpAsync(
            new("get-payment", paymentKey, HttpMethod.Get, "/v1/payments/{paymentKey}", $"v1/payments/{TossCall.PathPart(paymentKey)}"),
            payment => payment.PaymentKey == paymentKey, cancellation);

    public Task<PaymentAnswer> GetPaymentByOrderAsync(string orderId, CancellationToken cancellation = default) =>
        LookUpAsync(
            new("get-order", orderId, HttpMethod.Get, "/v1/payments/orders/{orderId}", $"v1/payments/orders/{TossCall.PathPart(orderId)}"),
            payment => payment.OrderId == orderId, cancellation);

    /// <summary>Approvals and cancels of the key's MID between two instants, oldest first as Toss lists them.</summary>
    /// <param name="from">Start. Sub-second parts are cut off.</param>
    /// <param name="to">End.</param>
    /// <param name="startingAfter"><see cref="TransactionsAnswer.Page.Next"/> of the page before; null for the first.</param>
    /// <param name="limit">1 to <see cref="MaxTransactionsPerPage"/> rows.</param>
    /// <param name="cancellation">Reading may be given up.</param>
    public async Task<TransactionsAnswer> ListTransactionsAsync(
        Instant from, Instant to, string? startingAfter = null, int limit = 100, CancellationToken cancellation = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(limit, MaxTransactionsPerPage);
        string query = $"startDate={InKorea(from)}&endDate={InKorea(to)}&limit={limit.ToString(CultureInfo.InvariantCulture)}"
            + (startingAfter is null ? "" : $"&startingAfter={Uri.EscapeDataString(startingAfter)}");
        TossReply reply = await transport.SendAsync(
            new("transactions", InKorea(from), HttpMethod.Get, "/v1/transactions", $"v1/transactions?{query}"), cancellation);
        return reply is TossReply.Ok { Body.ValueKind: JsonValueKind.Array } ok ? ReadPage(ok.Body, limit) : new TransactionsAnswer.Failed(WhyNot(reply));
    }

    private static TossCall OnBillingKey(string operation, string subject, HttpMethod method, BillingKey key) =>
        new(operation, subject, method, "/v1/billing/{billingKey}", $"v1/billing/{BillingKeyPathHandler.StandIn}") { BillingKey = key };

    private static IssueAnswer ReadIssued(JsonElement body, string customerKey)
    {
        WireObject wire = new(body);
        string key = wire.Text("billingKey");
        string echoed = wire.Text("customerKey");
        string mid = wire.Text("mId");
        string method = wire.Text("method");
        if (wire.Problem is not null || string.IsNullOrWhiteSpace(key))
        {
            return new IssueAnswer.Unanswered($"HTTP 200 with {wire.Problem ?? "an empty billingKey"}");
        }
        return echoed == customerKey
            ? new IssueAnswer.Issued(new BillingKey(key), mid, method, ReadCard(wire))
            : new IssueAnswer.Unanswered("HTTP 200 for another customerKey than was sent");
    }

    private static CardFacts ReadCard(WireObject wire)
    {
        // Key versions before 2024-06-01 repeat company and number outside the card; accounts come as an array.
        if (wire.ObjectOrNull("card") is { } card)
        {
            return new(card.TextOrNull("issuerCode") ?? wire.TextOrNull("cardCompany"), card.TextOrNull("number") ?? wire.TextOrNull("cardNumber"),
                card.TextOrNull("cardType"), card.TextOrNull("ownerType"));
        }
        return wire.Objects("transfers").FirstOrDefault() is { } account
            ? new(account.TextOrNull("bankName"), account.TextOrNull("bankAccountNumber"), null, null)
            : new(wire.TextOrNull("cardCompany"), wire.TextOrNull("cardNumber"), null, null);
    }

    private async Task<PaymentAnswer> LookUpAsync(TossCall call, Func<ProviderPayment, bool> isOurs, CancellationToken cancellation) =>
        await transport.SendAsync(call, cancellation) switch
        {
            TossReply.Ok ok => ReadPayment(ok.Body, isOurs),
            // The one place where the status counts as well: a "not found" closes attempts, so it has to be Toss's own and not a proxy's.
            TossReply.Refused { Status: HttpStatusCode.NotFound, Code: "NOT_FOUND_PAYMENT" or "NOT_FOUND" } => new PaymentAnswer.NotFound(),
            var reply => new PaymentAnswer.Failed(WhyNot(reply)),
        };

    private static PaymentAnswer ReadPayment(JsonElement body, Func<ProviderPayment, bool> isOurs) => PaymentJson.Read(body) switch
    {
        ({ } payment, _) when isOurs(payment) => new PaymentAnswer.Found(payment),
        ({ }, _) => new PaymentAnswer.Failed("HTTP 200 with another payment than was asked for"),
        var (_, problem) => new PaymentAnswer.Failed($"HTTP 200 with {problem}"),
    };

    private static TransactionsAnswer ReadPage(JsonElement rows, int limit)
    {
        ImmutableArray<TossTransaction>.Builder inWon = ImmutableArray.CreateBuilder<TossTransaction>();
        string last = "";
        foreach (JsonElement row in rows.EnumerateArray())
        {
            WireObject wire = new(row);
            last = wire.Text("transactionKey");
            if (wire.Text("currency") == "KRW")
            {
                inWon.Add(new(last, wire.Text("paymentKey"), wire.Text("orderId"), wire.Text("status"), wire.Time("transactionAt"), wire.Krw("amount")));
            }
            if (wire.Problem is not null)
            {
                return new TransactionsAnswer.Failed($"HTTP 200 with a row with {wire.Problem}"); // Skipping it would hide money.
            }
        }
        return new TransactionsAnswer.Page(inWon.DrainToImmutable(), rows.GetArrayLength() == limit ? last : null);
    }

    private static string InKorea(Instant instant) => KoreanLocalTime.Format(instant.WithOffset(Offset.FromHours(9)).LocalDateTime);

    private static string WhyNot(TossReply reply) => reply switch
    {
        TossReply.Unanswered unanswered => unanswered.Reason,
        TossReply.Refused refused => $"HTTP {(int)refused.Status} {refused.Code}",
        TossReply.Ok { Body.ValueKind: JsonValueKind.Undefined } => "HTTP 200 with an empty body",
        _ => "HTTP 200 with JSON of another shape",
    };
}
