using NodaTime;
using OrleansBilling.Domain.Reconciliation;

namespace OrleansBilling.Reconciliation;

/// <summary>Where a difference stands. The words are stored.</summary>
public static class DifferenceStates
{
    /// <summary>Somebody has to look.</summary>
    public const string Open = "open";

    /// <summary>The program put it right.</summary>
    public const string Mended = "mended";

    /// <summary>An operator explained it.</summary>
    public const string Accepted = "accepted";

    /// <summary>A later comparison did not find it any more.</summary>
    public const string Gone = "gone";

    /// <summary>Somebody else's order; listed, and counted nowhere.</summary>
    public const string Foreign = "foreign";
}

/// <summary>One difference as stored and shown. Instants UTC, money KRW.</summary>
public sealed class StoredDifference
{
    // Settable properties: the two engines report integers in different widths, which Dapper converts for properties only.
    public string Day { get; set; } = "";
    public string Key { get; set; } = "";

    /// <summary><c>payment</c> or <c>refund</c>.</summary>
    public string Movement { get; set; } = "";

    /// <summary><c>theirs_only</c>, <c>ours_only</c>, <c>amount_differs</c>, <c>state_differs</c> or <c>foreign</c>.</summary>
    public string Kind { get; set; } = "";

    /// <summary>One of <see cref="Causes"/>.</summary>
    public string Cause { get; set; } = "";

    /// <summary>One of <see cref="DifferenceStates"/>.</summary>
    public string State { get; set; } = "";
    public string? OrderId { get; set; }
    public string PaymentKey { get; set; } = "";
    public string? TransactionKey { get; set; }

    /// <summary>The subscription that the order id names; null when it names none.</summary>
    public string? SubscriptionId { get; set; }
    public long AtMs { get; set; }
    public long? TheirKrw { get; set; }
    public long? OurKrw { get; set; }
    public string? TheirState { get; set; }
    public string? OurState { get; set; }
    public long FirstSeenMs { get; set; }
    public long LastSeenMs { get; set; }
    public long? ResolvedAtMs { get; set; }
    public string? Actor { get; set; }
    public string? Reason { get; set; }

    public DateTimeOffset At => DateTimeOffset.FromUnixTimeMilliseconds(AtMs);

    public DateTimeOffset? ResolvedAt => ResolvedAtMs is { } ms ? DateTimeOffset.FromUnixTimeMilliseconds(ms) : null;

    /// <summary>Needs no more looking although it is found again: an operator explained it, or its money is on its way back. An amount that changed since is another matter.</summary>
    internal bool IsSettledFor(Difference d) =>
        (State == DifferenceStates.Accepted || (State == DifferenceStates.Mended && Cause == Causes.SecondPayment))
        && Kind == WordOf(d.Kind) && TheirKrw == d.TheirKrw && OurKrw == d.OurKrw && TheirState == d.TheirState;

    internal static string WordOf(DifferenceKind kind) => kind switch
    {
        DifferenceKind.TheirsOnly => "theirs_only",
        DifferenceKind.OursOnly => "ours_only",
        DifferenceKind.AmountDiffers => "amount_differs",
        DifferenceKind.StateDiffers => "state_differs",
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, null),
    };

    internal static StoredDifference Of(string day, Difference d, string cause, string state, Instant now) => new()
    {
        Day = day,
        Key = d.Key,
        Movement = d.Movement == Domain.Reconciliation.Movement.Payment ? "payment" : "refund",
        Kind = WordOf(d.Kind),
        Cause = cause,
        State = state,
        OrderId = d.OrderId,
        PaymentKey = d.PaymentKey,
        TransactionKey = d.TransactionKey,
        SubscriptionId = d.OrderId is { } order ? Domain.SubscriptionLifecycle.SubscriptionIdOf(order) : null,
        AtMs = d.At.ToUnixTimeMilliseconds(),
        TheirKrw = d.TheirKrw,
        OurKrw = d.OurKrw,
        TheirState = d.TheirState,
        OurState = d.OurState,
        FirstSeenMs = now.ToUnixTimeMilliseconds(),
        LastSeenMs = now.ToUnixTimeMilliseconds(),
    };

    internal static StoredDifference Of(string day, ProviderTransaction foreign, Instant now) => new()
    {
        Day = day,
        Key = $"foreign:{foreign.TransactionKey}",
        Movement = foreign.Status == "DONE" ? "payment" : "refund",
        Kind = "foreign",
        Cause = Causes.Foreign,
        State = DifferenceStates.Foreign,
        OrderId = foreign.OrderId,
        PaymentKey = foreign.PaymentKey,
        TransactionKey = foreign.TransactionKey,
        AtMs = foreign.At.ToUnixTimeMilliseconds(),
        TheirKrw = Math.Abs(foreign.AmountKrw),
        TheirState = foreign.Status,
        FirstSeenMs = now.ToUnixTimeMilliseconds(),
        LastSeenMs = now.ToUnixTimeMilliseconds(),
    };
}

/// <summary>One day's comparison as stored and shown. Amounts are positive KRW.</summary>
public sealed class StoredDay
{
    public string Day { get; set; } = "";

    /// <summary><c>compared</c> or <c>failed</c>.</summary>
    public string State { get; set; } = "";
    public long TriedAtMs { get; set; }
    public long? UntilMs { get; set; }
    public string? Failure { get; set; }
    public long TheirPayments { get; set; }
    public long TheirPaidKrw { get; set; }
    public long TheirRefunds { get; set; }
    public long TheirRefundedKrw { get; set; }
    public long OurPayments { get; set; }
    public long OurPaidKrw { get; set; }
    public long OurRefunds { get; set; }
    public long OurRefundedKrw { get; set; }
    public long ForeignRows { get; set; }
    public long Awaited { get; set; }

    /// <summary>Differences that somebody has to look at.</summary>
    public long Open { get; set; }

    /// <summary>Differences that the program put right or an operator explained.</summary>
    public long Resolved { get; set; }

    public DateTimeOffset TriedAt => DateTimeOffset.FromUnixTimeMilliseconds(TriedAtMs);

    public DateTimeOffset? Until => UntilMs is { } ms ? DateTimeOffset.FromUnixTimeMilliseconds(ms) : null;

    public long TheirNetKrw => TheirPaidKrw - TheirRefundedKrw;

    public long OurNetKrw => OurPaidKrw - OurRefundedKrw;

    /// <summary>The last try went through and nothing is open.</summary>
    public bool IsMatched => State == "compared" && Open == 0;
}

/// <param name="Open">Differences of the day that are open now.</param>
/// <param name="New">Those that this comparison found first, or found again in another form.</param>
internal sealed record DaySaved(int Open, IReadOnlyList<StoredDifference> New);
