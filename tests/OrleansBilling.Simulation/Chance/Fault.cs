namespace OrleansBilling.Simulation.Chance;

/// <summary>What can go wrong, or be asked for at a bad moment. How often it does where it can: <see cref="Weather"/>.</summary>
internal enum Fault
{
    // The provider and the way to it.
    RequestLost,
    RequestSlow,
    AnswerLost,

    /// <summary>The gateway answers 502 at once, and the charge goes on behind it for up to 60 s.</summary>
    GatewayError,
    SlowCharge,
    TransientUncharged,
    TransientCharged,
    UnlistedCode,
    ForgedAnswer,
    RateLimited,
    Outage,
    LookUpFails,
    LookUpLags,

    /// <summary>Key, contract or access policy: every call is refused, or those of one silo only.</summary>
    AccountFault,
    KeyRotation,
    DeletionFails,
    ConsoleRefund,

    // Cards.
    SoftDecline,
    HiddenDecline,
    HardDecline,

    // Storage of states.
    WriteFails,

    /// <summary>Written, but told as an error.</summary>
    WriteAcknowledgementLost,

    /// <summary>Told as an error, and written seconds later if nobody wrote meanwhile.</summary>
    WriteLate,
    ReadFails,
    StorageSlow,

    // Reminders.
    TickLate,
    TickMissing,
    TickDoubled,
    ReminderRowLost,
    ReminderSetFails,
    ReminderSetAcknowledgementLost,

    // The read side.
    PublishFails,
    PublishAcknowledgementLost,

    // Processes.
    CrashBefore,
    CrashAfter,
    CrashInFlight,

    /// <summary>The process stands still for seconds or hours and then goes on with what it knew: before a call leaves it, when the answer is there, or before it sends.</summary>
    FreezeBefore,
    FreezeAfter,
    FreezeBeforeSending,

    /// <summary>The process stands still at any other moment.</summary>
    Freeze,

    /// <summary>Somebody wants something minutes before an attempt when it is still carried out at once, and the process stands still before it is stored.</summary>
    FreezeOverTheGuard,

    /// <summary>What somebody wants while the process stands still.</summary>
    WishInFreeze,

    /// <summary>A request waits for its slot behind others.</summary>
    SlotLate,
    Held,
    Deactivation,

    /// <summary>Two silos hold an activation of the same subscription, for minutes or hours.</summary>
    Split,
    ClockShift,
    Halt,

    /// <summary>More days than the provider remembers idempotency keys.</summary>
    LongHalt,

    /// <summary>From before an attempt until after the end that the subscriber chose meanwhile.</summary>
    HaltOverTheEnd,

    // People.
    CancelNow,
    CancelAtPeriodEnd,
    UndoCancellation,

    /// <summary>Cancels for the end of the period while a declined payment is to be tried again.</summary>
    LeaveInDunning,
    ReplaceCard,
    RetryNow,
    CommandRepeated,
}
