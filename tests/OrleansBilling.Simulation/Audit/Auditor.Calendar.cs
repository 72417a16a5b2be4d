using NodaTime;
using OrleansBilling.Domain;
using OrleansBilling.Simulation.Engine;
using OrleansBilling.Simulation.Provider;

namespace OrleansBilling.Simulation.Audit;

/// <summary>When things are charged, and for which stretch of time. Computed here once more, in another way than the rules do it.</summary>
internal sealed partial class Auditor
{
    /// <summary>What clocks, transit and processing may make of half a day.</summary>
    private static readonly Duration Slack = Duration.FromMinutes(15);

    /// <summary>Periods that were charged or waived follow each other without gap or overlap, and begin on the anchor's day.</summary>
    private void CheckPeriods(Subject subject, SubjectBook book)
    {
        Instant? covered = null;
        Instant lastStart = Instant.MinValue;
        foreach (BillingEvent e in book.Events)
        {
            (Instant Start, Instant End)? stretch = e.Data switch
            {
                EventData.InvoiceIssued issued => (issued.PeriodStart, issued.PeriodEnd),
                EventData.PeriodsWaived waived => (waived.Start, waived.End),
                _ => null,
            };
            if (stretch is not (Instant start, Instant end))
            {
                continue;
            }

            // A period that was due and is waived after all is told twice.
            bool follows = covered is null || start == covered || (e.Data is EventData.PeriodsWaived && start == lastStart);
            if (!follows || end <= start)
            {
                Break(ViolationKind.Other, $"{e.Type} of {subject.Id} is about {start} to {end}, after periods up to {covered}");
                return;
            }

            if (!IsOnAnchor(subject.Stored!, start) || !IsOnAnchor(subject.Stored!, end))
            {
                Break(ViolationKind.Other, $"{e.Type} of {subject.Id} is about {start} to {end}, and its anchor is {subject.Stored!.Anchor}");
                return;
            }

            (covered, lastStart) = (end, start);
        }
    }

    private static bool IsOnAnchor(Subscription s, Instant at)
    {
        LocalDate anchor = s.Anchor.Date;
        LocalDate date = at.InZone(DateTimeZoneProviders.Tzdb[s.Terms.ZoneId]).Date;
        int days = NodaTime.Period.DaysBetween(anchor, date);
        int months = ((date.Year - anchor.Year) * 12) + date.Month - anchor.Month;
        bool sameDay = date.Day == Math.Min(anchor.Day, date.Calendar.GetDaysInMonth(date.Year, date.Month));
        int count = s.Terms.Interval.Count;
        return s.Terms.Interval.Unit switch
        {
            IntervalUnit.Day => days % count == 0,
            IntervalUnit.Week => days % (7 * count) == 0,
            IntervalUnit.Month => sameDay && months % count == 0,
            IntervalUnit.Year => sameDay && months % (12 * count) == 0,
            _ => throw new InvalidOperationException($"Nobody subscribes by the {s.Terms.Interval.Unit}."),
        };
    }

    /// <summary>Two invoices of one subscription are not charged within a day, or within a period where that is shorter; half of it where one payment was late.</summary>
    private void CheckApart(Order order, LedgerPayment payment)
    {
        Subscription stored = order.Subject.Stored!;
        Duration period = stored.Terms.Interval is { Unit: IntervalUnit.Day, Count: 1 } ? Duration.FromHours(23) : Duration.FromDays(2);
        Duration least = Duration.Min(Duration.FromDays(1), period / 2) - Slack;
        LedgerPayment? near = BookOf(order.Subject).Orders.Where(o => o.InvoiceNumber != order.InvoiceNumber).SelectMany(o => o.Payments)
            .FirstOrDefault(p => payment.ApprovedAt - p.ApprovedAt < least);
        if (near is not null)
        {
            Break(ViolationKind.Other, $"{stored.Id} was charged {payment.PaymentKey} {payment.ApprovedAt - near.ApprovedAt} after {near.PaymentKey}");
        }
    }
}
