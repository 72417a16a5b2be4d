using System.Collections.Immutable;
using System.Text.Json.Serialization;
using NodaTime;

namespace OrleansBilling.Domain.Charging;

/// <summary>
/// One merchant's charging over the whole cluster: whether charges may be sent, how fast, and when they could not be. An immutable value, stored; <see cref="ChargingRules"/>
/// make the next one.
/// </summary>
public sealed record ChargingHealth : StoredRecord
{
    /// <summary>Reasons of a stop that are none of the provider's codes.</summary>
    public const string ProviderOutage = "provider_outage";
    public const string KeysGone = "keys_gone";
    public const string ByOperator = "operator";

    /// <summary>Nothing is known yet; everything flows.</summary>
    public static ChargingHealth New { get; } = new();

    /// <summary>Counts the ends of stops.</summary>
    public long Epoch { get; init; } = 1;

    /// <summary>The answers of the last minutes, oldest first. Losing them is harmless.</summary>
    public ImmutableArray<AnswerCount> Answers { get; init; } = [];

    /// <summary>Null while the provider counts as in order.</summary>
    public OpenBreaker? Breaker { get; init; }

    /// <summary>Null while the account counts as in order.</summary>
    public AccountStop? Account { get; init; }

    /// <summary>Null unless an operator stopped charging.</summary>
    public OperatorStop? Operator { get; init; }

    /// <summary>The probe that is out, or the last one.</summary>
    public Probe? Probe { get; init; }

    /// <summary>Null when nothing but the configured highest rate limits it.</summary>
    public RateLimit? Limit { get; init; }

    /// <summary>Requests a second before the last stop.</summary>
    public double RateBeforeStop { get; init; }

    /// <summary>Fingerprint of the API key and MID that are in use; null before the first was told.</summary>
    public string? Credential { get; init; }

    /// <summary>The one subscription that met the last account fault, while others were charged; null without one.</summary>
    public Suspect? Suspect { get; init; }

    public Interruptions Interruptions { get; init; } = Interruptions.None;

    /// <summary>Pure: what a silo is told now.</summary>
    public ChargingView View(Instant now, ChargingPolicy policy) => new(StateAt(now), Epoch, Limit.PerSecond(now, policy), Interruptions);

    internal ChargingState StateAt(Instant now)
    {
        if (Operator is { } stop)
        {
            return new ChargingState.Stopped(ByOperator, stop.Since, null);
        }

        if (Account is null && Breaker is null)
        {
            return new ChargingState.Flowing();
        }

        (string reason, Instant since) = Account is { } account ? (account.Code, account.Since) : (ProviderOutage, Breaker!.Since);
        if (Probe is { Ended: false } probe && now < probe.Until)
        {
            return new ChargingState.Probing(reason, since, probe.Prober, probe.Until);
        }

        Instant next = Instant.Max(Account?.NextProbeAt ?? Instant.MinValue, Breaker?.NextProbeAt ?? Instant.MinValue);
        return now < next ? new ChargingState.Stopped(reason, since, next) : new ChargingState.Probing(reason, since, null, null);
    }
}

/// <summary>What was answered in one stretch of some seconds.</summary>
public sealed record AnswerCount : StoredRecord
{
    public required Instant From { get; init; }
    public int Answered { get; init; }
    public int Transient { get; init; }
    public int Throttled { get; init; }
    public int KeyGone { get; init; }
    public Instant? FirstKeyGoneAt { get; init; }

    [JsonIgnore] public int Sent => Answered + Transient + Throttled + KeyGone;
}

/// <param name="FailedProbes">Since it opened; the wait doubles with each.</param>
/// <param name="GoodProbes">In a row.</param>
public sealed record OpenBreaker(Instant Since, Instant NextProbeAt, int FailedProbes, int GoodProbes) : StoredRecord;

/// <param name="Code">The provider's, or <see cref="ChargingHealth.KeysGone"/>.</param>
/// <param name="OnlyOf">The one subscription that met the fault; null when there were several.</param>
public sealed record AccountStop(string Code, Instant Since, Instant NextProbeAt, string? OnlyOf) : StoredRecord;

public sealed record OperatorStop(Instant Since, string Actor, string? Reason) : StoredRecord;

/// <param name="Until">From here on another may take it.</param>
public sealed record Probe(long Number, string Prober, Instant Until, bool Ended) : StoredRecord;

public sealed record Suspect(string SubscriptionId, Instant Until) : StoredRecord;
