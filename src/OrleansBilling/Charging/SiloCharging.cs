using System.Collections.Concurrent;
using Microsoft.Extensions.Options;
using NodaTime;
using OrleansBilling.Clock;
using OrleansBilling.Domain;
using OrleansBilling.Domain.Charging;
using OrleansBilling.Domain.Pumping;
using OrleansBilling.Toss;

namespace OrleansBilling.Charging;

/// <summary>What this silo knows of its merchant's charging: whether requests may be sent, its share of their rate, and when charging stood still.</summary>
internal sealed class SiloCharging(IOptions<TossOptions> toss, [FromKeyedServices(BillingClock.Key)] TimeProvider billingClock, TimeProvider time)
{
    /// <summary>
    /// For so long a silo that cannot reach <see cref="IMerchantChargingGrain"/> goes on with what it knew. Longer than the death of the grain's silo takes to be noticed and the grain to come
    /// up elsewhere; beyond it this silo is more likely the one that was cut off, and its subscriptions have another owner.
    /// </summary>
    internal static readonly TimeSpan LastsWithoutNews = TimeSpan.FromMinutes(2);

    /// <summary>Subscriptions a second that a silo looks at while charging stands still, so that look-ups and refunds among them are found and events are told.</summary>
    internal const double TricklePerSecond = 20;

    // A report takes milliseconds. When nobody answers it, waves go on slowly until the news are too old.
    private static readonly TimeSpan LongestWordWait = TimeSpan.FromSeconds(1);

    private readonly string _credential = toss.Value.CredentialFingerprint;
    private readonly Lock _gate = new();
    private readonly ConcurrentQueue<EndedProbe> _ended = new();
    private readonly TokenBucket _rate = new(time);
    private readonly TokenBucket _trickle = new(time) { PerSecond = TricklePerSecond };
    private volatile Known? _known;
    private volatile bool _suspects;
    private volatile TaskCompletionSource? _asked;

    /// <summary>What was answered here since the last report.</summary>
    public AnswerTally Tally { get; } = new();

    /// <summary>Set when a report should not wait for its second.</summary>
    public Signal Urgent { get; } = new();

    /// <summary>A question that a report begun now answers; null when nothing is asked.</summary>
    public TaskCompletionSource? Asked => _asked;

    /// <summary>Null before the first news.</summary>
    public ChargingView? View => _known?.View;

    /// <summary>Of the whole cluster, as last heard.</summary>
    public Interruptions Interruptions => _known?.View.Interruptions ?? Interruptions.None;

    public long Epoch => _known?.View.Epoch ?? 0;

    /// <summary>This silo's share, requests a second; null without a limit.</summary>
    public double? Share => _rate.PerSecond;

    public bool Flows => !_suspects && _known is { View.State: ChargingState.Flowing } known && !IsOld(known);

    /// <summary>True when somebody has to try whether charging works again, and nobody does.</summary>
    public bool WantsProbe => _known is { View.State: ChargingState.Probing { Prober: null } } known && !IsOld(known);

    /// <param name="silos">How many share the rate.</param>
    public void Hear(ChargingView view, int silos)
    {
        lock (_gate)
        {
            _rate.PerSecond = view.PerSecond / Math.Max(1, silos);
            _known = new Known(view, time.GetTimestamp());
            _suspects = false;
        }
    }

    /// <summary>The provider has answered, or not.</summary>
    /// <param name="epoch">Under which the request was sent.</param>
    public ChargeAnswer Answered(ChargeFlight flight, Outcome outcome, long epoch)
    {
        ChargeAnswer answer = ChargeAnswers.Of(outcome);
        string orderId = (flight.Step as NextStep.Charge)?.Attempt.OrderId ?? "";
        if (flight.Probe is { } number)
        {
            EndProbe(new EndedProbe(number, answer, orderId, AnswerTally.CodeOf(outcome)));
            return answer;
        }

        if (Tally.Count(answer, epoch, orderId, AnswerTally.CodeOf(outcome), Instant.FromDateTimeOffset(billingClock.GetUtcNow())))
        {
            _suspects |= answer == ChargeAnswer.AccountFault; // Nothing more is charged here until the merchant's grain has heard of it.
            if (answer == ChargeAnswer.Transient)
            {
                Interlocked.CompareExchange(ref _asked, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously), null);
            }

            Urgent.Set();
        }

        return answer;
    }

    /// <summary>
    /// After ten more transient answers, completes when the merchant's grain has heard of them. A provider that fails at once would otherwise be sent a whole wave before it counts as out of order.
    /// </summary>
    public Task WordAsync(CancellationToken stopping) =>
        _asked is { } asked ? Task.WhenAny(asked.Task, Task.Delay(LongestWordWait, time, stopping)) : Task.CompletedTask;

    /// <summary>The report that was begun with this question has its answer.</summary>
    public void Answer(TaskCompletionSource? asked)
    {
        if (asked is not null)
        {
            Interlocked.CompareExchange(ref _asked, null, asked);
            asked.TrySetResult();
        }
    }

    public void EndProbe(EndedProbe ended)
    {
        _ended.Enqueue(ended);
        Urgent.Set();
    }

    public EndedProbe? TakeEnded() => _ended.TryDequeue(out EndedProbe? ended) ? ended : null;

    public void PutBack(EndedProbe? ended)
    {
        if (ended is not null)
        {
            _ended.Enqueue(ended);
        }
    }

    public bool MaySend(NextStep step, Lane lane) => _known is { } known && Permits.Allows(known.View.State, step, _credential)
        && (step is not NextStep.Charge || (!_suspects && (lane == Lane.Person || !IsOld(known))));

    /// <summary>A wave may look at one more subscription now, and send what it needs.</summary>
    /// <param name="wait">How long until the next one, when it may not.</param>
    public bool TryTake(bool flows, out TimeSpan wait)
    {
        lock (_gate)
        {
            return (flows ? _rate : _trickle).TryTake(out wait);
        }
    }

    /// <summary>A person's request is sent, and the wave gives way to it.</summary>
    public void Take()
    {
        lock (_gate)
        {
            _rate.Take();
        }
    }

    /// <summary>The look that <see cref="TryTake"/> allowed found nothing to send.</summary>
    public void Return(bool flows)
    {
        lock (_gate)
        {
            (flows ? _rate : _trickle).Return();
        }
    }

    private bool IsOld(Known known) => time.GetElapsedTime(known.HeardAt) > LastsWithoutNews;

    private sealed record Known(ChargingView View, long HeardAt);
}
