namespace OrleansBilling.Subscriptions;

/// <summary>
/// One subscription: it holds its card and its terms, and charges itself when its reminder wakes it.
/// Key: <c>{merchant}/{subscriptionId}</c>, see <see cref="GrainKeys"/>.
/// </summary>
/// <remarks>
/// Every command may be repeated with the same <see cref="CommandInfo.CommandId"/>: it is then answered the same and changes nothing.
/// Reads answer while a charge is in flight.
/// </remarks>
[Alias("OrleansBilling.ISubscriptionGrain")]
public interface ISubscriptionGrain : IGrainWithStringKey
{
    /// <summary>Starts billing: a trial, or a first charge at once.</summary>
    [Alias("Start")] Task<CommandAnswer> StartAsync(StartSubscription command);

    /// <summary>The subscription as it is now, or null when it was never started.</summary>
    [Alias("View")] Task<SubscriptionView?> ViewAsync();

    [Alias("CancelNow")] Task<CommandAnswer> CancelNowAsync(CommandInfo command);

    /// <summary>Lets the paid or free period run out; nothing is charged after it.</summary>
    [Alias("CancelAtPeriodEnd")] Task<CommandAnswer> CancelAtPeriodEndAsync(CommandInfo command);

    /// <summary>Takes a cancellation at period end back, until it has taken effect.</summary>
    [Alias("UndoCancellation")] Task<CommandAnswer> UndoCancellationAsync(CommandInfo command);

    /// <summary>From now on charges go to another card. What is past due is charged to it at once.</summary>
    [Alias("ReplaceCard")] Task<CommandAnswer> ReplaceCardAsync(ReplaceCard command);

    /// <summary>An operator's command: charge what is past due now, or take up a parked subscription again.</summary>
    [Alias("RetryNow")] Task<CommandAnswer> RetryNowAsync(CommandInfo command);

    /// <summary>An operator's command: the payment for which it is parked took no money, or gave it back. Another attempt is opened.</summary>
    [Alias("TreatAsNotCharged")] Task<CommandAnswer> TreatAsNotChargedAsync(CommandInfo command);

    /// <summary>An operator's command: the payment for which it is parked pays the invoice although its amount is another. Looked up first, and taken only if it shows exactly this amount.</summary>
    [Alias("AdoptPayment")] Task<CommandAnswer> AdoptPaymentAsync(CommandInfo command, long amountKrw);

    /// <summary>True when this subscription opened the attempt of this order id.</summary>
    [Alias("Knows")] Task<bool> KnowsAsync(string orderId);

    /// <summary>Judges a payment that the comparison with the provider's transaction list found and our books do not have. Harmless to repeat.</summary>
    [Alias("Reconcile")] Task<PaymentJudgement> ReconcileAsync(SeenPayment payment);

    /// <summary>Looks whether something is due, as a reminder's tick does. Harmless at any time.</summary>
    [Alias("Poke")] Task PokeAsync();

    /// <summary>
    /// As <see cref="PokeAsync"/>, for whoever saw that the reminder is missing, too late or without effect: the state is read anew and the reminder set again, whatever this
    /// activation believes. Costs a read and a reminder write.
    /// </summary>
    [Alias("Check")] Task CheckAsync();
}
