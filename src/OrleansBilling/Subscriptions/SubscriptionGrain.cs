using Microsoft.Extensions.Options;
using NodaTime;
using OrleansBilling.Catalog;
using OrleansBilling.Clock;
using OrleansBilling.Domain;
using OrleansBilling.Installations;
using OrleansBilling.Reports;
using OrleansBilling.Storage;
using OrleansBilling.Toss;

namespace OrleansBilling.Subscriptions;

/// <summary>
/// The pump around the rules: it asks <see cref="NextStep"/> what is needed, carries it out, stores what came of it, and sets the reminder for the next time.
/// It decides nothing about money itself.
/// </summary>
/// <remarks>
/// A call to the provider runs outside the grain's turn, so that the grain can be read and commanded during the minute that it may last. The outcome comes back as a turn
/// of its own and is applied to the state as it is then. If the silo dies in between, the reminder, which is never later than the state needs, wakes the next activation,
/// and that repeats the same request.
/// </remarks>
internal sealed class SubscriptionGrain(
    [PersistentState("subscription", StorageNames.Billing)] IPersistentState<StoredSubscription> stored,
    SubscriptionEffects effects,
    ChargingGate gate,
    Outbox outbox,
    ProductCatalog catalog,
    NewSubscriptions starts,
    IOptions<TossOptions> toss,
    [FromKeyedServices(BillingClock.Key)] TimeProvider billingClock,
    TimeProvider realTime,
    ILogger<SubscriptionGrain> logger)
    : Grain, ISubscriptionGrain, IRemindable
{
    public const string ReminderName = "wake";

    // After a halt a due subscription is looked at this often until it is settled. Orleans drops ticks that nobody was there to receive; this repeats them.
    private static readonly TimeSpan CatchUpPeriod = TimeSpan.FromMinutes(5);

    // Orleans refuses a due time of more than 49 days. A tick that comes too early finds nothing due and sets the reminder again.
    private static readonly Duration LongestReminder = Duration.FromDays(40);

    private static readonly Duration LongestRegistration = Duration.FromMinutes(1);

    // More than any sequence of transitions without an outside effect can need; beyond it a rule is wrong and must not spin.
    private const int MaxTransitions = 20;

    private readonly string _credential = toss.Value.CredentialFingerprint;
    private long _freshSince;
    private Task<Outcome?>? _flight;
    private IGrainTimer? _landing;
    private Instant? _reminderAt;
    private long _publishedThrough;

    private Subscription? Current => stored.State.Subscription;

    private Circumstances Circumstances => new(Instant.FromDateTimeOffset(billingClock.GetUtcNow()), _credential);

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        HaveRead();
        return Task.CompletedTask;
    }

    public async Task<CommandAnswer> StartAsync(StartSubscription command)
    {
        if (Current is { } started)
        {
            bool same = started.CustomerId == command.CustomerId && started.Terms.PlanId == command.PlanId && started.PaymentMethods.Any(m => m.Id == command.Card.PaymentMethodId);
            if (same)
            {
                await PumpSafelyAsync(); // The first call may have broken off between writing this state and doing what it asks for.
            }

            return same ? Answers.Accepted : Answers.Refused(Refusal.StartedDifferently);
        }

        Plan plan = catalog.Find(command.PlanId, command.PlanVersion)
            ?? throw new ArgumentException($"There is no plan {command.PlanId} version {command.PlanVersion}.", nameof(command));
        (string merchant, string id) = GrainKeys.Split(this.GetPrimaryKeyString());
        await MoveToAsync(SubscriptionLifecycle.Start(starts.From(merchant, id, command, plan, Circumstances.Now), Circumstances));
        await PumpSafelyAsync();
        return Answers.Accepted;
    }

    public Task<SubscriptionView?> ViewAsync() =>
        Task.FromResult(Current is { } s ? SubscriptionViews.Of(s, Circumstances) : null);

    public Task<CommandAnswer> CancelNowAsync(CommandInfo command) =>
        HandleAsync(new Command.CancelNow { Id = command.CommandId, Actor = command.Actor, Reason = command.Reason });

    public Task<CommandAnswer> CancelAtPeriodEndAsync(CommandInfo command) =>
        HandleAsync(new Command.CancelAtPeriodEnd { Id = command.CommandId, Actor = command.Actor, Reason = command.Reason });

    public Task<CommandAnswer> UndoCancellationAsync(CommandInfo command) =>
        HandleAsync(new Command.UndoCancellation { Id = command.CommandId, Actor = command.Actor, Reason = command.Reason });

    public Task<CommandAnswer> ReplaceCardAsync(ReplaceCard command) => HandleAsync(new Command.ReplaceCard
    {
        Id = command.Info.CommandId,
        Actor = command.Info.Actor,
        Reason = command.Info.Reason,
        Method = starts.MethodOf(GrainKeys.Split(this.GetPrimaryKeyString()).Merchant, command.Card, Circumstances.Now),
    });

    public Task<CommandAnswer> RetryNowAsync(CommandInfo command) =>
        HandleAsync(new Command.RetryNow { Id = command.CommandId, Actor = command.Actor, Reason = command.Reason });

    public Task<bool> KnowsAsync(string orderId) => Task.FromResult(Current is { } s && SubscriptionLifecycle.Knows(s, orderId));

    public Task PokeAsync() => PumpSafelyAsync();

    // A tick only says "look now": it may be late, missing or doubled. The stored state decides what is due.
    public async Task ReceiveReminder(string reminderName, TickStatus status)
    {
        _reminderAt = null; // Whatever was set has fired; from now on it repeats every few minutes until it is set again.
        if (Current is null)
        {
            await stored.ReadStateAsync();
            HaveRead();
        }

        if (Current is null)
        {
            await RemoveReminderAsync(); // A start that broke off between reminder and state. Whoever asked for it asks again, which sets another one.
            return;
        }

        await PumpSafelyAsync();
    }

    public override async Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        // A silo that stops lets its charges finish. One that cannot leaves them to the next owner, who repeats them under the same key.
        if (_flight is { } flight && reason.ReasonCode is DeactivationReasonCode.ShuttingDown or DeactivationReasonCode.Migrating)
        {
            await LandAsync(await flight.WaitAsync(cancellationToken));
        }
    }

    private async Task<CommandAnswer> HandleAsync(Command command)
    {
        if (Current is not { } current)
        {
            return Answers.Refused(Refusal.NotStarted);
        }

        Decision decision = SubscriptionLifecycle.Handle(current, command, Circumstances);
        if (!ReferenceEquals(decision.Next, current))
        {
            await MoveToAsync(decision.Next);
        }

        await PumpSafelyAsync();
        return Answers.Of(decision);
    }

    /// <summary>The command is stored and will be carried out, so its caller is told so even when looking further fails now.</summary>
    private async Task PumpSafelyAsync()
    {
        try
        {
            await PumpAsync();
        }
        catch (Exception error)
        {
            Log.PumpFailed(logger, error, this.GetPrimaryKeyString());
            DeactivateOnIdle(); // The next activation reads the truth.
        }
    }

    private async Task PumpAsync()
    {
        for (int i = 0; i < MaxTransitions && Current is { } s && _flight is null; i++)
        {
            switch (NextStep.For(s, Circumstances))
            {
                case NextStep.Advance:
                    await MoveToAsync(SubscriptionLifecycle.Advance(s, Circumstances));
                    break;
                case NextStep.Wait wait:
                    await PublishAsync(s);
                    await SetReminderAsync(wait.Until);
                    return;
                case NextStep.Rest:
                    await PublishAsync(s);
                    await RemoveReminderAsync();
                    return;
                case NextStep.Charge when IsStale:
                    await stored.ReadStateAsync();
                    HaveRead();
                    break;
                case var effect when gate.MaySend() is { Allowed: false } held:
                    Log.Held(logger, s.Id, held.Reason!);
                    return; // The reminder has fired and goes on firing.
                case var effect:
                    _flight = FlyAsync(s, effect);
                    await PublishMeanwhileAsync(s);
                    return;
            }
        }

        if (_flight is null && Current is not null)
        {
            throw new InvalidOperationException($"{this.GetPrimaryKeyString()} made {MaxTransitions} transitions without coming to rest.");
        }
    }

    /// <exception cref="InvalidOperationException">The row is of a newer program; it stays as it is.</exception>
    private void HaveRead()
    {
        StoredForm.Check(this.GetPrimaryKeyString(), stored.State.MinReader, StoredSubscription.CurrentVersion);
        _freshSince = realTime.GetTimestamp();
    }

    private async Task PublishAsync(Subscription s)
    {
        await outbox.PublishAsync(s, _publishedThrough);
        _publishedThrough = s.LastSequence;
    }

    /// <summary>
    /// An activation cannot know which of the events that it finds are out: those of the last renewal are still in the state. Told once more while the provider thinks,
    /// they leave with the next write; otherwise a subscription that sleeps between its renewals would gather them for ever.
    /// </summary>
    private async Task PublishMeanwhileAsync(Subscription s)
    {
        try
        {
            await PublishAsync(s);
        }
        catch (Exception error)
        {
            Log.PublishedLater(logger, error, s.Id); // They stay in the state, and money goes before reports.
        }
    }

    /// <summary>Another activation may have moved on while this one lay idle.</summary>
    private bool IsStale => realTime.GetElapsedTime(_freshSince) > ChargePolicy.StateFreshness.ToTimeSpan();

    /// <summary>Started in a turn and not awaited by it; holds its activation, which alone knows that it flies. Null when nothing was sent.</summary>
    private async Task<Outcome?> FlyAsync(Subscription s, NextStep step)
    {
        DelayDeactivation(toss.Value.ChargeTimeout + TimeSpan.FromMinutes(1));
        try
        {
            Outcome outcome = await Task.Run(() => effects.PerformAsync(s, step));
            // A timer's callback is a turn of its own: it does not interleave with a command that is being stored.
            _landing = this.RegisterGrainTimer(
                (landed, _) => LandAsync(landed),
                outcome,
                new GrainTimerCreationOptions { DueTime = TimeSpan.Zero, Period = Timeout.InfiniteTimeSpan, KeepAlive = true });
            return outcome;
        }
        catch (Exception error)
        {
            // The flight stays set, so that this activation does not try again in a hurry; the next one does, with the reminder.
            Log.EffectFailed(logger, error, s.Id, step.GetType().Name);
            DeactivateOnIdle();
            return null;
        }
    }

    private async Task LandAsync(Outcome? outcome)
    {
        if (_flight is null || outcome is null)
        {
            return; // Landed already (a silo that stops does not wait for the timer), or nothing was sent.
        }

        _flight = null;
        _landing?.Dispose();
        try
        {
            Subscription before = Current!;
            Subscription after = SubscriptionLifecycle.After(before, outcome, Circumstances);
            if (!ReferenceEquals(after, before))
            {
                await MoveToAsync(after);
            }
        }
        catch (Exception error)
        {
            // Orleans deactivates by itself only for exceptions that leave a request; this is none.
            Log.OutcomeLost(logger, error, this.GetPrimaryKeyString(), outcome.GetType().Name);
            DeactivateOnIdle();
            return;
        }

        await PumpSafelyAsync();
    }

    /// <summary>
    /// Stores the next state. The reminder must never be later than the stored state needs: brought forward, it is set before the state is written;
    /// pushed back, only after the state is written and its events are out (<see cref="PumpAsync"/>). A crash anywhere leaves it early, and early is harmless.
    /// Events that are not out yet need it within minutes, even where money is not due for a month.
    /// </summary>
    private async Task MoveToAsync(Subscription next)
    {
        Subscription? before = Current;
        Circumstances now = Circumstances;
        Instant? wake = WakeOf(next, now);
        if (next.LastSequence > (before?.LastSequence ?? 0))
        {
            Instant retold = now.Now + Duration.FromTimeSpan(CatchUpPeriod);
            wake = wake < retold ? wake : retold;
        }

        if (wake is { } at && (before is null || WakeOf(before, now) is not { } old || at < old))
        {
            await SetReminderAsync(at);
        }

        Subscription toStore = next with { Outbox = next.Outbox.RemoveAll(e => e.Sequence <= _publishedThrough) };
        stored.State = new StoredSubscription { Subscription = toStore, UnknownMembers = stored.State.UnknownMembers };
        try
        {
            await stored.WriteStateAsync();
        }
        catch
        {
            DeactivateOnIdle(); // Memory is ahead of the database; the next activation reads the truth.
            throw;
        }

        _freshSince = realTime.GetTimestamp();
        Report(before, toStore);
    }

    private static Instant? WakeOf(Subscription s, Circumstances now) => NextStep.For(s, now) switch
    {
        NextStep.Rest => null,
        NextStep.Wait wait => wait.Until,
        _ => now.Now,
    };

    private async Task SetReminderAsync(Instant at)
    {
        Instant now = Circumstances.Now;
        Instant due = Instant.Max(now, Instant.Min(at, now + LongestReminder));
        if (_reminderAt == due || (due < at && _reminderAt > now))
        {
            return; // Set already; or so far away that a tick on the way will set it again.
        }

        await this.RegisterOrUpdateReminder(ReminderName, (due - now).ToTimeSpan(), CatchUpPeriod);
        _reminderAt = due;
        if (Circumstances.Now - now > LongestRegistration)
        {
            // Orleans adds the wait to its own now. The test clock jumped in between, so the reminder would be late by as much.
            _reminderAt = null;
            await SetReminderAsync(at);
        }
    }

    private async Task RemoveReminderAsync()
    {
        if (await this.GetReminder(ReminderName) is { } reminder)
        {
            await this.UnregisterReminder(reminder);
        }

        _reminderAt = null;
    }

    private void Report(Subscription? before, Subscription after)
    {
        foreach (BillingEvent e in after.Outbox.Where(e => e.Sequence > (before?.LastSequence ?? 0)))
        {
            Log.Happened(logger, after.Id, e.Type, e.Sequence, e.Cause);
            switch (e.Data)
            {
                case EventData.SubscriptionParked parked:
                    Log.Parked(logger, after.Id, parked.Reason);
                    break;
                case EventData.PaymentFault { Account: true } fault:
                    Log.AccountFault(logger, after.Id, fault.OrderId, fault.Code);
                    break;
            }
        }
    }
}
