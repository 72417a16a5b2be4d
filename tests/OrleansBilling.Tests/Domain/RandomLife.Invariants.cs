using System.Text.RegularExpressions;
using NodaTime;
using OrleansBilling.Domain;

namespace OrleansBilling.Tests.Domain;

/// <summary>What must hold after each step.</summary>
internal sealed partial class RandomLife
{
    [GeneratedRegex("^[A-Za-z0-9_-]{6,64}$")]
    private static partial Regex OrderId();

    /// <summary>Nobody loses a subscription for want of time that an interruption took.</summary>
    private void CheckGivingUp(Subscription before)
    {
        if (before.IsLive && Life.S.EndReason is EndReason.PaymentFailed or EndReason.FirstPaymentFailed)
        {
            Invoice invoice = before.Invoice!;
            Duration waited = Life.Now - invoice.GivesUpSince!.Value - Life.Interruptions.Overlap(invoice.GivesUpSince.Value, Life.Now);
            Assert.True(waited >= invoice.GivesUpAt!.Value - invoice.GivesUpSince.Value, "It was given up in an interruption.");
        }
    }

    private void CheckInvariants(Subscription s)
    {
        if (s.Invoice?.Attempt is { } attempt)
        {
            Assert.Matches(OrderId(), attempt.OrderId);
            object request = (attempt.Number, attempt.PaymentMethodId, attempt.CustomerKey, attempt.AmountKrw, attempt.TaxFreeKrw, attempt.OrderName, attempt.Credential, attempt.NotBefore);
            Assert.True(_requests.TryAdd(attempt.OrderId, request) || _requests[attempt.OrderId].Equals(request), $"{attempt.OrderId} stands for two requests.");
            Assert.DoesNotContain(s.Invoice.Closed, a => a.OrderId == attempt.OrderId);
            Assert.DoesNotContain(s.PaymentMethods, m => m.Id == attempt.PaymentMethodId && m.State == PaymentMethodState.Removed);
        }

        foreach (IGrouping<string, ProviderPayment> invoice in _provider.Payments.GroupBy(p => p.OrderId[..p.OrderId.LastIndexOf('-')]))
        {
            Assert.True(invoice.Count() == 1, $"Invoice {invoice.Key} was paid {invoice.Count()} times.");
        }

        Assert.Equal(s.Outbox.Length, s.LastSequence);
        Assert.Equal(Enumerable.Range(1, s.Outbox.Length).Select(n => (long)n), s.Outbox.Select(e => e.Sequence));
        Assert.DoesNotContain(s.Outbox, e => e.Data is EventData.RefundRequested { Reason: "late_approval" });
        EventData[] facts = [.. s.Outbox.Select(e => e.Data)];
        HashSet<int> paid = [.. facts.OfType<EventData.InvoicePaid>().Select(e => e.Number)];
        Assert.Equal(paid.Count, facts.OfType<EventData.InvoicePaid>().Count());
        EventData.InvoiceIssued[] periods = [.. facts.OfType<EventData.InvoiceIssued>().Where(e => paid.Contains(e.Number)).OrderBy(e => e.PeriodStart)];
        Assert.All(periods.Zip(periods.Skip(1)), pair => Assert.True(pair.First.PeriodEnd <= pair.Second.PeriodStart, "Paid periods overlap."));
        Assert.True(s.IsLive || s.Invoice is null, "An invoice is open after the end.");
    }
}
