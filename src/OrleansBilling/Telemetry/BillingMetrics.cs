using System.Diagnostics;
using System.Diagnostics.Metrics;
using OrleansBilling.Domain;

namespace OrleansBilling.Telemetry;

/// <summary>
/// Every instrument of this program, in one place, under one meter. Names, units and tag values are documented in <c>docs/operating.md</c> with the alert that each deserves,
/// and never change their meaning: dashboards are built on them. Tags hold words of short lists (an outcome, a cause), never an id, a key or a URL.
/// </summary>
internal sealed class BillingMetrics
{
    public const string MeterName = "OrleansBilling";

    private readonly Meter _meter;
    private readonly Counter<long> _effects;
    private readonly Histogram<double> _effectDuration;
    private readonly UpDownCounter<long> _inFlight;
    private readonly Counter<long> _held;
    private readonly Counter<long> _throttled;
    private readonly Histogram<int> _batch;
    private readonly Counter<long> _batchFailures;
    private readonly Counter<long> _finds;
    private readonly Histogram<double> _sweepDuration;
    private readonly Counter<long> _differences;
    private volatile SweepFigures? _swept;

    public BillingMetrics(IMeterFactory factory)
    {
        _meter = factory.Create(MeterName);
        _effects = _meter.CreateCounter<long>("orleansbilling.provider.outcomes", "{outcome}", "What became of the requests to the provider, by effect and outcome.");
        _effectDuration = _meter.CreateHistogram<double>("orleansbilling.provider.duration", "s", "How long the provider took, by effect and outcome.");
        _inFlight = _meter.CreateUpDownCounter<long>("orleansbilling.provider.in_flight", "{request}", "Requests that are at the provider now, by effect.");
        _held = _meter.CreateCounter<long>("orleansbilling.provider.held", "{request}", "Requests that were due and not allowed to leave, by reason.");
        _throttled = _meter.CreateCounter<long>("orleansbilling.charging.throttled", "{request}", "Requests that the provider refused because there were too many.");
        _batch = _meter.CreateHistogram<int>("orleansbilling.outbox.batch", "{subscription}", "Subscriptions whose events were written to the read side in one transaction.");
        _batchFailures = _meter.CreateCounter<long>("orleansbilling.outbox.failures", "{subscription}", "Subscriptions whose events could not be written; their grains hand them over again.");
        _finds = _meter.CreateCounter<long>("orleansbilling.watchdog.finds", "{subscription}", "Subscriptions that the watchdog found neglected, by cause.");
        _sweepDuration = _meter.CreateHistogram<double>("orleansbilling.watchdog.duration", "s", "How long a sweep of the watchdog took, by kind.");
        _differences = _meter.CreateCounter<long>("orleansbilling.reconciliation.differences", "{difference}", "Differences from the provider's transaction list when first found, by kind and cause.");
        Gauge("orleansbilling.due", "{subscription}", "Subscriptions whose charge has been due for more than ten minutes.", f => f.Due);
        Gauge("orleansbilling.due.oldest", "s", "For how long the oldest uncharged one has been due; 0 when none is late.", f => f.OldestDue.TotalSeconds);
        Gauge("orleansbilling.unknown", "{subscription}", "Subscriptions with a charge whose outcome is not known.", f => f.Unknown);
        Gauge("orleansbilling.unknown.oldest", "s", "The age of the oldest such charge; 0 when there is none.", f => f.OldestUnknown.TotalSeconds);
        Gauge("orleansbilling.parked", "{subscription}", "Subscriptions that wait for an operator.", f => f.Parked);
    }

    /// <summary>A request to the provider begins; the result is to be disposed when it is over.</summary>
    public Flight Flies(NextStep effect) => new(this, WordOf(effect));

    /// <param name="reason">A word of a short list, such as <c>gate</c>, <c>breaker</c>, <c>rate</c>.</param>
    public void Held(string reason) => _held.Add(1, new KeyValuePair<string, object?>("reason", reason));

    public void Published(int subscriptions) => _batch.Record(subscriptions);

    public void NotPublished(int subscriptions) => _batchFailures.Add(subscriptions);

    /// <param name="waiting">How many subscriptions have events handed over and not yet durable.</param>
    /// <param name="lag">For how long the oldest of them has waited.</param>
    public void WatchOutbox(Func<int> waiting, Func<TimeSpan> lag)
    {
        _meter.CreateObservableGauge("orleansbilling.outbox.waiting", waiting, "{subscription}", "Subscriptions whose events were handed over and are not in the read side yet.");
        _meter.CreateObservableGauge("orleansbilling.outbox.lag", () => lag().TotalSeconds, "s", "For how long the oldest of them has waited; 0 when none waits.");
    }

    /// <param name="inFlight">Requests at the provider, by lane.</param>
    /// <param name="waiting">Subscriptions that wait on this silo.</param>
    /// <param name="perSecond">This silo's share of the permitted rate; null without a limit.</param>
    /// <param name="state">0: charging flows; 1: it is being tried out; 2: it is stopped. Null while nothing is known.</param>
    public void WatchCharging(Func<(int Wave, int Person)> inFlight, Func<int> waiting, Func<double?> perSecond, Func<int?> state)
    {
        _meter.CreateObservableGauge(
            "orleansbilling.charging.in_flight",
            () =>
            {
                (int wave, int person) = inFlight();
                return new Measurement<int>[] { new(wave, new KeyValuePair<string, object?>("lane", "wave")), new(person, new KeyValuePair<string, object?>("lane", "person")) };
            },
            "{request}",
            "Requests of subscriptions that are at the provider now, by lane.");
        _meter.CreateObservableGauge("orleansbilling.charging.waiting", waiting, "{subscription}", "Subscriptions that wait for a place on this silo, or for charging to go on.");
        _meter.CreateObservableGauge(
            "orleansbilling.charging.rate",
            () => perSecond() is { } rate ? [new Measurement<double>(rate)] : Enumerable.Empty<Measurement<double>>(),
            "{request}/s",
            "This silo's share of the permitted rate; absent without a limit.");
        _meter.CreateObservableGauge(
            "orleansbilling.charging.state",
            () => state() is { } word ? [new Measurement<int>(word)] : Enumerable.Empty<Measurement<int>>(),
            description: "0: charging flows; 1: it is being tried out; 2: it is stopped.");
    }

    /// <summary>The provider asked for fewer requests.</summary>
    public void Throttled() => _throttled.Add(1);

    /// <param name="cause">A word of a short list, see <c>docs/operating.md</c>.</param>
    public void Found(string cause, int subscriptions = 1) => _finds.Add(subscriptions, new KeyValuePair<string, object?>("cause", cause));

    public void Swept(string kind, TimeSpan took) => _sweepDuration.Record(took.TotalSeconds, new KeyValuePair<string, object?>("kind", kind));

    /// <param name="kind">As stored: <c>theirs_only</c>, <c>ours_only</c>, <c>amount_differs</c>, <c>state_differs</c>.</param>
    /// <param name="cause">One of <see cref="Reconciliation.Causes"/>.</param>
    public void Differs(string kind, string cause) =>
        _differences.Add(1, new KeyValuePair<string, object?>("kind", kind), new KeyValuePair<string, object?>("cause", cause));

    /// <summary>What the last sweep saw. Null when another silo sweeps: figures of the whole cluster are told by one silo.</summary>
    public void Report(SweepFigures? figures) => _swept = figures;

    private void Gauge(string name, string unit, string description, Func<SweepFigures, double> value) => _meter.CreateObservableGauge(
        name, () => _swept is { } figures ? [new Measurement<double>(value(figures))] : Enumerable.Empty<Measurement<double>>(), unit, description);

    private static string WordOf(NextStep effect) => effect switch
    {
        NextStep.Charge => "charge",
        NextStep.LookUp => "look_up",
        NextStep.SendRefund => "refund",
        NextStep.ReadRefund => "read_refund",
        NextStep.DeleteBillingKey => "delete_key",
        _ => "other",
    };

    private static string WordOf(Outcome outcome) => outcome switch
    {
        Outcome.ChargeApproved => "approved",
        Outcome.ChargeRefused refused => ProviderCodes.Classify(refused.Code) switch
        {
            CodeClass.Hard => "declined_hard",
            CodeClass.Soft or CodeClass.SoftThenHard => "declined_soft",
            CodeClass.AccountFault => "account_fault",
            CodeClass.RowFault => "row_fault",
            CodeClass.Transient or CodeClass.TransientThenSoft or CodeClass.InProgress => "transient",
            _ => "unknown",
        },
        Outcome.PaymentFound => "found",
        Outcome.PaymentNotFound => "not_found",
        Outcome.RefundSeen => "seen",
        Outcome.RefundRefused => "refused",
        Outcome.BillingKeyDeleted => "deleted",
        Outcome.BillingKeyDeletionFailed => "failed",
        _ => "unknown",
    };

    /// <summary>One request to the provider. Disposed without an outcome it counts as <c>not_sent</c>: it failed before it left.</summary>
    internal sealed class Flight : IDisposable
    {
        private readonly BillingMetrics _metrics;
        private readonly string _effect;
        private readonly long _begun;
        private string _outcome;

        public Flight(BillingMetrics metrics, string effect)
        {
            (_metrics, _effect, _begun, _outcome) = (metrics, effect, Stopwatch.GetTimestamp(), "not_sent");
            metrics._inFlight.Add(1, new KeyValuePair<string, object?>("effect", effect));
        }

        public void Landed(Outcome outcome) => _outcome = WordOf(outcome);

        public void Dispose()
        {
            TagList tags = new() { { "effect", _effect }, { "outcome", _outcome } };
            _metrics._inFlight.Add(-1, new KeyValuePair<string, object?>("effect", _effect));
            _metrics._effects.Add(1, tags);
            _metrics._effectDuration.Record(Stopwatch.GetElapsedTime(_begun).TotalSeconds, tags);
        }
    }
}

/// <summary>What a sweep of the watchdog counted in the read side. Ages by the billing clock.</summary>
/// <param name="Due">Charges due for more than ten minutes, parked ones not among them.</param>
public sealed record SweepFigures(int Due, TimeSpan OldestDue, int Unknown, TimeSpan OldestUnknown, int Parked);
