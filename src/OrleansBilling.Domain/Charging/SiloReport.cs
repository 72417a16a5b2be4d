using System.Collections.Immutable;
using NodaTime;

namespace OrleansBilling.Domain.Charging;

/// <summary>What one silo was answered since its last report. Each charge request that came to an end is counted once; look-ups and refunds are not.</summary>
public sealed record SiloReport
{
    /// <summary>The <see cref="ChargingView.Epoch"/> under which the requests were sent. What was sent before a stop ended says nothing about the time after it.</summary>
    public required long Epoch { get; init; }

    /// <summary>Approved, declined, or refused for a fault of this one request: the provider was there and judged.</summary>
    public int Answered { get; init; }

    /// <summary>No answer, an unusable one, or a transient code.</summary>
    public int Transient { get; init; }

    /// <summary>429, or <c>FORBIDDEN_CONSECUTIVE_REQUEST</c>.</summary>
    public int Throttled { get; init; }

    /// <summary>The provider does not know the billing key, or says that it is deleted.</summary>
    public int KeyGone { get; init; }

    /// <summary>When the first of the key-gone answers came; null without any.</summary>
    public Instant? FirstKeyGoneAt { get; init; }

    public ImmutableArray<AccountFaultAnswer> AccountFaults { get; init; } = [];
}

/// <param name="At">When the answer came.</param>
public sealed record AccountFaultAnswer(string OrderId, string Code, Instant At);

/// <summary>What the answer to a charge request says about the provider and the merchant's account.</summary>
public enum ChargeAnswer
{
    /// <summary>Nothing was sent.</summary>
    None = 0,

    /// <summary>Approved, declined, or refused for a fault of this one request: the provider was there, and the account is in order.</summary>
    Definite = 1,

    /// <summary>No answer, an unusable one, a transient code, or one that nobody knows.</summary>
    Transient = 2,

    /// <summary>429, or <c>FORBIDDEN_CONSECUTIVE_REQUEST</c>.</summary>
    Throttled = 3,
    KeyGone = 4,
    AccountFault = 5,
}

public static class ChargeAnswers
{
    /// <summary>What the outcome of a charge request says; <see cref="ChargeAnswer.None"/> for every other outcome.</summary>
    public static ChargeAnswer Of(Outcome outcome) => outcome switch
    {
        Outcome.ChargeApproved or Outcome.ChargeContradicted => ChargeAnswer.Definite,
        Outcome.ChargeUnanswered { Reason: Outcome.ChargeUnanswered.Throttled } or Outcome.ChargeRefused { Code: "FORBIDDEN_CONSECUTIVE_REQUEST" } => ChargeAnswer.Throttled,
        Outcome.ChargeUnanswered => ChargeAnswer.Transient,
        Outcome.ChargeRefused refused => ProviderCodes.Classify(refused.Code) switch
        {
            CodeClass.AccountFault => ChargeAnswer.AccountFault,
            CodeClass.KeyGone => ChargeAnswer.KeyGone,
            // A code that nobody knows may be a new name for any trouble, the account's included: it proves nothing good.
            CodeClass.Transient or CodeClass.TransientThenSoft or CodeClass.Unlisted => ChargeAnswer.Transient,
            // The issuer's refusal, a wrong request, an order that is done or being processed: the provider judged.
            _ => ChargeAnswer.Definite,
        },
        _ => ChargeAnswer.None,
    };
}
