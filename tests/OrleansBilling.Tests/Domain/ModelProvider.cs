using NodaTime;
using OrleansBilling.Domain;
using OrleansBilling.Tests.Support;

namespace OrleansBilling.Tests.Domain;

/// <summary>
/// A payment provider in a few lines that keeps its rules: answers bound to their idempotency key for 15 days, order ids refused after an approval, an approval that
/// lands at most a minute after the request, a cancel only on the balance that it names.
/// </summary>
internal sealed class ModelProvider
{
    private static readonly Duration KeyLife = Duration.FromDays(15);
    private static readonly Duration SlowApproval = Duration.FromSeconds(55);

    private readonly Dictionary<string, (Outcome Answer, Instant At)> _bound = [];
    private readonly Dictionary<string, (ProviderPayment Payment, Instant Since)> _payments = [];

    public IEnumerable<ProviderPayment> Payments => _payments.Values.Select(p => p.Payment);

    public ProviderPayment? Payment(string orderId) => _payments.TryGetValue(orderId, out var found) ? found.Payment : null;

    /// <param name="fate">0–99; 0 is always an approval that is answered.</param>
    public Outcome Charge(Attempt attempt, Instant now, int fate)
    {
        if (_bound.TryGetValue(attempt.OrderId, out (Outcome Answer, Instant At) before) && now - before.At < KeyLife)
        {
            return fate is > 80 and < 90 ? new Outcome.ChargeUnanswered(attempt.OrderId, "reset") : before.Answer;
        }

        if (_payments.ContainsKey(attempt.OrderId))
        {
            return new Outcome.ChargeRefused(attempt.OrderId, "DUPLICATED_ORDER_ID");
        }

        return fate switch
        {
            < 35 => Bind(attempt, now, Approve(attempt, now)),
            < 45 => BindApproved(attempt, now, now, new Outcome.ChargeUnanswered(attempt.OrderId, "timeout")),
            < 50 => BindApproved(attempt, now, now + SlowApproval, new Outcome.ChargeUnanswered(attempt.OrderId, "timeout")),
            < 58 => new Outcome.ChargeUnanswered(attempt.OrderId, "timeout"), // It never arrived.
            < 68 => Bind(attempt, now, new Outcome.ChargeRefused(attempt.OrderId, "REJECT_CARD_PAYMENT")),
            < 69 => Bind(attempt, now, new Outcome.ChargeRefused(attempt.OrderId, "ALREADY_REMOVED_BILLING_KEY")),
            < 70 => new Outcome.ChargeRefused(attempt.OrderId, "NOT_FOUND_BILLING"), // A wrong MID, for a while.
            < 73 => Bind(attempt, now, new Outcome.ChargeRefused(attempt.OrderId, "INVALID_STOPPED_CARD")),
            < 76 => Bind(attempt, now, new Outcome.ChargeRefused(attempt.OrderId, "REJECT_CARD_COMPANY")),
            < 78 => Bind(attempt, now, new Outcome.ChargeRefused(attempt.OrderId, "PROVIDER_ERROR")),
            < 80 => new Outcome.ChargeRefused(attempt.OrderId, "FAILED_CARD_COMPANY_RESPONSE"), // Whether a 5xx is bound to its key is not known.
            < 83 => BindCommitted(attempt, now, "FAILED_INTERNAL_SYSTEM_PROCESSING"),
            < 84 => BindCommitted(attempt, now, "A_CODE_MADE_LATER"),
            < 88 => new Outcome.ChargeRefused(attempt.OrderId, "ANOTHER_CODE_MADE_LATER"),
            < 89 => new Outcome.ChargeRefused(attempt.OrderId, "ALREADY_PROCESSED_PAYMENT"), // And there is none.
            < 90 => Bind(attempt, now, new Outcome.ChargeRefused(attempt.OrderId, "UNKNOWN_PAYMENT_ERROR")),
            < 92 => new Outcome.ChargeRefused(attempt.OrderId, "IDEMPOTENT_REQUEST_PROCESSING"),
            < 94 => new Outcome.ChargeRefused(attempt.OrderId, "UNAUTHORIZED_KEY"), // Nobody knows that it is bound to its key.
            < 95 => Bind(attempt, now, new Outcome.ChargeRefused(attempt.OrderId, "NOT_SUPPORTED_METHOD")),
            < 97 => Bind(attempt, now, new Outcome.ChargeRefused(attempt.OrderId, "NOT_MATCHES_CUSTOMER_KEY")),
            < 99 => BindApproved(attempt, now, now, new Outcome.ChargeContradicted(attempt.OrderId, "unreadable")),
            _ => BindOtherAmount(attempt, now),
        };
    }

    public Outcome LookUp(string orderId, Instant now, int fate) => fate > 85
        ? new Outcome.LookUpFailed(orderId, "timeout")
        : _payments.TryGetValue(orderId, out var found) && found.Since <= now ? new Outcome.PaymentFound(orderId, found.Payment) : new Outcome.PaymentNotFound(orderId, now);

    public Outcome Refund(Subscription s, Refund refund, Instant now, int fate)
    {
        ProviderPayment payment = Payments.Single(p => p.PaymentKey == refund.PaymentKey);
        if (fate is > 60 and < 75)
        {
            return new Outcome.RefundUnanswered(refund.Number, "timeout");
        }

        if (payment.BalanceKrw != refund.RefundableKrw || refund.AmountKrw > payment.BalanceKrw || fate is >= 75 and < 85)
        {
            return new Outcome.RefundRefused(refund.Number, fate >= 75 ? "PROVIDER_ERROR" : "NOT_MATCHES_REFUNDABLE_AMOUNT");
        }

        ProviderCancel cancel = A.Cancel($"tx-{refund.Number}-{refund.Try}", refund.AmountKrw, $"구독 환불 {SubscriptionLifecycle.RefundMark(s, refund)}", now);
        ProviderPayment after = payment with { BalanceKrw = payment.BalanceKrw - refund.AmountKrw, Cancels = payment.Cancels.Add(cancel) };
        _payments[payment.OrderId] = (after, _payments[payment.OrderId].Since);
        return fate >= 85 ? new Outcome.RefundUnanswered(refund.Number, "reset") : new Outcome.RefundSeen(refund.Number, after);
    }

    public Outcome ReadRefund(Refund refund, int fate) => fate > 85
        ? new Outcome.RefundUnanswered(refund.Number, "timeout")
        : new Outcome.RefundSeen(refund.Number, Payments.Single(p => p.PaymentKey == refund.PaymentKey));

    private Outcome.ChargeApproved Approve(Attempt attempt, Instant at, long? otherKrw = null)
    {
        ProviderPayment payment = A.PaymentOf(otherKrw is { } krw ? attempt with { AmountKrw = krw } : attempt, at);
        _payments.Add(attempt.OrderId, (payment, at));
        return new(attempt.OrderId, payment);
    }

    private Outcome Bind(Attempt attempt, Instant now, Outcome answer)
    {
        _bound[attempt.OrderId] = (answer, now);
        return answer;
    }

    /// <summary>The money moves, and the answer says something else, now and whenever it is repeated.</summary>
    private Outcome BindCommitted(Attempt attempt, Instant now, string code)
    {
        Approve(attempt, now);
        return Bind(attempt, now, new Outcome.ChargeRefused(attempt.OrderId, code));
    }

    /// <summary>The provider takes another amount than was asked for.</summary>
    private Outcome BindOtherAmount(Attempt attempt, Instant now)
    {
        Approve(attempt, now, otherKrw: attempt.AmountKrw - 100);
        return Bind(attempt, now, new Outcome.ChargeContradicted(attempt.OrderId, "amount"));
    }

    /// <summary>Approved, but what arrives is something else; a repeat is answered well.</summary>
    private Outcome BindApproved(Attempt attempt, Instant now, Instant at, Outcome arrives)
    {
        Bind(attempt, now, Approve(attempt, at));
        return arrives;
    }
}
