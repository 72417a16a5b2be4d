using NodaTime;
using OrleansBilling.Clock;
using OrleansBilling.Domain;
using OrleansBilling.Security;
using OrleansBilling.Telemetry;
using OrleansBilling.Toss;

namespace OrleansBilling.Subscriptions;

/// <summary>
/// Carries a step out at the provider and says what came back. Holds no state: everything that a request is made of stands in the stored step, so carrying it out
/// again after a crash is carrying out the same one.
/// </summary>
internal sealed class SubscriptionEffects(TossClient toss, BillingKeyCipher cipher, BillingMetrics metrics, [FromKeyedServices(BillingClock.Key)] TimeProvider billingClock)
{
    /// <exception cref="SecretUnreadableException">The key ring cannot read the billing key; nothing was sent.</exception>
    public async Task<Outcome> PerformAsync(Subscription s, NextStep step)
    {
        using BillingMetrics.Flight flight = metrics.Flies(step);
        Outcome outcome = await SendAsync(s, step);
        flight.Landed(outcome);
        return outcome;
    }

    private async Task<Outcome> SendAsync(Subscription s, NextStep step) => step switch
    {
        NextStep.Charge charge => await toss.ChargeAsync(RequestOf(s, charge.Attempt)),
        NextStep.LookUp lookUp => await LookUpAsync(lookUp.Attempt.OrderId),
        NextStep.SendRefund send => await toss.CancelAsync(RequestOf(s, send.Refund)),
        NextStep.ReadRefund read => (await toss.GetPaymentAsync(read.Refund.PaymentKey)) switch
        {
            PaymentAnswer.Found found => new Outcome.RefundSeen(read.Refund.Number, found.Payment),
            var other => new Outcome.RefundUnanswered(read.Refund.Number, other is PaymentAnswer.Failed failed ? failed.Reason : "the payment was not found"),
        },
        NextStep.DeleteBillingKey delete => await toss.DeleteBillingKeyAsync(KeyOf(s, delete.Method.Id), delete.Method.Id),
        _ => throw new InvalidOperationException($"{step.GetType().Name} is no effect."),
    };

    private async Task<Outcome> LookUpAsync(string orderId)
    {
        Instant askedAt = Instant.FromDateTimeOffset(billingClock.GetUtcNow()); // Before it leaves: a process that is stopped on the way may hear the answer an hour later.
        return (await toss.GetPaymentByOrderAsync(orderId)).ToOutcome(orderId, askedAt);
    }

    private ChargeRequest RequestOf(Subscription s, Attempt attempt) =>
        new(KeyOf(s, attempt.PaymentMethodId), attempt.CustomerKey, attempt.OrderId, attempt.OrderName, attempt.AmountKrw, attempt.TaxFreeKrw);

    private static CancelRequest RequestOf(Subscription s, Refund refund) => new(
        refund.Number, refund.PaymentKey, refund.AmountKrw, refund.RefundableKrw,
        $"구독 환불 {SubscriptionLifecycle.RefundMark(s, refund)}", SubscriptionLifecycle.RefundIdempotencyKey(s, refund));

    private BillingKey KeyOf(Subscription s, string paymentMethodId)
    {
        string? stored = s.PaymentMethods.FirstOrDefault(m => m.Id == paymentMethodId)?.EncryptedBillingKey; // Null also where the row was damaged or mended by hand.
        EncryptedSecret secret = EncryptedSecret.FromStored(stored)
            ?? throw new SecretUnreadableException(SecretContext.BillingKey(s.Merchant, paymentMethodId), "it was removed");
        return new BillingKey(cipher.Decrypt(s.Merchant, paymentMethodId, secret));
    }
}
