using NodaTime;
using OrleansBilling.Domain;

namespace OrleansBilling.Subscriptions;

/// <summary>What people see of a subscription.</summary>
internal static class SubscriptionViews
{
    public static SubscriptionView Of(Subscription s, Circumstances c)
    {
        Invoice? due = s.Invoice is { } invoice && c.Now >= invoice.DueAt ? s.Invoice : null;
        Instant? nextCharge = s.Parked is null ? s.Invoice?.Attempt?.NotBefore : null;
        PaymentMethod? shown = s.PaymentMethods.FirstOrDefault(m => m.State is PaymentMethodState.Usable or PaymentMethodState.Dead);
        return new SubscriptionView
        {
            SubscriptionId = s.Id,
            CustomerId = s.CustomerId,
            ProductId = s.Terms.ProductId,
            PlanId = s.Terms.PlanId,
            PlanVersion = s.Terms.PlanVersion,
            Status = s.Status,
            PriceKrw = s.Terms.PriceKrw,
            IntervalUnit = s.Terms.Interval.Unit,
            IntervalCount = s.Terms.Interval.Count,
            ZoneId = s.Terms.ZoneId,
            StartedAt = s.StartedAt.ToDateTimeOffset(),
            TrialEndsAt = s.TrialEndsAt?.ToDateTimeOffset(),
            CurrentPeriod = CurrentPeriod(s),
            NextChargeAt = nextCharge?.ToDateTimeOffset(),
            NextChargeKrw = nextCharge is null ? 0 : s.Invoice!.TotalKrw,
            Card = shown is null ? null : new CardView(shown.IssuerCode, shown.MaskedNumber, shown.CardType, shown.OwnerType),
            PaymentInProgress = s.Invoice?.Attempt is { } attempt && c.Now >= attempt.NotBefore,
            OpenInvoice = due is null ? null : new OpenInvoiceView(
                due.Number, due.TotalKrw, due.DueAt.ToDateTimeOffset(), due.FailedTries, due.LastCode, due.Attempt?.NotBefore.ToDateTimeOffset(),
                due.Attempt is null ? (due.GivenUpAt(c.Interruptions) ?? due.GivesUpAt)?.ToDateTimeOffset() : null, due.Attempt?.OrderId),
            CancelsAt = s.IsLive ? s.Cancellation?.At.ToDateTimeOffset() : null,
            PendingCommands = [.. s.Pending.Select(p => SubscriptionLifecycle.NameOf(p.Command))],
            EndedAt = s.EndedAt?.ToDateTimeOffset(),
            EndReason = s.EndReason,
            ParkedReason = s.Parked?.Reason,
            NeedsNewCard = s.IsLive && s.Invoice is not null && (s.UsableMethod is null || (s.Status == SubscriptionStatus.Incomplete && s.Invoice is { Attempt: null, FailedTries: > 0 })),
        };
    }

    private static PeriodView? CurrentPeriod(Subscription s) => s switch
    {
        { IsLive: false } => null,
        { PaidPeriod: { } paid } => new PeriodView(paid.Start.ToDateTimeOffset(), paid.End.ToDateTimeOffset()),
        { Status: SubscriptionStatus.Trialing, TrialEndsAt: { } end } => new PeriodView(s.StartedAt.ToDateTimeOffset(), end.ToDateTimeOffset()),
        _ => null,
    };
}
