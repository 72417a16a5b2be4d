using NodaTime;
using OrleansBilling.Domain;
using OrleansBilling.Domain.Pumping;
using OrleansBilling.Simulation.Provider;

namespace OrleansBilling.Simulation.Engine;

/// <summary>Carries one step out at the provider and says what came back, as the application's client does. Built from the stored step alone.</summary>
internal sealed class Flight(Cluster cluster, Activation activation)
{
    // The client waits longer than the 60 s that a charge may last.
    private static readonly Duration TimeOut = Duration.FromSeconds(70);

    private readonly Silo _silo = activation.Silo;
    private readonly string _credential = activation.Silo.Credential;
    private bool _over;

    /// <summary>Sends, unless what it would send by is too old by now.</summary>
    public void Start(Subscription s, NextStep step, Freshness freshness)
    {
        if (step is NextStep.Charge && !freshness.Lasts)
        {
            cluster.Trace?.Add(_silo.Name, $"does not send {Shown.Of(step)}: what it read is too old");
            activation.Land(null);
            return;
        }

        cluster.Trace?.Add(_silo.Name, $"sends {Shown.Of(step)}");
        switch (step)
        {
            case NextStep.Charge { Attempt: var attempt }:
                Begin(reply => ChargeOutcome(attempt, reply), cluster.Provider.Charge, RequestOf(s, attempt));
                break;
            case NextStep.LookUp { Attempt: var attempt }:
                Instant askedAt = cluster.Time.Now + _silo.Ahead;
                Begin(reply => LookUpOutcome(attempt.OrderId, askedAt, reply), (orderId, reply) => cluster.Provider.LookUpOrder(_silo.Index, _credential, orderId, reply), attempt.OrderId);
                break;
            case NextStep.SendRefund { Refund: var refund }:
                Begin(reply => RefundOutcome(refund, reply), cluster.Provider.Cancel, RequestOf(s, refund));
                break;
            case NextStep.ReadRefund { Refund: var refund }:
                Begin(
                    reply => reply is Reply.Payment p ? new Outcome.RefundSeen(refund.Number, p.Body) : new Outcome.RefundUnanswered(refund.Number, reply.ToString()!),
                    (key, reply) => cluster.Provider.LookUpPayment(_silo.Index, _credential, key, reply),
                    refund.PaymentKey);
                break;
            case NextStep.DeleteBillingKey { Method: var method }:
                Begin(reply => DeletionOutcome(method.Id, reply), (key, reply) => cluster.Provider.Delete(_silo.Index, _credential, key, reply), KeyOf(s, method.Id));
                break;
            default:
                throw new InvalidOperationException($"{step.GetType().Name} is no effect.");
        }
    }

    private void Begin<TCall>(Func<Reply, Outcome> read, Action<TCall, Action<Reply>> send, TCall call)
    {
        cluster.Time.After(TimeOut, () => End(new Reply.Nothing("time-out"), read));
        send(call, reply => End(reply, read));
    }

    private void End(Reply reply, Func<Reply, Outcome> read)
    {
        if (!_over)
        {
            _over = true;
            _silo.WhenRunning(() => activation.Land(read(reply)));
        }
    }

    private ChargeCall RequestOf(Subscription s, Attempt attempt) => new(
        _silo.Index, _credential, KeyOf(s, attempt.PaymentMethodId), attempt.CustomerKey, attempt.OrderId, attempt.OrderName, attempt.AmountKrw, attempt.TaxFreeKrw);

    private CancelCall RequestOf(Subscription s, Refund refund) => new(
        _silo.Index, _credential, refund.PaymentKey, refund.AmountKrw, refund.RefundableKrw,
        $"구독 환불 {SubscriptionLifecycle.RefundMark(s, refund)}", SubscriptionLifecycle.RefundIdempotencyKey(s, refund));

    private static string KeyOf(Subscription s, string paymentMethodId) =>
        People.Encrypted.Read(s.PaymentMethods.First(m => m.Id == paymentMethodId).EncryptedBillingKey
            ?? throw new InvalidOperationException($"The billing key of {paymentMethodId} was removed."));

    /// <summary>Approved only when the answer says DONE about exactly this order and amount.</summary>
    private static Outcome ChargeOutcome(Attempt attempt, Reply reply) => reply switch
    {
        Reply.Payment { Body: { Status: "DONE", Currency: "KRW" } body } when body.OrderId == attempt.OrderId && body.TotalKrw == attempt.AmountKrw =>
            new Outcome.ChargeApproved(attempt.OrderId, body),
        Reply.Payment p => new Outcome.ChargeContradicted(attempt.OrderId, p.ToString()),
        Reply.Refused r => new Outcome.ChargeRefused(attempt.OrderId, r.Code),
        _ => new Outcome.ChargeUnanswered(attempt.OrderId, reply.ToString()!),
    };

    private static Outcome LookUpOutcome(string orderId, Instant askedAt, Reply reply) => reply switch
    {
        Reply.Payment { Body: var body } when body.OrderId == orderId => new Outcome.PaymentFound(orderId, body),
        Reply.Refused { Code: "NOT_FOUND_PAYMENT" } => new Outcome.PaymentNotFound(orderId, askedAt),
        _ => new Outcome.LookUpFailed(orderId, reply.ToString()!),
    };

    private static Outcome RefundOutcome(Refund refund, Reply reply) => reply switch
    {
        Reply.Payment p => new Outcome.RefundSeen(refund.Number, p.Body),
        Reply.Refused r => new Outcome.RefundRefused(refund.Number, r.Code),
        _ => new Outcome.RefundUnanswered(refund.Number, reply.ToString()!),
    };

    private static Outcome DeletionOutcome(string methodId, Reply reply) => reply is Reply.Done or Reply.Refused { Code: "ALREADY_REMOVED_BILLING_KEY" or "NOT_FOUND_BILLING" }
        ? new Outcome.BillingKeyDeleted(methodId)
        : new Outcome.BillingKeyDeletionFailed(methodId, reply.ToString()!);
}
