using OrleansBilling.Domain;

namespace OrleansBilling.Simulation.Engine;

/// <summary>States, steps and outcomes in the few words that a trace has room for.</summary>
internal static class Shown
{
    public static string Of(Subscription s)
    {
        string attempt = s.Invoice?.Attempt is { } a
            ? $"{a.OrderId} from {a.NotBefore} next {a.NextAt}{(a.Doubt is { } doubt ? $" {doubt}({a.UnsettledSends})" : "")}{(a.LookUp is { } l ? $" look-up only ({l.Why})" : "")}"
            : "no attempt";
        string closed = s.Invoice?.Closed is [.., var last] ? $", before: {last.OrderId} {last.End} {last.Code}" : "";
        string pending = s.Pending.Length > 0 ? $", waiting: {string.Join('+', s.Pending.Select(p => SubscriptionLifecycle.NameOf(p.Command)))}" : "";
        return $"{s.Status}{(s.Parked is { } p ? $" PARKED {p.Reason}" : "")}, invoice {s.Invoice?.Number.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "-"}, {attempt}{closed}{pending}"
            + $"{(s.Cancellation is { } c ? $", cancelled for {c.At}" : "")}{(s.Refunds.Length > 0 ? $", {s.Refunds.Length} refunds" : "")}, events to {s.LastSequence}, {s.Outbox.Length} in the outbox";
    }

    public static string Of(NextStep step) => step switch
    {
        NextStep.Charge c => $"the charge {c.Attempt.OrderId}, {c.Attempt.AmountKrw} won on {c.Attempt.PaymentMethodId}",
        NextStep.LookUp l => $"a look-up of {l.Attempt.OrderId}",
        NextStep.SendRefund r => $"refund {r.Refund.Number} of {r.Refund.PaymentKey}, {r.Refund.AmountKrw} won",
        NextStep.ReadRefund r => $"a look at {r.Refund.PaymentKey}",
        NextStep.DeleteBillingKey d => $"the deletion of {d.Method.Id}",
        _ => step.ToString(),
    };

    public static string Of(Outcome outcome) => outcome switch
    {
        Outcome.ChargeApproved o => $"that {o.OrderId} is approved",
        Outcome.ChargeRefused o => $"that {o.OrderId} is refused: {o.Code}",
        Outcome.ChargeUnanswered o => $"nothing of {o.OrderId}: {o.Reason}",
        Outcome.ChargeContradicted o => $"nonsense about {o.OrderId}: {o.Reason}",
        Outcome.PaymentFound o => $"that {o.OrderId} is {o.Payment.Status}, balance {o.Payment.BalanceKrw}",
        Outcome.PaymentNotFound o => $"that {o.OrderId} is not found",
        Outcome.LookUpFailed o => $"nothing of {o.OrderId} by a look-up: {o.Reason}",
        Outcome.RefundSeen o => $"the payment of refund {o.RefundNumber}: {o.Payment.Status}, balance {o.Payment.BalanceKrw}",
        Outcome.RefundRefused o => $"that refund {o.RefundNumber} is refused: {o.Code}",
        Outcome.RefundUnanswered o => $"nothing of refund {o.RefundNumber}: {o.Reason}",
        _ => outcome.GetType().Name,
    };
}
