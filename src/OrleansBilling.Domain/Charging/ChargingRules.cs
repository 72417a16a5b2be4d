using System.Collections.Immutable;
using NodaTime;

namespace OrleansBilling.Domain.Charging;

/// <param name="Events">What happened, in its order; usually nothing.</param>
/// <param name="MustStore">False when only counts changed, whose loss in a crash is harmless.</param>
public sealed record ChargingChange(ChargingHealth Next, ImmutableArray<ChargingEvent> Events, bool MustStore)
{
    internal static ChargingChange None(ChargingHealth same) => new(same, [], MustStore: false);

    internal ChargingChange To(ChargingHealth next, params ReadOnlySpan<ChargingEvent> events) => new(next, Events.AddRange(events), MustStore: true);

    internal ChargingChange Then(Func<ChargingHealth, ChargingChange> rule)
    {
        ChargingChange then = rule(Next);
        return new(then.Next, Events.AddRange(then.Events), MustStore || then.MustStore);
    }
}

/// <summary>The rules of <see cref="ChargingHealth"/>. Pure; calls come one at a time, with a clock that does not go back by more than clocks differ.</summary>
public static partial class ChargingRules
{
    /// <summary>A silo tells what it was answered. Call it at once for an account fault, otherwise about once a second.</summary>
    public static ChargingChange Report(this ChargingHealth health, SiloReport report, Instant now, ChargingPolicy policy)
    {
        if (report.Epoch != health.Epoch)
        {
            return ChargingChange.None(health);
        }

        return new ChargingChange(health.Count(report, now, policy), [], MustStore: false)
            .Then(h => report.AccountFaults.Aggregate(ChargingChange.None(h), (change, fault) => change.Then(x => x.MeetFault(fault, now, policy))))
            .Then(h => h.WeighKeysGone(now, policy))
            .Then(h => h.WeighFailures(now, policy))
            .Then(h => report.Throttled > 0 ? h.SlowDown(now, policy) : ChargingChange.None(h));
    }

    private static ChargingHealth Count(this ChargingHealth h, SiloReport report, Instant now, ChargingPolicy policy)
    {
        if (report.Answered + report.Transient + report.Throttled + report.KeyGone == 0)
        {
            return h;
        }

        Duration longest = Duration.Max(policy.KeyGoneSpan, policy.SlowSpan);
        AnswerCount last = h.Answers.LastOrDefault(a => now - a.From < Stretch(policy)) ?? new AnswerCount { From = now };
        AnswerCount counted = last with
        {
            Answered = last.Answered + report.Answered,
            Transient = last.Transient + report.Transient,
            Throttled = last.Throttled + report.Throttled,
            KeyGone = last.KeyGone + report.KeyGone,
            FirstKeyGoneAt = last.FirstKeyGoneAt ?? (report.KeyGone > 0 ? report.FirstKeyGoneAt ?? now : null),
        };
        return h with { Answers = [.. h.Answers.Where(a => a != last && now - a.From < longest), counted] };
    }

    private static ChargingChange MeetFault(this ChargingHealth h, AccountFaultAnswer fault, Instant now, ChargingPolicy policy)
    {
        string? of = SubscriptionLifecycle.SubscriptionIdOf(fault.OrderId);
        if (h.Account is { } stop)
        {
            return stop.OnlyOf is null || stop.OnlyOf == of ? ChargingChange.None(h) : ChargingChange.None(h).To(h with { Account = stop with { OnlyOf = null } });
        }

        if (of is not null && h.Suspect is { } suspect && suspect.SubscriptionId == of && now < suspect.Until)
        {
            return ChargingChange.None(h) with { Events = [new ChargingEvent.OneSubscriptionFaults(fault.Code, fault.OrderId)] };
        }

        return ChargingChange.None(h).To(
            h.StopAccount(fault.Code, Instant.Min(fault.At, now), of, now, policy),
            new ChargingEvent.AccountStopped(fault.Code, fault.OrderId));
    }

    private static ChargingHealth StopAccount(this ChargingHealth h, string code, Instant since, string? of, Instant now, ChargingPolicy policy) => h with
    {
        Account = new AccountStop(code, since, now + policy.AccountProbeEvery, of),
        Suspect = null,
        RateBeforeStop = h.Breaker is null ? h.Flowing(now, policy) : h.RateBeforeStop,
        Interruptions = h.Interruptions.Begin(InterruptionCause.Account, since),
    };

    /// <summary>A wrong MID makes every billing key a foreign one. The stop begins with the first of these answers, so that none of them is applied as a decline.</summary>
    private static ChargingChange WeighKeysGone(this ChargingHealth h, Instant now, ChargingPolicy policy)
    {
        AnswerCount[] recent = [.. h.Answers.Where(a => now - a.From < policy.KeyGoneSpan)];
        int gone = recent.Sum(a => a.KeyGone);
        int answers = gone + recent.Sum(a => a.Answered);
        if (h.Account is not null || gone < policy.KeyGoneAtLeast || gone <= answers * policy.KeyGoneAbove)
        {
            return ChargingChange.None(h);
        }

        Instant first = recent.Min(a => a.FirstKeyGoneAt ?? now);
        return ChargingChange.None(h).To(h.StopAccount(ChargingHealth.KeysGone, Instant.Min(first, now), null, now, policy), new ChargingEvent.KeysGone(gone, answers));
    }

    private static ChargingChange WeighFailures(this ChargingHealth h, Instant now, ChargingPolicy policy)
    {
        if (h.Breaker is not null)
        {
            return ChargingChange.None(h);
        }

        foreach ((Duration span, int sample) in ((Duration, int)[])[(policy.FastSpan, policy.FastSample), (policy.SlowSpan, policy.SlowSample)])
        {
            AnswerCount[] recent = [.. h.Answers.Where(a => now - a.From < span)];
            int failed = recent.Sum(a => a.Transient);
            int sent = failed + recent.Sum(a => a.Answered + a.KeyGone);
            if (sent >= sample && failed >= sent * policy.OpensAt)
            {
                Instant probesFrom = now + policy.FirstWait;
                ChargingHealth open = h with
                {
                    Breaker = new OpenBreaker(now, probesFrom, FailedProbes: 0, GoodProbes: 0),
                    RateBeforeStop = h.Account is null ? h.Flowing(now, policy) : h.RateBeforeStop,
                    Interruptions = h.Interruptions.Begin(InterruptionCause.Provider, now),
                };
                return ChargingChange.None(h).To(open, new ChargingEvent.BreakerOpened(failed, sent, probesFrom));
            }
        }

        return ChargingChange.None(h);
    }

    private static ChargingChange SlowDown(this ChargingHealth h, Instant now, ChargingPolicy policy)
    {
        if (h.Limit is { } limit && now - limit.Since < policy.LowersAtMostEvery)
        {
            return ChargingChange.None(h);
        }

        RateLimit lower = RateLimits.Halved(h.Flowing(now, policy), now, policy);
        return ChargingChange.None(h).To(h with { Limit = lower }, new ChargingEvent.RateLowered(lower.From));
    }

    /// <summary>Requests a second that flow now: no more than are allowed, and no more than are sent.</summary>
    private static double Flowing(this ChargingHealth h, Instant now, ChargingPolicy policy)
    {
        double busiest = h.Answers.Where(a => now - a.From < policy.FastSpan).Select(a => a.Sent / Stretch(policy).TotalSeconds).DefaultIfEmpty(0).Max();
        return Math.Min(busiest, h.Limit.PerSecond(now, policy) ?? double.PositiveInfinity);
    }

    /// <summary>Answers are counted together over this time: fine enough for the shortest span.</summary>
    private static Duration Stretch(ChargingPolicy policy) => policy.FastSpan / 3;
}
