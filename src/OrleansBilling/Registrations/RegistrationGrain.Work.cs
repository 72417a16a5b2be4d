using OrleansBilling.Domain;
using OrleansBilling.Security;
using OrleansBilling.Subscriptions;
using OrleansBilling.Toss;

namespace OrleansBilling.Registrations;

/// <summary>The steps from the authKey to the subscription. Each is stored before the next, and repeating one repeats the same request.</summary>
internal sealed partial class RegistrationGrain
{
    /// <summary>
    /// One piece of work at a time, in which all callers join. It runs beside the grain's turns, so that pages can look while the provider thinks. From the return on only
    /// the work writes the state; what is written before ends with the return.
    /// </summary>
    private Task Work() => _work is { IsCompleted: false } ? _work : _work = WorkSafelyAsync();

    private async Task WorkSafelyAsync()
    {
        try
        {
            if (State is { Step: RegistrationStep.Returned, Confirmed: false })
            {
                // Reminder first: whatever happens after the state says "confirmed", somebody comes back to carry it through.
                await this.RegisterOrUpdateReminder(ReminderName, policy.CatchUpPeriod.ToTimeSpan(), policy.CatchUpPeriod.ToTimeSpan());
                await StoreAsync(State with { Confirmed = true });
            }

            if (State.Step == RegistrationStep.Returned)
            {
                await ExchangeAsync();
            }

            if (State.Step == RegistrationStep.Exchanged)
            {
                await HandOverAsync();
            }

            if (State.Step is RegistrationStep.Done or RegistrationStep.Refused && await this.GetReminder(ReminderName) is { } reminder)
            {
                await this.UnregisterReminder(reminder);
            }
        }
        catch (Exception error)
        {
            Log.WorkFailed(logger, error, Id);
            DeactivateOnIdle(); // The reminder takes it up again.
        }
    }

    private async Task ExchangeAsync()
    {
        if (billingClock.GetUtcNow() - State.OpenedAt > GivesUpAfter)
        {
            await RefuseAsync("EXPIRED");
            return;
        }

        // Before the exchange, so that a second tab makes neither a second key nor a second charge.
        if (await OtherHolderAsync() is { } holder)
        {
            await RefuseAsync("ALREADY_SUBSCRIBED", holder);
            return;
        }

        string authKey = secrets.Decrypt(SecretContext.AuthKey(Merchant, Id), EncryptedSecret.FromStored(State.EncryptedAuthKey)!.Value);
        string customerKey = State.CustomerKey;
        IssueAnswer answer = await Task.Run(() => toss.IssueAsync(authKey, customerKey, idempotencyKey: Id));
        switch (answer)
        {
            case IssueAnswer.Issued issued:
                string methodId = PrefixedId.Derive("pm", Id);
                await StoreAsync(State with
                {
                    Step = RegistrationStep.Exchanged,
                    EncryptedAuthKey = null,
                    FailureCode = null,
                    Card = new RegisteredCard(
                        methodId, customerKey, billingKeys.Encrypt(Merchant, methodId, issued.BillingKey.Reveal()).ToStored(), issued.MId,
                        new CardView(issued.Card.Issuer ?? "", issued.Card.MaskedNumber ?? "", issued.Card.CardType, issued.Card.OwnerType)),
                });
                await stamp.LearnMidAsync(issued.MId, CancellationToken.None);
                break;
            case IssueAnswer.Refused refused when IsTransient(refused.Code) && State.TransientRefusals < MaxTransientRefusals:
                // The authKey may still be good: asked again under the same key, but not for ever, since the answer may be bound to it.
                await StoreAsync(State with { TransientRefusals = State.TransientRefusals + 1 });
                break;
            case IssueAnswer.Refused refused:
                await RefuseAsync(refused.Code);
                break;
            case IssueAnswer.Unanswered unanswered:
                Log.ExchangeUnanswered(logger, Id, unanswered.Reason);
                break;
        }
    }

    private async Task HandOverAsync()
    {
        // Again: a claim that led to no subscription for an hour (the provider or the database was away) lapses, and another tab may have used the product since.
        if (await OtherHolderAsync() is { } holder)
        {
            await DeleteUnusedKeyAsync();
            await RefuseAsync("ALREADY_SUBSCRIBED", holder);
            return;
        }

        OpenRegistration opened = State.Opened!;
        CommandInfo info = new(Id, $"customer:{opened.CustomerId}", null);
        ISubscriptionGrain subscription = GrainFactory.Subscription(Merchant, SubscriptionId);
        CommandAnswer answer = opened.Purpose == RegistrationPurpose.Subscribe
            ? await subscription.StartAsync(new StartSubscription(info, opened.CustomerId, opened.PlanId!, opened.PlanVersion, State.Card!))
            : await subscription.ReplaceCardAsync(new ReplaceCard(info, State.Card!));
        if (answer.Status != CommandStatus.Refused)
        {
            await StoreAsync(State with { Step = RegistrationStep.Done });
            return;
        }

        await DeleteUnusedKeyAsync();
        await RefuseAsync(answer.Refusal!);
    }

    /// <summary>The live subscription that has the product already; null when it is this one's to take.</summary>
    private async Task<string?> OtherHolderAsync()
    {
        if (State.Opened is not { Purpose: RegistrationPurpose.Subscribe } opened)
        {
            return null;
        }

        string holder = await GrainFactory.Customer(Merchant, opened.CustomerId).ClaimAsync(PlanOf(opened).ProductId, SubscriptionId);
        return holder == SubscriptionId ? null : holder;
    }

    /// <summary>Nobody will ever use this key: it does not stay behind at the provider.</summary>
    private async Task DeleteUnusedKeyAsync()
    {
        BillingKey key = new(billingKeys.Decrypt(Merchant, State.Card!.PaymentMethodId, EncryptedSecret.FromStored(State.Card.EncryptedBillingKey)!.Value));
        string methodId = State.Card.PaymentMethodId;
        if (await Task.Run(() => toss.DeleteBillingKeyAsync(key, methodId)) is Outcome.BillingKeyDeletionFailed failed)
        {
            Log.KeyLeftBehind(logger, Id, methodId, failed.Reason);
        }
    }

    private async Task RefuseAsync(string code, string? existingSubscriptionId = null)
    {
        if (State.Opened is { Purpose: RegistrationPurpose.Subscribe } opened && existingSubscriptionId is null)
        {
            await GrainFactory.Customer(Merchant, opened.CustomerId).ReleaseAsync(PlanOf(opened).ProductId, SubscriptionId);
        }

        await StoreAsync(State with { Step = RegistrationStep.Refused, EncryptedAuthKey = null, Card = null, FailureCode = code, ExistingSubscriptionId = existingSubscriptionId });
    }
}
