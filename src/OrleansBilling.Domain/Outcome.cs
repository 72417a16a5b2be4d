using NodaTime;

namespace OrleansBilling.Domain;

/// <summary>
/// What came back from the outside world for one effect. It names the effect (order id, refund number, payment method), never "the current one",
/// because by the time it arrives the subscription may have moved on.
/// </summary>
public abstract record Outcome
{
    private Outcome() { }

    /// <summary>The provider answered 200 with a payment that is DONE and whose order id and amount are those that were asked for.</summary>
    public sealed record ChargeApproved(string OrderId, ProviderPayment Payment) : Outcome;

    /// <summary>The provider answered with an error code. What the code means is decided by <see cref="ProviderCodes"/>, never by an HTTP status.</summary>
    public sealed record ChargeRefused(string OrderId, string Code) : Outcome;

    /// <summary>No usable answer: time-out, reset, unreadable body, 409, 429 or 5xx without a code. The money may have moved.</summary>
    public sealed record ChargeUnanswered(string OrderId, string Reason) : Outcome
    {
        /// <summary>The reason that stands for 429.</summary>
        public const string Throttled = "HTTP 429";
    }

    /// <summary>200, but not DONE, or another order id or amount than ours. Never taken for paid; looked up.</summary>
    public sealed record ChargeContradicted(string OrderId, string Reason) : Outcome;

    /// <summary>A look-up by order id found a payment, in whatever status.</summary>
    public sealed record PaymentFound(string OrderId, ProviderPayment Payment) : Outcome;

    /// <summary>A look-up by order id answered 404 NOT_FOUND_PAYMENT. Proves nothing until well after the last send.</summary>
    /// <param name="AskedAt">When the look-up was sent, by the billing clock. That it found nothing says nothing of any later moment, however late the answer is heard.</param>
    public sealed record PaymentNotFound(string OrderId, Instant AskedAt) : Outcome;

    /// <summary>A look-up by order id did not answer or was refused. Nothing was learnt.</summary>
    public sealed record LookUpFailed(string OrderId, string Reason) : Outcome;

    /// <summary>
    /// The comparison of the books found this payment at the provider, by its payment key, and our books do not have it (or not all of its cancels). Answers no request of ours.
    /// </summary>
    /// <param name="IsSecond">Our books have another payment of the same order, and the provider confirms that one too.</param>
    public sealed record PaymentReconciled(ProviderPayment Payment, bool IsSecond) : Outcome;

    /// <summary>The provider answered 200 to a cancel, or a look-up by payment key was made for it: the payment as it is now.</summary>
    public sealed record RefundSeen(int RefundNumber, ProviderPayment Payment) : Outcome;

    /// <summary>A cancel was answered with an error code. No proof that no money moved: it is read back.</summary>
    public sealed record RefundRefused(int RefundNumber, string Code) : Outcome;

    /// <summary>A cancel, or reading its payment back, got no usable answer; it is read back before anything else.</summary>
    public sealed record RefundUnanswered(int RefundNumber, string Reason) : Outcome;

    /// <summary>The provider deleted the billing key, or said that it was deleted already or never existed.</summary>
    public sealed record BillingKeyDeleted(string PaymentMethodId) : Outcome;

    /// <summary>Deleting did not work this time; it is tried again later, since a left-over key charges nobody by itself.</summary>
    public sealed record BillingKeyDeletionFailed(string PaymentMethodId, string Reason) : Outcome;
}
