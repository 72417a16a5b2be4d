using NodaTime;
using static OrleansBilling.Domain.EventData;

namespace OrleansBilling.Domain;

/// <summary>Invoices and attempts: what is asked for next, and under which order id.</summary>
public static partial class SubscriptionLifecycle
{
    private const int RememberedAttempts = 10;

    /// <summary>
    /// True when a request for the open attempt may have left, so that nothing may change what it was made of. A pure function of stored state and clock:
    /// it does not matter who looks, or what that process remembers.
    /// </summary>
    public static bool MayHaveLeft(Subscription s, Circumstances c) =>
        s.Invoice?.Attempt is { } attempt && c.Now >= attempt.NotBefore - c.Policy.ClockGuard;

    private static Subscription PlanInvoice(this Subscription s, Period period, Instant dueAt, Circumstances c)
    {
        Invoice invoice = new()
        {
            Number = s.LastInvoiceNumber + 1,
            Period = period,
            Lines = [new InvoiceLine("plan", s.Terms.PlanId, s.Terms.PlanVersion, s.Terms.PriceKrw, s.Terms.TaxFreeKrw)],
            DueAt = dueAt,
        };
        return (s with { Invoice = invoice, LastInvoiceNumber = invoice.Number }).OpenAttempt(dueAt, c);
    }

    /// <summary>Opens the next attempt on the card in use; leaves none open when there is no usable card, or when the subscription ends before.</summary>
    /// <param name="plannedRetryAt">The planned try before which this one is put by a person's command; null for none.</param>
    private static Subscription OpenAttempt(this Subscription s, Instant notBefore, Circumstances c, Instant? plannedRetryAt = null)
    {
        if (s.Invoice is not { Attempt: null } invoice || s.UsableMethod is not { } method || IsTooLate(s, notBefore, c))
        {
            return s;
        }

        int number = invoice.LastAttemptNumber + 1;
        Attempt attempt = new()
        {
            Number = number,
            OrderId = $"{OrderPrefix(s)}{invoice.Number}-{number}",
            PaymentMethodId = method.Id,
            CustomerKey = method.CustomerKey,
            AmountKrw = invoice.TotalKrw,
            TaxFreeKrw = invoice.TaxFreeKrw,
            OrderName = s.Terms.OrderName,
            NotBefore = notBefore,
            Credential = c.Credential,
            NextAt = notBefore,
            PlannedRetryAt = plannedRetryAt > notBefore ? plannedRetryAt : null,
        };
        return s with { Invoice = invoice with { Attempt = attempt, LastAttemptNumber = number } };
    }

    /// <summary>Nothing is charged at the scheduled end, so near to it that clocks might disagree, or after it.</summary>
    private static bool IsTooLate(Subscription s, Instant notBefore, Circumstances c) =>
        s.Cancellation is { } cancellation && notBefore >= cancellation.At - c.Policy.ClockGuard;

    private static Subscription CloseAttempt(this Subscription s, AttemptEnd end, string? code, Instant now)
    {
        if (s.Invoice is not { Attempt: { } attempt } invoice)
        {
            return s;
        }

        ClosedAttempt closed = new(attempt.Number, attempt.OrderId, attempt.PaymentMethodId, end, code, now) { Extra = IsExtra(attempt, now) };
        return s with
        {
            Invoice = invoice with { Attempt = null, Closed = [.. invoice.Closed.Add(closed).TakeLast(RememberedAttempts)], HeldUp = HeldUp(invoice, now) },
        };
    }

    /// <summary>Put before a planned try that is still to come.</summary>
    private static bool IsExtra(Attempt attempt, Instant now) => attempt.PlannedRetryAt > now;

    /// <summary>What the invoice lost through us or the provider so far, the attempt that is open included: one whose time has come is sent and answered in seconds.</summary>
    private static Duration? HeldUp(Invoice invoice, Instant now) =>
        invoice.Attempt is { } attempt && now > attempt.NotBefore ? (invoice.HeldUp ?? Duration.Zero) + (now - attempt.NotBefore) : invoice.HeldUp;

    /// <summary>The next attempt waits, and not for the customer.</summary>
    private static Subscription Hold(this Subscription s, Duration wait) =>
        wait > Duration.Zero && s.Invoice is { } invoice ? s with { Invoice = invoice with { HeldUp = (invoice.HeldUp ?? Duration.Zero) + wait } } : s;

    /// <summary>The invoice is over: paid by this order, or, where null, not to be paid any more.</summary>
    private static Subscription SettleInvoice(this Subscription s, string? paidBy)
    {
        if (s.Invoice is not { } invoice)
        {
            return s;
        }

        IEnumerable<string> late = invoice.Closed.Where(a => a.End == AttemptEnd.Approved).Select(a => a.OrderId);
        SettledInvoice settled = new(invoice.Number, invoice.LastAttemptNumber, paidBy is null ? [.. late] : [paidBy, .. late]);
        return s with { Invoice = null, Settled = [.. s.Settled.Add(settled).TakeLast(RememberedInvoices)] };
    }

    /// <summary>
    /// After a payment: the next invoice and its first attempt, in the same state. Periods that went by while nothing could be charged are collected or waived
    /// as the plan says; two charges are never less than a day (or a period, where that is shorter) apart.
    /// </summary>
    /// <param name="paid">As it stood before the payment.</param>
    /// <param name="dunned">It was paid late since the customer's card said no.</param>
    private static Subscription PlanAfter(this Subscription s, Invoice paid, bool dunned, Circumstances c)
    {
        BillingCalendar calendar = s.Calendar;
        Period next = calendar.After(paid.Period);
        if (next.Start > c.Now || s.Terms.CatchUp == CatchUp.CollectAll)
        {
            return s.PlanInvoice(next, Instant.Max(Spreading.DueAt(s.Id, next, c.SpreadOver), DueAfterPayment(next, c.Now)), c);
        }

        Period running = calendar.PeriodAt(c.Now);
        // Had nothing held it up, the payment would have come in this period. What began up to it, the customer's own dunning let pass, and it is owed.
        Period unhindered = calendar.PeriodAt(dunned ? Instant.Max(paid.DueAt, c.Now - (HeldUp(paid, c.Now) ?? Duration.Zero)) : paid.DueAt);
        if (unhindered.Index > paid.Period.Index)
        {
            // As many as were lost through us are waived. One of those that began meanwhile is charged, as ever.
            Period owed = PeriodFrom(calendar, next.Index + Math.Max(0, running.Index - unhindered.Index - 1));
            return s.Waive(next, owed, c.Now).PlanInvoice(owed, DueAfterPayment(owed, c.Now), c);
        }

        if (DueAfterPayment(running, c.Now) >= running.End)
        {
            running = calendar.After(running);
        }

        return s.Waive(next, running, c.Now).PlanInvoice(running, DueAfterPayment(running, c.Now), c);
    }

    /// <summary>
    /// At its start, but not within a day of the payment that was just made, or within a period where that is shorter. A period of about a day or less that lies ahead keeps
    /// only half of itself free: with all of it, one late payment would push every later one away from its start for ever.
    /// </summary>
    private static Instant DueAfterPayment(Period period, Instant paidAt)
    {
        Duration length = period.End - period.Start;
        Duration apart = Duration.Min(Duration.FromDays(1), length);
        bool daily = length <= Duration.FromHours(25);
        return Instant.Max(period.Start, paidAt + (daily && period.Start > paidAt ? length / 2 : apart));
    }

    /// <summary>The first one from this index on that is not empty.</summary>
    private static Period PeriodFrom(BillingCalendar calendar, int index) => calendar.PeriodAt(calendar.Period(index).Start);

    /// <summary>Waives the periods from one to before another.</summary>
    private static Subscription Waive(this Subscription s, Period first, Period until, Instant now) => first.Index >= until.Index
        ? s
        : s.Tell(now, Why.Schedule, new PeriodsWaived(first.Index, until.Index - 1, first.Start, until.Start));
}
