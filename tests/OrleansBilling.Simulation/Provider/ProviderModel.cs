using NodaTime;
using OrleansBilling.Domain;
using OrleansBilling.Simulation.Audit;
using OrleansBilling.Simulation.Chance;
using OrleansBilling.Simulation.World;

namespace OrleansBilling.Simulation.Provider;

/// <summary>
/// The payment provider and the way to it. It keeps its documented rules: a charge is over within 60 s of its arrival, an answer that was given to an idempotency key is
/// repeated for 15 days to the same key, API key and URL, and (where <see cref="Temper"/> says so) an order id that was approved is refused afterwards.
/// </summary>
internal sealed partial class ProviderModel(Scheduler time, Chaos chaos, Temper temper, Auditor auditor, Trace? trace)
{
    private static readonly Duration Transit = Duration.FromMilliseconds(40);
    private static readonly Duration Processing = Duration.FromMilliseconds(400);
    private static readonly Duration ProcessingLimit = Duration.FromSeconds(60);
    private static readonly Duration LongestTransit = Duration.FromSeconds(25);
    private static readonly Duration Lifetime = Duration.FromDays(15);

    private const string UnlistedCode = "A_CODE_THAT_NOBODY_KNOWS";

    private static readonly string[] TransientCodes =
        ["PROVIDER_ERROR", "FAILED_INTERNAL_SYSTEM_PROCESSING", "CARD_PROCESSING_ERROR", "FAILED_PAYMENT_INTERNAL_SYSTEM_PROCESSING", "UNKNOWN_PAYMENT_ERROR", UnlistedCode];

    private readonly Dictionary<string, Card> _cards = [];
    private readonly Dictionary<(string Key, string Credential, string Url), Binding> _bindings = [];
    private readonly Dictionary<string, LedgerPayment> _byOrder = [];
    private readonly Dictionary<string, LedgerPayment> _byPaymentKey = [];
    private readonly Dictionary<string, string> _failedOrders = [];
    private readonly Dictionary<string, Instant> _runningOrders = [];
    private readonly Dictionary<string, Instant> _credentials = [];

    private Instant _outageUntil = Instant.MinValue;
    private int _outageKind;
    private Instant _refusedUntil = Instant.MinValue;
    private string _refusalCode = "";
    private int? _refusedSilo;

    public void Register(Card card) => _cards.Add(card.BillingKey, card);

    /// <param name="until">The old one of two works for seven days more.</param>
    public void Accept(string credential, Instant until) => _credentials[credential] = until;

    public void BreakDown(Instant until, int kind) => (_outageUntil, _outageKind) = (until, kind);

    /// <param name="silo">Only calls from this one; null for all.</param>
    public void Refuse(Instant until, string code, int? silo) => (_refusedUntil, _refusalCode, _refusedSilo) = (until, code, silo);

    public void Recover() => (_outageUntil, _refusedUntil) = (Instant.MinValue, Instant.MinValue);

    /// <summary>What is known of an order, whatever any process believes.</summary>
    public LedgerPayment? PaymentOf(string orderId) => _byOrder.GetValueOrDefault(orderId);

    /// <summary>The call is on its way.</summary>
    private void Travel(Action arrive) =>
        time.After(chaos.Strikes(Fault.RequestSlow, out Dice dice) ? dice.Magnitude(Transit, LongestTransit) : Transit, arrive);

    private void Answer(Action<Reply> reply, Reply answer, Duration? after = null)
    {
        if (!chaos.Strikes(Fault.AnswerLost))
        {
            time.After((after ?? Duration.Zero) + Transit, () => reply(answer));
        }
    }

    /// <summary>What the gateway says before anything looks at the request; null when it lets it pass.</summary>
    private Reply? Gate(int silo, string credential)
    {
        if (time.Now < _outageUntil)
        {
            return _outageKind == 0 ? new Reply.Nothing("HTTP 503") : new Reply.Refused("FAILED_INTERNAL_SYSTEM_PROCESSING");
        }

        if (chaos.Strikes(Fault.RateLimited, out Dice dice))
        {
            return dice.Chance(0.5) ? new Reply.Nothing("HTTP 429") : new Reply.Refused("FORBIDDEN_CONSECUTIVE_REQUEST");
        }

        if (time.Now < _refusedUntil && (_refusedSilo is not { } only || only == silo))
        {
            return new Reply.Refused(_refusalCode);
        }

        return _credentials.GetValueOrDefault(credential, Instant.MinValue) > time.Now ? null : new Reply.Refused("UNAUTHORIZED_KEY");
    }

    private bool IsSilentOutage => time.Now < _outageUntil && _outageKind == 2;

    /// <summary>The binding under this key, or null where there is none or it is forgotten.</summary>
    private Binding? Bound((string, string, string) key) =>
        _bindings.TryGetValue(key, out Binding? binding) && time.Now - binding.Since < Lifetime ? binding : null;

    /// <summary>A GET. 404 is <c>NOT_FOUND_PAYMENT</c>.</summary>
    public void LookUpOrder(int silo, string credential, string orderId, Action<Reply> reply) =>
        Read(silo, credential, reply, asOf => FindOrder(orderId, asOf));

    public void LookUpPayment(int silo, string credential, string paymentKey, Action<Reply> reply) => Read(silo, credential, reply, _ =>
        _byPaymentKey.TryGetValue(paymentKey, out LedgerPayment? payment) ? new Reply.Payment(payment.Seen()) : new Reply.Refused("NOT_FOUND_PAYMENT"));

    private void Read(int silo, string credential, Action<Reply> reply, Func<Instant, Reply> find) => Travel(() =>
    {
        if (IsSilentOutage || chaos.Strikes(Fault.LookUpFails))
        {
            return; // The caller's time-out says so.
        }

        Instant asOf = chaos.Strikes(Fault.LookUpLags, out Dice dice) ? time.Now - dice.Between(Duration.Zero, Duration.FromSeconds(30)) : time.Now;
        Answer(reply, Gate(silo, credential) ?? find(asOf));
    });

    private Reply FindOrder(string orderId, Instant asOf)
    {
        if (_byOrder.TryGetValue(orderId, out LedgerPayment? payment) && payment.ApprovedAt <= asOf)
        {
            return new Reply.Payment(payment.Seen());
        }

        if (temper.ShowsRunningOrders && _runningOrders.TryGetValue(orderId, out Instant until) && until > time.Now)
        {
            return new Reply.Payment(Unapproved(orderId, "IN_PROGRESS", null));
        }

        return temper.ShowsFailedOrders && _failedOrders.TryGetValue(orderId, out string? code)
            ? new Reply.Payment(Unapproved(orderId, "ABORTED", code))
            : new Reply.Refused("NOT_FOUND_PAYMENT");
    }

    private static ProviderPayment Unapproved(string orderId, string status, string? code) => new()
    {
        PaymentKey = $"pay-{orderId}",
        OrderId = orderId,
        Status = status,
        Currency = "KRW",
        TotalKrw = 0,
        BalanceKrw = 0,
        FailureCode = code,
    };

    public void Delete(int silo, string credential, string billingKey, Action<Reply> reply) => Travel(() =>
    {
        if (IsSilentOutage || chaos.Strikes(Fault.DeletionFails))
        {
            return;
        }

        if (Gate(silo, credential) is { } refusal)
        {
            Answer(reply, refusal);
            return;
        }

        if (_cards.TryGetValue(billingKey, out Card? card) && !card.Removed)
        {
            card.Removed = true;
            auditor.KeyDeleted(billingKey);
            trace?.Add("provider", $"deletes {billingKey}");
            Answer(reply, new Reply.Done());
            return;
        }

        Answer(reply, new Reply.Refused("ALREADY_REMOVED_BILLING_KEY"));
    });
}
