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
    public static bool MayHaveLeft(Subscription s, Instant now) =>
        s.Invoice?.Attempt is { } attempt && now >= attempt.NotBefore - ChargePolicy.ClockGuard;

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
    private static Subscription OpenAttempt(this Subscription s, Instant notBefore, Circumstances c)
    {
        if (s.Invoice is not { Attempt: null } invoice || s.UsableMethod is not { } method || IsTooLate(s, notBefore))
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
        };
        return s with { Invoice = invoice with { Attempt = attempt, LastAttemptNumber = number } };
    }

    /// <summary>Nothing is charged at the scheduled end, so near to it that clocks might disagree, or after it.</summary>
    private static bool IsTooLate(Subscription s, Instant notBefore) =>
        s.Cancellation is { } cancellation && notBefore >= cancellation.At - ChargePolicy.ClockGuard;

    private static Subscription CloseAttempt(this Subscription s, AttemptEnd end, string? code, Instant now)
    {
        if (s.Invoice is not { Attempt: { } attempt } invoice)
        {
            return s;
        }

        ClosedAttempt closed = new(attempt.Number, attempt.OrderId, attempt.PaymentMethodId, end, code, now);
        return s with
        {
            Invoice = invoice with { Attempt = null, Closed = [.. invoice.Closed.Add(closed).TakeLast(RememberedAttempts)] },
        };
    }

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
    private static Subscription PlanAfter(this Subscription s, Period paid, Circumstances c)
    {
        BillingCalendar calendar = s.Calendar;
        Period next = calendar.After(paid);
        if (next.Start > c.Now || s.Terms.CatchUp == CatchUp.CollectAll)
        {
            return s.PlanInvoice(next, DueAfterPayment(next, c.Now), c);
        }

        Period running = calendar.PeriodAt(c.Now);
        if (DueAfterPayment(running, c.Now) >= running.End)
        {
            running = calendar.After(running);
        }

        return s.Waive(next, running, c.Now).PlanInvoice(running, DueAfterPayment(running, c.Now), c);
    }

    /// <summary>
    /// At its start, but not within a day of the payment that was just made, or within a period where that is shorter. A period of about a day that lies ahead keeps
    /// only half of itself free: with all of it, one late payment would push every later one away from its start for ever.
    /// </summary>
    private static Instant DueAfterPayment(Period period, Instant paidAt)
    {
        Duration length = period.End - period.Start;
        Duration apart = Duration.Min(Duration.FromDays(1), length);
        bool daily = length <= Duration.FromHours(25);
        return Instant.Max(period.Start, paidAt + (daily && period.Start > paidAt ? length / 2 : apart));
    }

    /// <summary>Waives the periods from one to before another.</summary>
    private static Subscription Waive(this Subscription s, Period first, Period until, Instant now) => first.Index >= until.Index
        ? s
        : s.Tell(now, Why.Schedule, new PeriodsWaived(first.Index, until.Index - 1, first.Start, until.Start));
}
