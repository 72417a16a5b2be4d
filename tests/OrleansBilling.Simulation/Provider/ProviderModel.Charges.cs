using NodaTime;
using OrleansBilling.Domain;
using OrleansBilling.Simulation.Chance;

namespace OrleansBilling.Simulation.Provider;

/// <summary>Charging a billing key.</summary>
internal sealed partial class ProviderModel
{
    public void Charge(ChargeCall call, Action<Reply> reply)
    {
        auditor.Sent(call);
        if (chaos.Strikes(Fault.RequestLost, out Dice dice))
        {
            if (dice.Chance(0.5))
            {
                time.After(Transit, () => reply(new Reply.Nothing("connection reset")));
            }

            return;
        }

        Travel(() => Arrive(call, reply));
    }

    private void Arrive(ChargeCall call, Action<Reply> reply)
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

        (string, string, string) key = (call.OrderId, call.Credential, call.BillingKey);
        if (Bound(key) is { } before)
        {
            trace?.Add("provider", $"has seen {call.OrderId} before");
            Answer(reply, before.Answer ?? new Reply.Refused("IDEMPOTENT_REQUEST_PROCESSING"));
            return;
        }

        Binding binding = _bindings[key] = new Binding(time.Now);
        Duration takes = chaos.Strikes(Fault.SlowCharge, out Dice slow) ? slow.Magnitude(Processing, ProcessingLimit) : Processing;
        bool gatewayError = chaos.Strikes(Fault.GatewayError, out Dice gateway);
        if (gatewayError)
        {
            takes = gateway.Magnitude(Processing, ProcessingLimit);
            Answer(reply, new Reply.Nothing("HTTP 502"));
        }

        _runningOrders[call.OrderId] = time.Now + takes;
        time.After(takes, () => Finish(call, key, binding, gatewayError ? static _ => { } : reply));
    }

    private void Finish(ChargeCall call, (string, string, string) key, Binding binding, Action<Reply> reply)
    {
        if (chaos.Strikes(Fault.TransientUncharged, out Dice dice))
        {
            Stumble(call, key, binding, dice, reply);
            return;
        }

        if (chaos.Strikes(Fault.ForgedAnswer, out dice) && dice.Chance(0.5))
        {
            // Something on the way answers with a payment that is not ours, and the request goes no further.
            _bindings.Remove(key);
            ProviderPayment none = new() { PaymentKey = $"pay-{call.OrderId}-forged", OrderId = call.OrderId, Status = "DONE", Currency = "KRW", TotalKrw = call.AmountKrw, BalanceKrw = call.AmountKrw };
            Answer(reply, Forged(none, dice));
            return;
        }

        if (chaos.Strikes(Fault.UnlistedCode))
        {
            binding.Answer = new Reply.Refused(UnlistedCode);
            auditor.RefusedByIssuer(call.OrderId);
            Answer(reply, binding.Answer);
            return;
        }

        if (Refusal(call) is { } code)
        {
            binding.Answer = new Reply.Refused(code);
            _failedOrders[call.OrderId] = code;
            if (ProviderCodes.Classify(code) is CodeClass.Hard or CodeClass.Soft or CodeClass.SoftThenHard)
            {
                auditor.RefusedByIssuer(call.OrderId);
            }

            trace?.Add("provider", $"refuses {call.OrderId}: {code}");
            Answer(reply, binding.Answer);
            return;
        }

        bool again = _byOrder.ContainsKey(call.OrderId);
        LedgerPayment payment = new($"pay-{call.OrderId}{(again ? $"-again{_byPaymentKey.Count}" : "")}", call.OrderId, call.AmountKrw, time.Now);
        _byPaymentKey.Add(payment.PaymentKey, payment);
        _byOrder.TryAdd(call.OrderId, payment);
        trace?.Add("provider", $"APPROVES {call.OrderId}, {call.AmountKrw} won");
        binding.Answer = new Reply.Payment(payment.Seen());
        auditor.Approved(call, payment);
        if (chaos.Strikes(Fault.TransientCharged, out dice))
        {
            Stumble(call, key, binding, dice, reply);
            return;
        }

        Answer(reply, chaos.Strikes(Fault.ForgedAnswer, out dice) ? Forged(payment.Seen(), dice) : binding.Answer);
    }

    /// <summary>An answer with a transient code, whatever happened to the money. It may be bound to the key.</summary>
    private void Stumble(ChargeCall call, (string, string, string) key, Binding binding, Dice dice, Action<Reply> reply)
    {
        Reply.Refused answer = new(dice.Pick(TransientCodes));
        bool charged = binding.Answer is not null;
        if (dice.Chance(temper.BindsTransientAnswers))
        {
            binding.Answer = answer;
        }
        else if (!charged)
        {
            _bindings.Remove(key);
        }

        if (ProviderCodes.Classify(answer.Code) is CodeClass.TransientThenSoft or CodeClass.Unlisted)
        {
            auditor.RefusedByIssuer(call.OrderId); // Perhaps: its own words may hide behind this code.
        }

        trace?.Add("provider", $"stumbles over {call.OrderId}: {answer.Code}{(binding.Answer == answer ? ", bound" : "")}{(charged ? ", charged" : "")}");
        Answer(reply, answer);
    }

    private static Reply.Payment Forged(ProviderPayment payment, Dice dice) => new(dice.Below(3) switch
    {
        0 => payment with { OrderId = payment.OrderId + "0" },
        1 => payment with { TotalKrw = payment.TotalKrw + 1000, BalanceKrw = payment.BalanceKrw + 1000 },
        _ => payment with { Status = "WAITING_FOR_DEPOSIT" },
    });

    private string? Refusal(ChargeCall call)
    {
        if (!_cards.TryGetValue(call.BillingKey, out Card? card))
        {
            return "INVALID_BILL_KEY_REQUEST";
        }

        if (card.Removed)
        {
            return "ALREADY_REMOVED_BILLING_KEY";
        }

        if (card.CustomerKey != call.CustomerKey)
        {
            return "NOT_MATCHES_CUSTOMER_KEY";
        }

        if (temper.RefusesUsedOrderIds && _byOrder.ContainsKey(call.OrderId))
        {
            return "DUPLICATED_ORDER_ID";
        }

        if (chaos.Strikes(Fault.HardDecline, out Dice dice))
        {
            card.DeadCode ??= dice.Pick("INVALID_STOPPED_CARD", "INVALID_CARD_EXPIRATION", "INVALID_CARD_LOST_OR_STOLEN");
        }

        if (chaos.Strikes(Fault.SoftDecline, out dice))
        {
            card.EmptyUntil = time.Now + dice.Magnitude(Duration.FromHours(1), Duration.FromDays(20));
        }

        if (card.DeadCode is { } dead)
        {
            return dead;
        }

        return time.Now < card.EmptyUntil ? "REJECT_CARD_PAYMENT" : chaos.Strikes(Fault.HiddenDecline) ? "REJECT_CARD_COMPANY" : null;
    }
}
