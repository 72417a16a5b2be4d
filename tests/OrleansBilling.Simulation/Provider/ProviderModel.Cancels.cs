using OrleansBilling.Simulation.Chance;

namespace OrleansBilling.Simulation.Provider;

/// <summary>Money back.</summary>
internal sealed partial class ProviderModel
{
    public void Cancel(CancelCall call, Action<Reply> reply)
    {
        auditor.CancelSent(call);
        if (chaos.Strikes(Fault.RequestLost))
        {
            return;
        }

        Travel(() => Arrive(call, reply));
    }

    private void Arrive(CancelCall call, Action<Reply> reply)
    {
        if (IsSilentOutage)
        {
            return;
        }

        if (Gate(call.Silo, call.Credential) is { } closed)
        {
            Answer(reply, closed);
            return;
        }

        (string, string, string) key = (call.IdempotencyKey, call.Credential, call.PaymentKey);
        if (Bound(key) is { } before)
        {
            Answer(reply, before.Answer ?? new Reply.Refused("IDEMPOTENT_REQUEST_PROCESSING"));
            return;
        }

        if (chaos.Strikes(Fault.ConsoleRefund, out Dice hand) && _byPaymentKey[call.PaymentKey] is { BalanceKrw: > 1 } payment)
        {
            CancelInConsole(payment, 1 + hand.Below((int)payment.BalanceKrw - 1)); // Somebody was faster, with a part of it.
        }

        Binding binding = _bindings[key] = new Binding(time.Now);
        bool gatewayError = chaos.Strikes(Fault.GatewayError, out Dice gateway);
        if (gatewayError)
        {
            Answer(reply, gateway.Chance(0.5) ? new Reply.Nothing("HTTP 502") : new Reply.Refused("FAILED_REFUND_PROCESS"));
        }

        time.After(gatewayError ? gateway.Magnitude(Processing, ProcessingLimit) : Processing, () => Finish(call, key, binding, gatewayError ? static _ => { } : reply));
    }

    private void Finish(CancelCall call, (string, string, string) key, Binding binding, Action<Reply> reply)
    {
        if (chaos.Strikes(Fault.TransientUncharged))
        {
            _bindings.Remove(key);
            Answer(reply, new Reply.Refused("FAILED_REFUND_PROCESS"));
            return;
        }

        LedgerPayment payment = _byPaymentKey[call.PaymentKey];
        binding.Answer = Refusal(call, payment) is { } code ? new Reply.Refused(code) : Execute(call, payment);
        trace?.Add("provider", $"cancel of {call.PaymentKey}, {call.AmountKrw} won: {binding.Answer}");
        Answer(reply, chaos.Strikes(Fault.TransientCharged) ? new Reply.Refused("FAILED_METHOD_HANDLING_CANCEL") : binding.Answer);
    }

    private static string? Refusal(CancelCall call, LedgerPayment payment)
    {
        if (payment.BalanceKrw == 0)
        {
            return payment.Cancels.Length == 1 ? "ALREADY_CANCELED_PAYMENT" : "NOT_CANCELABLE_AMOUNT";
        }

        if (call.RefundableKrw is { } believed && believed != payment.BalanceKrw)
        {
            return "NOT_MATCHES_REFUNDABLE_AMOUNT";
        }

        return call.AmountKrw > payment.BalanceKrw ? "NOT_CANCELABLE_AMOUNT" : null;
    }

    private Reply.Payment Execute(CancelCall call, LedgerPayment payment)
    {
        payment.Cancel(call.AmountKrw, call.Reason, time.Now);
        auditor.Canceled(payment);
        return new Reply.Payment(payment.Seen());
    }

    /// <summary>Somebody gives money back in the provider's own console.</summary>
    public void CancelInConsole(LedgerPayment payment, long amountKrw)
    {
        trace?.Add("console", $"gives back {amountKrw} of {payment.PaymentKey}");
        payment.Cancel(amountKrw, "고객 요청", time.Now);
        auditor.Canceled(payment);
    }
}
