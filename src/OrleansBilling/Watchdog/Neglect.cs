using NodaTime;
using OrleansBilling.Domain;
using OrleansBilling.Reports;

namespace OrleansBilling.Watchdog;

/// <summary>Why the watchdog found a subscription. The words are tags of a metric and never change.</summary>
internal static class Neglect
{
    /// <summary>It needs a reminder and has none.</summary>
    public const string NoReminder = "no_reminder";

    /// <summary>Its charge is due and its reminder stands in the future, or whatever it needs next comes before its reminder: it was set by a wrong clock.</summary>
    public const string LateReminder = "late_reminder";

    /// <summary>Its reminder should tick, and the charge is not made all the same.</summary>
    public const string NotCharged = "not_charged";

    /// <summary>The read side shows what is over for long; it is mended, no grain is asked.</summary>
    public const string StaleRow = "stale_row";

    /// <summary>The read side has never heard of it; its rows are written.</summary>
    public const string NoRow = "no_row";

    /// <summary>The read side knows it, and no state is stored. A person has to look.</summary>
    public const string NoState = "no_state";

    /// <summary>Its state cannot be read: damaged, or of a newer program.</summary>
    public const string Unreadable = "unreadable";

    /// <summary>Its grain could not be asked.</summary>
    public const string Unreachable = "unreachable";

    /// <summary>Why a charge that the read side shows as late is late; null when there is nothing to find, because it is being settled, or has just been made.</summary>
    /// <param name="row">Read before the state, so that a reminder is never older than what it is judged by.</param>
    public static string? CauseOf(DueRow row, StoredState? stored, Instant now, Duration late) => stored switch
    {
        null => NoState,
        { Unreadable: not null } => Unreadable,
        { Subscription: null } => NoState,
        { Subscription: { } s } when s.LastSequence > row.Sequence => IsOldNews(s, now, late) ? StaleRow : null,
        { Subscription: { } s } when DueSince(s) is { } due && due + late <= now =>
            row.ReminderAtMs is not { } ms ? NoReminder
            : Instant.FromUnixTimeMilliseconds(ms) > now ? LateReminder
            : NotCharged,
        _ => null,
    };

    /// <summary>What is wrong with a reminder; null when nothing is.</summary>
    /// <param name="reminderAtMs">Its first tick; null when there is none.</param>
    /// <param name="needsAt">When it has to wake its subscription at the latest; null when none is needed.</param>
    public static string? CauseOf(long? reminderAtMs, Instant? needsAt, Duration late) => needsAt is not { } at ? null
        : reminderAtMs is not { } ms ? NoReminder
        : Instant.FromUnixTimeMilliseconds(ms) > at + late ? LateReminder
        : null;

    /// <summary>What the read side has not been told although there was time enough.</summary>
    public static bool IsOldNews(Subscription s, Instant now, Duration late) => s.Outbox.IsEmpty || s.Outbox[^1].OccurredAt + late <= now;

    /// <summary>When its open attempt was to be sent, repeated or looked up; null when there is none or it is parked.</summary>
    private static Instant? DueSince(Subscription s) =>
        s is { Parked: null, Invoice.Attempt: { } attempt } ? attempt.LookUp is null ? Instant.Max(attempt.NextAt, attempt.NotBefore) : attempt.NextAt : null;
}
