namespace OrleansBilling.Domain.Pumping;

/// <summary>
/// Everything that the pump needs of its surroundings. The grain gives it Orleans' storage and reminders; the simulation gives it a model of them that fails, repeats
/// and dies between any two of these calls. One instance belongs to one activation, and its calls come one at a time.
/// </summary>
public interface IPumpPorts
{
    Circumstances Circumstances { get; }

    /// <summary>What is stored now; null when nothing is.</summary>
    Task<Subscription?> ReadAsync();

    /// <summary>
    /// Stores it if nobody else stored since this activation read or wrote; throws otherwise. After an exception the state may be stored or not: whoever sees one has to
    /// <see cref="Drop"/>.
    /// </summary>
    /// <param name="decided">Nothing is stored any more, and a <see cref="TimeoutException"/> thrown, when this says so at the moment of sending.</param>
    Task WriteAsync(Subscription next, Freshness decided);

    /// <summary>
    /// From <paramref name="at"/> (or at once, where that has passed) a tick comes every <see cref="ChargePolicy.CatchUpPeriod"/>, whoever lives then. A tick may also come
    /// earlier. Replaces the one before.
    /// </summary>
    Task SetReminderAsync(NodaTime.Instant at);

    Task RemoveReminderAsync();

    /// <summary>Hands the events after <paramref name="publishedThrough"/> to the read side; they are durable there when it returns.</summary>
    /// <param name="stored">The state as it is stored.</param>
    /// <param name="publishedThrough">Sequence up to which the caller knows that they are out; 0 when it knows nothing.</param>
    Task PublishAsync(Subscription stored, long publishedThrough);

    /// <summary>
    /// Starts carrying a step out at the provider, outside this turn; what came of it is given to <see cref="SubscriptionPump.LandAsync"/> in a turn of its own.
    /// False when nothing may be sent now: then nothing was started, and a tick comes again.
    /// </summary>
    /// <param name="freshness">A charge is not sent any more when this says so at the moment of sending; then this activation is dropped, and the next one reads.</param>
    bool TryFly(Subscription s, NextStep step, Lane lane, Freshness freshness);

    /// <summary>What the state just written says that is new, for logs and meters.</summary>
    void Moved(Subscription? before, Subscription after);

    void Failed(PumpFailure failure, Exception error);

    /// <summary>Gives this activation up: what it has in memory may not be what is stored. The next one reads the truth.</summary>
    void Drop();
}

/// <summary>Who waits for the charge.</summary>
public enum Lane
{
    /// <summary>Nobody in particular: a renewal, a retry, a repeat.</summary>
    Wave,

    /// <summary>A person who has just pressed a button. Never waits behind a wave.</summary>
    Person,
}

/// <summary>What broke. Each leaves a state that the next activation takes up.</summary>
public enum PumpFailure
{
    /// <summary>Looking for what is due; the reminder looks again.</summary>
    Look,

    /// <summary>The outcome of a call could not be stored; the next activation repeats the same request under the same key.</summary>
    Outcome,

    /// <summary>A rule threw, or the billing key cannot be read: the subscription itself is at fault, and is parked when it goes on.</summary>
    Broken,

    /// <summary>Events could not be handed over while a call was on its way; they stay in the state.</summary>
    Publishing,
}
