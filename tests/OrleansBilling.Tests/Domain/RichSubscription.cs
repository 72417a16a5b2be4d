using NodaTime;
using OrleansBilling.Domain;
using OrleansBilling.Tests.Support;
using Period = OrleansBilling.Domain.Period;

namespace OrleansBilling.Tests.Domain;

/// <summary>A subscription in which every member has a value and every kind of event and command stands once. No life would look like it.</summary>
internal static class RichSubscription
{
    private static readonly Instant T = A.Start + Duration.FromMilliseconds(250);
    private static readonly Period March = new(1, Instant.FromUtc(2027, 2, 28, 0, 0), Instant.FromUtc(2027, 3, 31, 0, 0));

    public static Subscription Value { get; } = new()
    {
        Id = "sub_01kd3v9m0000000000000000ab",
        Merchant = "main",
        CustomerId = "cus_1",
        Livemode = true,
        Terms = Terms.Of(A.Plan(trialDays: 14, interval: new(IntervalUnit.Month, 3), catchUp: CatchUp.CollectAll), "Asia/Seoul") with { TaxFreeKrw = 900 },
        Status = SubscriptionStatus.PastDue,
        StartedAt = T,
        Anchor = new LocalDateTime(2027, 1, 31, 9, 0),
        TrialEndsAt = A.Start,
        PaidPeriod = new Period(0, A.Start, March.Start),
        PaymentMethods =
        [
            A.Card("pm_2"),
            A.Card() with { State = PaymentMethodState.Retired, FailedDeletions = 2, DeleteAt = T },
            A.Card("pm_0") with { State = PaymentMethodState.Removed, EncryptedBillingKey = null },
        ],
        Invoice = new Invoice
        {
            Number = 2,
            Period = March,
            Lines = [new InvoiceLine("plan", "pro-monthly", 3, A.PriceKrw, 900)],
            DueAt = March.Start,
            Attempt = new Attempt
            {
                Number = 4,
                OrderId = "main-01kd3v9m0000000000000000ab-2-4",
                PaymentMethodId = "pm_2",
                CustomerKey = A.Card().CustomerKey,
                AmountKrw = A.PriceKrw,
                TaxFreeKrw = 900,
                OrderName = "프로 월간",
                NotBefore = March.Start,
                Credential = A.Credential,
                NextAt = T,
                PlannedRetryAt = March.Start + Duration.FromDays(3),
                Doubt = Doubt.TransientThenSoft,
                AnsweredAt = T,
                AdoptsKrw = 9_000,
                UnsettledSends = 3,
                TransientAnswers = 3,
                LastReason = "UNKNOWN_PAYMENT_ERROR",
                LookUp = new LookUpPhase(LookUpCause.Answer, T, T + Duration.FromMinutes(12), T + Duration.FromMinutes(5)),
            },
            Closed = [new ClosedAttempt(3, "main-01kd3v9m0000000000000000ab-2-3", "pm_1", AttemptEnd.Declined, "REJECT_CARD_PAYMENT", T) { Extra = true }],
            LastAttemptNumber = 4,
            FailedTries = 1,
            LastCode = "REJECT_CARD_PAYMENT",
            GivesUpAt = March.End,
            GivesUpSince = T,
            HeldUp = Duration.FromMinutes(90),
            Issued = true,
        },
        LastInvoiceNumber = 2,
        Settled = [new SettledInvoice(1, 1, ["main-01kd3v9m0000000000000000ab-1-1"])],
        LastPayment = new LastPayment
        {
            InvoiceNumber = 1,
            OrderId = "main-01kd3v9m0000000000000000ab-1-1",
            PaymentKey = "pay-1",
            PaymentMethodId = "pm_1",
            AmountKrw = A.PriceKrw,
            BalanceKrw = 5_900,
            ApprovedAt = T,
        },
        Cancellation = new Cancellation(March.End, "customer:cus_1", "too_expensive"),
        EndedAt = March.End,
        EndReason = EndReason.Canceled,
        Pending = [.. new Command[] { A.CancelNow(), A.CancelAtPeriodEnd(), A.Undo(), A.ReplaceCard("pm_3"), A.RetryNow(), A.TreatAsNotCharged(), A.AdoptPayment(9_000) }.Select(c => new PendingCommand(c, T))],
        Refunds =
        [
            new Refund
            {
                Number = 1,
                InvoiceNumber = 1,
                PaymentKey = "pay-1",
                AmountKrw = 5_900,
                RefundableKrw = 5_900,
                Reason = "late_approval",
                Try = 2,
                ReadBack = true,
                LastCode = "PROVIDER_ERROR",
                NextAt = T,
                UnsettledCalls = 1,
            },
        ],
        LastRefundNumber = 1,
        AdoptedCancels = ["tx-console"],
        Parked = new Parking("payment_mismatch", T),
        Answered = [new AnsweredCommand("cmd-start", null), new AnsweredCommand("cmd-retry", Refusal.NothingToRetry)],
        LastSequence = Facts.Length,
        Outbox = [.. Facts.Select((data, i) => new BillingEvent
        {
            Id = $"evt_01kd3v9m0000000000000000ab_{i + 1}",
            Merchant = "main",
            Subscription = "sub_01kd3v9m0000000000000000ab",
            Sequence = i + 1,
            OccurredAt = T,
            Livemode = true,
            Actor = "system:billing",
            Cause = "schedule",
            Data = data,
        })],
    };

    private static EventData[] Facts =>
    [
        new EventData.SubscriptionCreated("cus_1", "pro", "pro-monthly", 3, A.PriceKrw, A.Start),
        new EventData.SubscriptionActivated(March.Start, March.End),
        new EventData.SubscriptionRenewed(March.Start, March.End),
        new EventData.SubscriptionPastDue(2),
        new EventData.CancellationScheduled(March.End, "too_expensive"),
        new EventData.CancellationUndone(),
        new EventData.SubscriptionEnded(EndReason.PaymentFailed, null),
        new EventData.SubscriptionParked("payment_mismatch"),
        new EventData.SubscriptionUnparked("looked_at"),
        new EventData.CommandDeferred("cancel_now"),
        new EventData.CommandDropped("replace_card", Refusal.AlreadyEnded),
        new EventData.PeriodsWaived(1, 2, March.Start, March.End),
        new EventData.InvoiceIssued(2, A.PriceKrw, 818, 900, March.Start, March.End, March.Start),
        new EventData.InvoicePaid(2, A.PriceKrw, "pay-2"),
        new EventData.InvoiceWrittenOff(2, A.PriceKrw, "period_waived"),
        new EventData.PaymentApproved(2, "order-2", "pay-2", "pm_2", A.PriceKrw, T, "https://receipts.example/2"),
        new EventData.PaymentDeclined(2, "order-2", "pm_2", A.PriceKrw, "REJECT_CARD_PAYMENT", false, March.End),
        new EventData.PaymentUnknown(2, "order-2", "timeout"),
        new EventData.PaymentNotCharged(2, "order-2"),
        new EventData.PaymentFault(2, "order-2", "INVALID_API_KEY", true),
        new EventData.RefundRequested(1, 1, "pay-1", 5_900, "late_approval"),
        new EventData.RefundSucceeded(1, 1, "pay-1", "tx-1", 5_900, T),
        new EventData.CardRegistered("pm_1", "21", "94100012****789*"),
        new EventData.CardReplaced("pm_2", "21", "94100012****789*", "pm_1"),
        new EventData.CardRemoved("pm_0"),
        new EventData.PaymentRetryRequested(2, "order-2", "customer_called"),
        new EventData.PaymentResolved(2, "order-2", "adopted", 9_000, "discount_given"),
    ];
}
