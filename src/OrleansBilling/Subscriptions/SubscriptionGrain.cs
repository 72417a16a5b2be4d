using Microsoft.Extensions.Options;
using NodaTime;
using Orleans.Placement;
using OrleansBilling.Catalog;
using OrleansBilling.Charging;
using OrleansBilling.Clock;
using OrleansBilling.Domain;
using OrleansBilling.Domain.Pumping;
using OrleansBilling.Reports;
using OrleansBilling.Storage;
using OrleansBilling.Toss;

namespace OrleansBilling.Subscriptions;

/// <summary>
/// One subscription in the cluster: takes calls and ticks and hands them to its <see cref="SubscriptionPump"/>, to which it gives Orleans' storage, reminders and turns
/// (the other half of this class). It decides nothing itself.
/// </summary>
[GrainType(TypeName), PreferLocalPlacement] // Where its reminder wakes it: a tick needs no other silo, and its places and slots are counted there.
internal sealed partial class SubscriptionGrain(
    [PersistentState("subscription", StorageNames.Billing)] IPersistentState<StoredSubscription> stored,
    SubscriptionEffects effects,
    ChargeLanes lanes,
    SiloCharging charging,
    Outbox outbox,
    ProductCatalog catalog,
    NewSubscriptions starts,
    UnreadableStates unreadableStates,
    ChargePolicy policy,
    IOptions<TossOptions> toss,
    IOptions<ChargingOptions> chargingOptions,
    [FromKeyedServices(BillingClock.Key)] TimeProvider billingClock,
    TimeProvider realTime,
    ILogger<SubscriptionGrain> logger)
    : Grain, ISubscriptionGrain, IRemindable, IPumpPorts
{
    /// <summary>Stands in the key of every stored row.</summary>
    public const string TypeName = "subscription";

    public const string ReminderName = "wake";

    private readonly string _credential = toss.Value.CredentialFingerprint;
    private readonly Duration _spreadOver = Duration.FromTimeSpan(chargingOptions.Value.SpreadOver);
    private SubscriptionPump? _pump;

    private SubscriptionPump Pump => _pump ??= new SubscriptionPump(this, realTime);

    private Subscription? Current => Pump.Current;

    public Circumstances Circumstances => new(Instant.FromDateTimeOffset(billingClock.GetUtcNow()), _credential) { Policy = policy, Interruptions = charging.Interruptions, SpreadOver = _spreadOver };

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        try
        {
            await Pump.ReadAsync();
        }
        catch (StateUnreadableException unreadable)
        {
            (string merchant, string id) = GrainKeys.Split(this.GetPrimaryKeyString());
            await unreadableStates.NoteAsync(merchant, id, unreadable.Failure, billingClock.GetUtcNow());
            throw; // There is nothing to act on. The reminder goes on asking, and so may an operator.
        }

        lanes.Activated();
    }

    public async Task<CommandAnswer> StartAsync(StartSubscription command)
    {
        if (Current is { } started)
        {
            bool same = started.CustomerId == command.CustomerId && started.Terms.PlanId == command.PlanId && started.PaymentMethods.Any(m => m.Id == command.Card.PaymentMethodId);
            if (same)
            {
                await Pump.LookAsync(Lane.Person); // The first call may have broken off between writing this state and doing what it asks for.
            }

            return same ? Answers.Accepted : Answers.Refused(Refusal.StartedDifferently);
        }

        Plan plan = catalog.Find(command.PlanId, command.PlanVersion)
            ?? throw new ArgumentException($"There is no plan {command.PlanId} version {command.PlanVersion}.", nameof(command));
        (string merchant, string id) = GrainKeys.Split(this.GetPrimaryKeyString());
        await Pump.StartAsync(SubscriptionLifecycle.Start(starts.From(merchant, id, command, plan, Circumstances.Now), Circumstances));
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

    public Task<CommandAnswer> TreatAsNotChargedAsync(CommandInfo command) =>
        HandleAsync(new Command.TreatAsNotCharged { Id = command.CommandId, Actor = command.Actor, Reason = command.Reason });

    public Task<CommandAnswer> AdoptPaymentAsync(CommandInfo command, long amountKrw) =>
        HandleAsync(new Command.AdoptPayment { Id = command.CommandId, Actor = command.Actor, Reason = command.Reason, AmountKrw = amountKrw });

    public Task<bool> KnowsAsync(string orderId) => Task.FromResult(Current is { } s && SubscriptionLifecycle.Knows(s, orderId));

    public async Task<PaymentJudgement> ReconcileAsync(SeenPayment payment)
    {
        if (Current is not { } before || !SubscriptionLifecycle.Knows(before, payment.OrderId))
        {
            return new PaymentJudgement(PaymentNews.NotOurs, 0);
        }

        bool changed = await Pump.LearnAsync(new Outcome.PaymentReconciled(payment.ToPayment(), payment.IsSecond));
        return new PaymentJudgement(
            changed ? Current?.Parked is not null && before.Parked is null ? PaymentNews.Parked : PaymentNews.Adopted
                : SubscriptionLifecycle.HoldsForApproved(before, payment.OrderId) ? PaymentNews.Known
                : PaymentNews.NotJudged,
            SubscriptionLifecycle.InvoiceOf(before, payment.OrderId) ?? 0);
    }

    public Task PokeAsync() => Pump.TickAsync();

    public Task CheckAsync() => Pump.CheckAsync();

    // A tick only says "look now": it may be late, missing or doubled. The stored state decides what is due.
    public Task ReceiveReminder(string reminderName, TickStatus status)
    {
        BillingClock.CatchUp(billingClock, status.CurrentTickTime);
        return Pump.TickAsync();
    }

    public override async Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        lanes.Deactivated();
        // A silo that stops lets its charges finish. One that cannot leaves them to the next owner, who repeats them under the same key.
        if (_flight is { } flight && reason.ReasonCode is DeactivationReasonCode.ShuttingDown or DeactivationReasonCode.Migrating)
        {
            await LandAsync(await flight.WaitAsync(cancellationToken));
        }

        _place?.Dispose(); // Whatever comes back to an activation that is gone is stored by the next one, which asks again.
    }

    private async Task<CommandAnswer> HandleAsync(Command command) =>
        await Pump.HandleAsync(command) is { } decision ? Answers.Of(decision) : Answers.Refused(Refusal.NotStarted);
}
