using System.Runtime.InteropServices;

namespace OrleansBilling.TossSimulator.State;

/// <summary>Everything the simulator knows, in memory. Changed only by <see cref="Apply"/>, under the lock of <see cref="SimulatorState"/>.</summary>
internal sealed class Books
{
    private readonly Dictionary<string, AuthKeyRecord> _authKeys = [];
    private readonly Dictionary<string, BillingKeyRecord> _billingKeys = [];
    private readonly Dictionary<string, PaymentRecord> _payments = [];
    private readonly Dictionary<(string MerchantId, string OrderId), List<string>> _paymentKeysByOrder = [];
    private readonly Dictionary<(string MerchantId, string OrderId), PaymentRecord> _declined = [];
    private readonly Dictionary<IdempotencyScope, BoundAnswer> _answers = [];
    private readonly Dictionary<string, WebhookRecord> _webhooks = [];
    private readonly List<LedgerRow> _ledger = [];

    public TimeSpan ClockOffset { get; private set; }

    /// <summary>Approvals and cancels in the order in which they became true.</summary>
    public IReadOnlyList<LedgerRow> Ledger => _ledger;

    public IReadOnlyCollection<BillingKeyRecord> BillingKeys => _billingKeys.Values;

    public IEnumerable<WebhookRecord> Webhooks => _webhooks.Values;

    public AuthKeyRecord? AuthKey(string authKey) => _authKeys.GetValueOrDefault(authKey);

    public BillingKeyRecord? BillingKey(string billingKey) => _billingKeys.GetValueOrDefault(billingKey);

    public PaymentRecord? Payment(string paymentKey) => _payments.GetValueOrDefault(paymentKey);

    /// <summary>The latest approved payment of an order.</summary>
    public PaymentRecord? Approved(string merchantId, string orderId) =>
        _paymentKeysByOrder.TryGetValue((merchantId, orderId), out List<string>? keys) ? _payments[keys[^1]] : null;

    /// <summary>The latest declined charge of an order.</summary>
    public PaymentRecord? Declined(string merchantId, string orderId) => _declined.GetValueOrDefault((merchantId, orderId));

    public BoundAnswer? Answer(IdempotencyScope scope) => _answers.GetValueOrDefault(scope);

    public void Apply(JournalEntry entry)
    {
        switch (entry)
        {
            case JournalEntry.ClockMoved e:
                ClockOffset = e.Offset;
                break;
            case JournalEntry.AuthKeyCreated e:
                _authKeys[e.AuthKey.AuthKey] = e.AuthKey;
                break;
            case JournalEntry.BillingKeyIssued e:
                _billingKeys[e.BillingKey.BillingKey] = e.BillingKey;
                if (e.AuthKey is not null)
                {
                    _authKeys[e.AuthKey] = _authKeys[e.AuthKey] with { IsUsed = true };
                }
                break;
            case JournalEntry.BillingKeyRemoved e:
                _billingKeys[e.BillingKey] = _billingKeys[e.BillingKey] with { RemovedAt = e.At };
                break;
            case JournalEntry.CardReached e:
                _billingKeys[e.BillingKey] = _billingKeys[e.BillingKey] with { Charges = _billingKeys[e.BillingKey].Charges + 1 };
                break;
            case JournalEntry.PaymentApproved e:
                Approve(e.Payment);
                break;
            case JournalEntry.PaymentDeclined e:
                _declined[(e.Payment.MerchantId, e.Payment.OrderId)] = e.Payment;
                break;
            case JournalEntry.PaymentCanceled e:
                Cancel(_payments[e.PaymentKey], e.Cancel);
                break;
            case JournalEntry.AnswerBound e:
                _answers[e.Scope] = e.Answer;
                break;
            case JournalEntry.WebhookQueued e:
                _webhooks[e.Webhook.Id] = e.Webhook;
                break;
            case JournalEntry.WebhookTried e:
                WebhookRecord webhook = _webhooks[e.Id];
                _webhooks[e.Id] = webhook with { Attempts = webhook.Attempts.Add(e.Status), NextAt = e.NextAt };
                break;
            default:
                throw new InvalidOperationException($"The books do not know {entry.GetType().Name}.");
        }
    }

    private void Approve(PaymentRecord payment)
    {
        _payments[payment.PaymentKey] = payment;
        ref List<string>? keys = ref CollectionsMarshal.GetValueRefOrAddDefault(_paymentKeysByOrder, (payment.MerchantId, payment.OrderId), out _);
        (keys ??= []).Add(payment.PaymentKey);
        _ledger.Add(new(LedgerKind.Approval, payment.MerchantId, payment.OrderId, payment.PaymentKey, payment.TransactionKey, payment.AmountKrw,
            payment.CustomerKey, payment.ApprovedAt));
    }

    private void Cancel(PaymentRecord payment, CancelRecord cancel)
    {
        _payments[payment.PaymentKey] = payment with { Cancels = payment.Cancels.Add(cancel) };
        _ledger.Add(new(LedgerKind.Cancel, payment.MerchantId, payment.OrderId, payment.PaymentKey, cancel.TransactionKey, cancel.AmountKrw,
            payment.CustomerKey, cancel.CanceledAt));
    }
}
