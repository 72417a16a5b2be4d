using Microsoft.Extensions.Options;
using NodaTime;
using OrleansBilling.Domain;
using OrleansBilling.Domain.Reconciliation;
using OrleansBilling.Subscriptions;
using OrleansBilling.Toss;

namespace OrleansBilling.Reconciliation;

/// <summary>What a difference turned out to be.</summary>
/// <param name="Cause">One of <see cref="Causes"/>.</param>
/// <param name="Mended">The subscription took it up, or the read side was put right: comparing again finds it gone, or explained.</param>
internal sealed record Verdict(string Cause, bool Mended = false);

/// <summary>
/// Finds out what a difference is by asking the provider about the one payment and then the subscription that its order id names, and lets the subscription decide.
/// Money moves by the rules of the subscription alone.
/// </summary>
internal sealed class Mender(TossClient toss, IGrainFactory grains, OurBooks books, IOptions<MerchantOptions> merchant, TimeProvider time, ILogger<Mender> logger)
{
    public async Task<Verdict> LookAsync(Difference difference, Books ours, Instant now, CancellationToken cancellation)
    {
        if (difference.OrderId is not { } orderId || SubscriptionLifecycle.SubscriptionIdOf(orderId) is not { } subscriptionId)
        {
            return new Verdict(Causes.NotOurOrder);
        }

        switch (await AskAsync(difference.PaymentKey, cancellation))
        {
            case PaymentAnswer.Failed:
                return new Verdict(Causes.NotVerified);
            case PaymentAnswer.NotFound:
                return new Verdict(Causes.NotAtProvider);
            case PaymentAnswer.Found found when found.Payment.OrderId != orderId:
                return new Verdict(Causes.Contradiction);
            case PaymentAnswer.Found when difference.Kind == DifferenceKind.OursOnly:
                return new Verdict(Causes.NotListed);
            case PaymentAnswer.Found when difference.Kind == DifferenceKind.AmountDiffers:
                return new Verdict(Causes.Amount);
            case PaymentAnswer.Found found:
                return await AskSubscriptionAsync(difference, found.Payment, subscriptionId, ours, now, cancellation);
            default:
                throw new InvalidOperationException("A look-up finds, does not find, or fails.");
        }
    }

    private async Task<Verdict> AskSubscriptionAsync(Difference difference, ProviderPayment payment, string subscriptionId, Books ours, Instant now, CancellationToken cancellation)
    {
        if (!payment.WasApproved)
        {
            return new Verdict(Causes.Contradiction); // The list says that money moved and the payment says that none did, or nobody knows its status.
        }

        if (difference.Movement == Movement.Refund && payment.Cancels.All(x => x.TransactionKey != difference.TransactionKey))
        {
            return new Verdict(Causes.Contradiction);
        }

        string? booked = ours.Payments.FirstOrDefault(p => p.Approved && p.OrderId == payment.OrderId)?.PaymentKey;
        bool isSecond = booked is not null && booked != payment.PaymentKey;
        if (isSecond && !await IsApprovedAsync(booked!, payment.OrderId, cancellation))
        {
            return new Verdict(Causes.Contradiction); // Then the one in our books may be the wrong one, and nothing goes back by itself.
        }

        PaymentJudgement judgement = await grains.Subscription(merchant.Value.Id, subscriptionId).ReconcileAsync(SeenPayment.Of(payment, isSecond));
        switch (judgement.News)
        {
            case PaymentNews.NotOurs:
                return new Verdict(Causes.UnknownOrder);
            case PaymentNews.Parked:
                return new Verdict(Causes.Parked);
            case PaymentNews.NotJudged:
                return new Verdict(Causes.NotJudged);
            case var _ when isSecond:
                Log.PaidTwice(logger, payment.OrderId, payment.PaymentKey);
                return new Verdict(Causes.SecondPayment, Mended: true);
            case var news:
                // Also where the subscription learnt something: its events tell only what is new to it.
                await books.RepairAsync(subscriptionId, judgement.InvoiceNumber, payment, now, cancellation);
                return new Verdict(news == PaymentNews.Known ? Causes.ReadSideRepaired : difference.Movement == Movement.Refund ? Causes.ForeignCancel : Causes.Adopted, Mended: true);
        }
    }

    private async Task<bool> IsApprovedAsync(string paymentKey, string orderId, CancellationToken cancellation) =>
        await AskAsync(paymentKey, cancellation) is PaymentAnswer.Found { Payment: { WasApproved: true } payment } && payment.OrderId == orderId;

    private async Task<PaymentAnswer> AskAsync(string paymentKey, CancellationToken cancellation)
    {
        await Task.Delay(ProviderList.Pause, time, cancellation);
        return await toss.GetPaymentAsync(paymentKey, cancellation);
    }
}
