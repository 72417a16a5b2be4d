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
internal sealed partial class SubscriptionGrain(
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
        BillingClock.CatchUp(billingClock, status.CurrentTickTime);
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
}
