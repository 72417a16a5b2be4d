namespace OrleansBilling.TossSimulator;

/// <summary>
/// Behaviour that Toss does not document, or that a test wants otherwise. Each default is the safest reading of what is known; where it is
/// an assumption, the summary says so. Changed at run time by <c>POST /simulator/knobs</c>; not kept over a restart.
/// </summary>
public sealed record SimulatorKnobs
{
    /// <summary>Life of an authKey on the virtual clock. Toss publishes no number. Assumption: minutes.</summary>
    public TimeSpan AuthKeyLifetime { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>Life of an idempotency key since its first use, on the virtual clock. Documented: 15 days.</summary>
    public TimeSpan IdempotencyLifetime { get; init; } = TimeSpan.FromDays(15);

    /// <summary>Whether a 5xx answer is bound to its idempotency key as 4xx are. Untested by anybody. Assumption: no.</summary>
    public bool BindsServerErrors { get; init; }

    /// <summary>Whether an order id may be used again after a declined charge. Assumption: yes, as DUPLICATED_ORDER_ID only speaks of approved and cancelled orders.</summary>
    public bool FailedOrderIdsReusable { get; init; } = true;

    /// <summary>Documented as true. False breaks the promise that an order id is approved at most once, to test what finds the second payment.</summary>
    public bool RefusesDuplicateOrderIds { get; init; } = true;

    /// <summary>Whether a declined charge can be looked up (ABORTED, with failure). Unknown. Assumption: no, 404 NOT_FOUND_PAYMENT.</summary>
    public bool FailedChargesVisible { get; init; }

    /// <summary>Answer for a charge with a billing key that never existed. Unrecorded. Assumption: INVALID_BILL_KEY_REQUEST.</summary>
    public string UnknownBillingKeyCode { get; init; } = "INVALID_BILL_KEY_REQUEST";

    /// <summary>Answer for deleting a billing key that never existed. Unrecorded. Assumption: NOT_FOUND_BILLING.</summary>
    public string UnknownBillingKeyOnDeleteCode { get; init; } = "NOT_FOUND_BILLING";

    /// <summary>
    /// Whether every card stops working after its expiry month on the virtual clock. Assumption: no, as the sandbox knows no real cards; the
    /// scripted card that expires does so regardless.
    /// </summary>
    public bool EveryCardExpires { get; init; }

    /// <summary>
    /// How long a new transaction stays out of GET /v1/transactions, on the virtual clock. Measured: not reliably there within an hour. Default: none,
    /// so that tests need not wait.
    /// </summary>
    public TimeSpan TransactionsLag { get; init; }

    /// <summary>Requests per minute, secret key and operation before HTTP 429. Documented for the sandbox: 100. Default 0: no limit, since tests are faster.</summary>
    public int RequestsPerMinute { get; init; }

    /// <summary>Additive drift, which Toss announces as possible at any time: unknown fields, an unknown enum value, amounts as 5000.0.</summary>
    public bool Drift { get; init; }

    /// <summary>Where webhooks of all merchants go. Toss takes these in its developer centre only. Empty: none are sent.</summary>
    public IReadOnlyList<string> WebhookUrls { get; init; } = [];

    /// <summary>Whether a billing payment's cancel sends PAYMENT_STATUS_CHANGED. Assumption: yes, as the documented exception covers completion only.</summary>
    public bool WebhookOnCancel { get; init; } = true;

    /// <summary>Longest wait for a receiver, in real time. Documented: 10 seconds.</summary>
    public TimeSpan WebhookTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How often each webhook is sent once more after a success, with the same transmission id. Toss promises no exactly-once.</summary>
    public int WebhookDuplicates { get; init; }

    /// <summary>Each event waits for the next one and is sent after it. Toss promises no order.</summary>
    public bool WebhooksReversed { get; init; }
}
