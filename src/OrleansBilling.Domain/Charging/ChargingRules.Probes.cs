using NodaTime;

namespace OrleansBilling.Domain.Charging;

/// <summary>How a stop ends: by probes, one at a time, or by an operator.</summary>
public static partial class ChargingRules
{
    /// <summary>Takes the probe for somebody who has a charge that is due. The probe's number is null when it is not to be had now.</summary>
    public static (ChargingChange Change, long? Probe) TakeProbe(this ChargingHealth health, string prober, Instant now, ChargingPolicy policy)
    {
        if (health.StateAt(now) is not ChargingState.Probing { Prober: null })
        {
            return (ChargingChange.None(health), null);
        }

        Probe probe = new((health.Probe?.Number ?? 0) + 1, prober, now + policy.ProbeLasts, Ended: false);
        return (ChargingChange.None(health).To(health with { Probe = probe }, new ChargingEvent.ProbeStarted(prober, probe.Until)), probe.Number);
    }

    /// <summary>A probe came to an end. One that is not the newest, or that was given up by an end of the stop, says nothing any more.</summary>
    /// <param name="orderId">Of the charge that was sent; null when none was.</param>
    /// <param name="code">The provider's, where there was one.</param>
    public static ChargingChange EndProbe(this ChargingHealth health, long number, ChargeAnswer answer, string? orderId, string? code, Instant now, ChargingPolicy policy)
    {
        if (health.Probe is not { Ended: false } probe || probe.Number != number)
        {
            return ChargingChange.None(health);
        }

        ChargingChange ended = ChargingChange.None(health).To(health with { Probe = probe with { Ended = true } });
        return answer switch
        {
            ChargeAnswer.Definite => ended.Then(h => h.ProviderAnswered(now, policy)).Then(h => h.AccountInOrder(orderId, now, policy)),
            ChargeAnswer.KeyGone => ended.Then(h => h.ProviderAnswered(now, policy)).Then(h => h.AccountInDoubt(answer, now, policy)),
            ChargeAnswer.AccountFault => ended.Then(h => h.ProviderAnswered(now, policy)).Then(h => h.AccountAtFault(orderId, code, now, policy)),
            ChargeAnswer.Transient => ended.Then(h => h.ProviderFailed(now, policy)).Then(h => h.AccountInDoubt(answer, now, policy)),
            ChargeAnswer.Throttled => ended.Then(h => h.SlowDown(now, policy)).Then(h => h.Later(answer, now, policy)),
            _ => ended,
        };
    }

    /// <summary>API key or MID that are in use now. Another than before may have mended the account, so it is probed at once.</summary>
    public static ChargingChange UseCredential(this ChargingHealth health, string credential, Instant now)
    {
        if (health.Credential == credential)
        {
            return ChargingChange.None(health);
        }

        AccountStop? account = health.Credential is null || health.Account is null ? health.Account : health.Account with { NextProbeAt = now };
        return ChargingChange.None(health).To(health with { Credential = credential, Account = account });
    }

    /// <summary>An operator stops the merchant's charging until <see cref="Resume"/>. Again, it changes nothing.</summary>
    public static ChargingChange Stop(this ChargingHealth health, string actor, string? reason, Instant now, ChargingPolicy policy)
    {
        if (health.Operator is not null)
        {
            return ChargingChange.None(health);
        }

        ChargingHealth stopped = health with
        {
            Operator = new OperatorStop(now, actor, reason),
            RateBeforeStop = health is { Account: null, Breaker: null } ? health.Flowing(now, policy) : health.RateBeforeStop,
            Interruptions = health.Interruptions.Begin(InterruptionCause.Operator, now),
        };
        return ChargingChange.None(health).To(stopped, new ChargingEvent.StoppedByOperator(actor, reason));
    }

    /// <summary>An operator ends every stop at once. Where the fault is still there, the next answers stop it again.</summary>
    public static ChargingChange Resume(this ChargingHealth health, string actor, string? reason, Instant now, ChargingPolicy policy)
    {
        if (health is { Operator: null, Account: null, Breaker: null })
        {
            return ChargingChange.None(health);
        }

        Interruptions over = health.Interruptions.End(InterruptionCause.Operator, now).End(InterruptionCause.Account, now).End(InterruptionCause.Provider, now);
        ChargingHealth resumed = health with { Operator = null, Account = null, Breaker = null, Suspect = null, Interruptions = over };
        return ChargingChange.None(health).To(resumed.GoOn(now, policy), new ChargingEvent.ResumedByOperator(actor, reason));
    }

    private static ChargingChange ProviderAnswered(this ChargingHealth h, Instant now, ChargingPolicy policy)
    {
        if (h.Breaker is not { } breaker)
        {
            return ChargingChange.None(h);
        }

        if (breaker.GoodProbes + 1 < policy.ProbesToClose)
        {
            return ChargingChange.None(h).To(h with { Breaker = breaker with { NextProbeAt = now, GoodProbes = breaker.GoodProbes + 1 } });
        }

        ChargingHealth closed = h with { Breaker = null, Interruptions = h.Interruptions.End(InterruptionCause.Provider, now) };
        return ChargingChange.None(h).To(closed.GoOn(now, policy), new ChargingEvent.BreakerClosed(breaker.Since));
    }

    private static ChargingChange ProviderFailed(this ChargingHealth h, Instant now, ChargingPolicy policy)
    {
        if (h.Breaker is not { } breaker)
        {
            return ChargingChange.None(h);
        }

        int failed = breaker.FailedProbes + 1;
        Duration wait = Duration.Min(policy.LongestWait, policy.FirstWait * Math.Pow(2, Math.Min(failed, 30)));
        ChargingHealth open = h with { Breaker = breaker with { NextProbeAt = now + wait, FailedProbes = failed, GoodProbes = 0 } };
        return ChargingChange.None(h).To(open, new ChargingEvent.ProbeFailed(ChargeAnswer.Transient, now + wait));
    }

    private static ChargingChange AccountInOrder(this ChargingHealth h, string? orderId, Instant now, ChargingPolicy policy)
    {
        if (h.Account is not { } stop)
        {
            return ChargingChange.None(h);
        }

        bool another = stop.OnlyOf is not null && orderId is not null && SubscriptionLifecycle.SubscriptionIdOf(orderId) != stop.OnlyOf;
        ChargingHealth resumed = h with
        {
            Account = null,
            Suspect = another ? new Suspect(stop.OnlyOf!, now + policy.SuspectFor) : null,
            Interruptions = h.Interruptions.End(InterruptionCause.Account, now),
        };
        return ChargingChange.None(h).To(resumed.GoOn(now, policy), new ChargingEvent.AccountResumed(stop.Since));
    }

    /// <summary>It may be in order or not: this answer does not say.</summary>
    private static ChargingChange AccountInDoubt(this ChargingHealth h, ChargeAnswer answer, Instant now, ChargingPolicy policy)
    {
        if (h.Account is not { } stop)
        {
            return ChargingChange.None(h);
        }

        Instant next = now + policy.AccountProbeEvery;
        return ChargingChange.None(h).To(h with { Account = stop with { NextProbeAt = next } }, new ChargingEvent.ProbeFailed(answer, next));
    }

    private static ChargingChange AccountAtFault(this ChargingHealth h, string? orderId, string? code, Instant now, ChargingPolicy policy) =>
        h.MeetFault(new AccountFaultAnswer(orderId ?? "", code ?? "", now), now, policy)
            .Then(x => h.Account is null ? ChargingChange.None(x) : x.AccountInDoubt(ChargeAnswer.AccountFault, now, policy));

    /// <summary>Throttled: the next probe waits a little, and nothing was learnt.</summary>
    private static ChargingChange Later(this ChargingHealth h, ChargeAnswer answer, Instant now, ChargingPolicy policy)
    {
        Instant next = now + policy.FirstWait;
        ChargingHealth later = h with
        {
            Account = h.Account is { } stop ? stop with { NextProbeAt = next } : null,
            Breaker = h.Breaker is { } breaker ? breaker with { NextProbeAt = next } : null,
        };
        return ChargingChange.None(h).To(later, new ChargingEvent.ProbeFailed(answer, next));
    }

    /// <summary>A stop is over. What was sent before it counts no more; it begins slowly, unless something else still stops it.</summary>
    private static ChargingHealth GoOn(this ChargingHealth h, Instant now, ChargingPolicy policy) => h with
    {
        Epoch = h.Epoch + 1,
        Answers = [],
        Probe = h.Probe is { } probe ? probe with { Ended = true } : null,
        Limit = RateLimits.SlowStart(h.RateBeforeStop, h.Limit, now, policy),
    };
}
