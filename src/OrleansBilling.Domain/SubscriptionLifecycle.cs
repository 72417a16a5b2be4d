using NodaTime;
using static OrleansBilling.Domain.EventData;

namespace OrleansBilling.Domain;

/// <summary>The content of a start, apart from who asked.</summary>
/// <param name="Id"><c>sub_…</c></param>
public sealed record NewSubscription(string Id, string Merchant, string CustomerId, bool Livemode, Terms Terms, PaymentMethod Method, string Actor, string CommandId);

/// <summary>
/// The rules of a subscription's life. Pure: equal inputs give equal results, and what is not allowed is refused with a named reason. The files beside this one hold
/// commands, the answers of the provider, invoicing, refunds.
/// </summary>
public static partial class SubscriptionLifecycle
{
    public const int RememberedCommands = 20;

    /// <summary>More days than the provider remembers an idempotency key, even for a plan that charges daily.</summary>
    public const int RememberedInvoices = 24;

    /// <summary>A new subscription: in its trial, or with a first charge that is due at once.</summary>
    public static Subscription Start(NewSubscription start, Circumstances c)
    {
        DateTimeZone zone = DateTimeZoneProviders.Tzdb[start.Terms.ZoneId];
        BillingCalendar calendar = BillingCalendar.StartingAt(c.Now, start.Terms.Interval, zone, start.Terms.TrialDays);
        Period first = calendar.FirstPeriod;
        Instant? trialEnd = start.Terms.TrialDays > 0 ? first.Start : null;
        Why why = new(start.Actor, start.CommandId);
        Subscription s = new()
        {
            Id = start.Id,
            Merchant = start.Merchant,
            CustomerId = start.CustomerId,
            Livemode = start.Livemode,
            Terms = start.Terms,
            Status = trialEnd is null ? SubscriptionStatus.Incomplete : SubscriptionStatus.Trialing,
            StartedAt = c.Now,
            Anchor = calendar.Anchor,
            TrialEndsAt = trialEnd,
            PaymentMethods = [start.Method],
        };
        return s
            .Tell(c.Now, why, new SubscriptionCreated(s.CustomerId, s.Terms.ProductId, s.Terms.PlanId, s.Terms.PlanVersion, s.Terms.PriceKrw, trialEnd))
            .Tell(c.Now, why, new CardRegistered(start.Method.Id, start.Method.IssuerCode, start.Method.MaskedNumber))
            .PlanInvoice(first, trialEnd is null ? c.Now : Spreading.DueAt(start.Id, first, c.SpreadOver), c)
            .Remember(start.CommandId, refusal: null);
    }

    /// <summary>
    /// What the calendar alone brings about, when <see cref="NextStep"/> says that it is time: a scheduled end, giving up on an unpaid invoice, and ruling out that an
    /// attempt is sent. Nothing outside happens.
    /// </summary>
    public static Subscription Advance(Subscription s, Circumstances c)
    {
        if (s.Invoice?.Attempt is { LookUp: null } attempt && ReasonNotToSend(s, attempt, c) is { } cause)
        {
            // Opened when its period was over, it was never to be sent by anybody, so there is nothing to look up.
            return cause == LookUpCause.PeriodMissed && attempt.NotBefore >= MissedFrom(s, s.Invoice)
                ? s.TellIssued().CloseAttempt(AttemptEnd.Withdrawn, null, c.Now).WaiveMissed(s.Invoice, c).CarryPending(c)
                : s.LookUpOnly(cause, c);
        }

        if (s.Cancellation is { } cancellation && c.Now >= cancellation.At && s.IsLive && s.Invoice?.Attempt is null)
        {
            return s.End(EndReason.Canceled, cancellation.Reason, new Why(cancellation.Actor, "schedule"), c.Now);
        }

        if (s.Invoice is { Attempt: null } waiting && waiting.GivenUpAt(c.Interruptions) is { } givesUp && c.Now >= givesUp && s.IsLive)
        {
            return s.End(s.Status == SubscriptionStatus.Incomplete ? EndReason.FirstPaymentFailed : EndReason.PaymentFailed, null, Why.Schedule, c.Now);
        }

        if (s is { Cancellation: null, Invoice: { Attempt: null, GivesUpAt: null } unplanned } && c.Now >= unplanned.DueAt)
        {
            return s.UsableMethod is null ? s.TellIssued().MissCard(c) : s.OpenAttempt(c.Now, c);
        }

        return s;
    }

    /// <summary>Why an attempt that is due may not be sent, although nothing was heard of it yet; null when it may.</summary>
    internal static LookUpCause? ReasonNotToSend(Subscription s, Attempt attempt, Circumstances c)
    {
        if (c.Now < attempt.NotBefore)
        {
            return null;
        }

        if (c.Now - attempt.NotBefore > c.Policy.MaxSendAge)
        {
            return LookUpCause.TooOld;
        }

        if (c.Now >= s.Cancellation?.At)
        {
            return LookUpCause.DebtIsGoing; // Nothing is sent after the end that the subscriber chose, not even for what was due before it.
        }

        if (attempt.Credential != c.Credential)
        {
            return LookUpCause.CredentialChanged;
        }

        // The calendar is asked only where it may matter: this is looked at before every charge.
        Invoice invoice = s.Invoice!;
        return c.Now >= invoice.Period.End && c.Now >= MissedFrom(s, invoice) ? LookUpCause.PeriodMissed : null;
    }

    /// <summary>
    /// When another period begins since it fell due, and not because the customer's card said no: from then on the plan waives periods instead of collecting them. (It may have fallen due after its own
    /// period, where the customer's dunning took longer than that.) Null when all are collected.
    /// </summary>
    private static Instant? MissedFrom(Subscription s, Invoice invoice) => s.Status is SubscriptionStatus.Trialing or SubscriptionStatus.Active && s.Terms.CatchUp == CatchUp.LatestOnly
        ? Instant.Max(invoice.Period.End, s.Calendar.PeriodAt(invoice.DueAt).End)
        : null;

    /// <summary>Ends it. No attempt may be open: what may have left is settled first.</summary>
    private static Subscription End(this Subscription s, EndReason endReason, string? reason, Why why, Instant now)
    {
        if (s.Invoice is { Issued: true } open)
        {
            s = s.Tell(now, why, new InvoiceWrittenOff(open.Number, open.TotalKrw, CodeOf(endReason)));
        }

        return (s.SettleInvoice(paidBy: null) with
        {
            Status = SubscriptionStatus.Ended,
            EndedAt = now,
            EndReason = endReason,
            Parked = null,
            PaymentMethods = [.. s.PaymentMethods.Select(m => m.State == PaymentMethodState.Removed ? m : m with { State = PaymentMethodState.Retired })],
        }).Tell(now, why, new SubscriptionEnded(endReason, reason));
    }

    private static string CodeOf(EndReason reason) => reason switch
    {
        EndReason.Canceled => "canceled",
        EndReason.PaymentFailed => "payment_failed",
        EndReason.FirstPaymentFailed => "first_payment_failed",
        _ => throw new InvalidOperationException($"No code for {reason}."),
    };

    /// <summary>Parks what its own rules or its own secret keep from going on. What may have left stays as it is, to be settled when an operator takes it up again.</summary>
    /// <param name="failure">The type of the exception; nothing of its text, which may hold anything.</param>
    public static Subscription ParkBroken(Subscription s, string reason, string failure, Circumstances c) => s.Park(reason, Why.Schedule, c.Now, failure);

    private static Subscription Park(this Subscription s, string reason, Why why, Instant now, string? failure = null) => s.Parked is not null
        ? s
        : (s with { Parked = new Parking(reason, now) }).Tell(now, why, new SubscriptionParked(reason, failure));

    private static Subscription Remember(this Subscription s, string commandId, Refusal? refusal) =>
        s with { Answered = [.. s.Answered.Add(new AnsweredCommand(commandId, refusal)).TakeLast(RememberedCommands)] };
}
