using NodaTime;
using OrleansBilling.Domain;
using OrleansBilling.Domain.Charging;
using OrleansBilling.Tests.Support;

namespace OrleansBilling.Tests.Domain;

/// <summary>What happens around a subscription: people, clocks, interruptions, other activations, old news.</summary>
internal sealed partial class RandomLife
{
    /// <summary>The merchant's charging stands still, as it is told within minutes, or goes on.</summary>
    private void Interrupt(int arg)
    {
        InterruptionCause cause = (InterruptionCause)((arg % 3) + 1);
        bool open = Life.Interruptions.Known.Any(i => i.Cause == cause && i.To is null);
        Life.Interruptions = open ? Life.Interruptions.End(cause, Life.Now) : Life.Interruptions.Begin(cause, Life.Now - Duration.FromMinutes(arg % 10));
        Reached.Add(nameof(Interrupt));
        Note($"interruption of {cause} {(open ? "ends" : "begins")}");
    }

    /// <summary>A command arrives between a request and its answer.</summary>
    private void InFlight(int fate, int commandArg)
    {
        if (Life.Next is NextStep.Wait { Until: var at } && at - Life.Now < Duration.FromDays(400))
        {
            Life.Now = at;
        }

        if (Life.Next is NextStep.Charge or NextStep.LookUp or NextStep.SendRefund)
        {
            Reached.Add(nameof(InFlight));
            Outcome outcome = Perform(Life.S, Life.Next, fate);
            Command(commandArg);
            Life.In(Duration.FromSeconds(fate));
            Deliver(outcome);
        }
    }

    private void Command(int arg)
    {
        string id = $"cmd-{_commands++}";
        Command command = (arg % 10) switch
        {
            0 => A.CancelNow(id),
            1 or 2 => A.CancelAtPeriodEnd(id),
            3 or 4 => A.Undo(id),
            5 or 6 or 7 => A.ReplaceCard($"pm_{id}", id),
            8 when Life.S.Parked?.Reason is SubscriptionLifecycle.PaymentContradiction or SubscriptionLifecycle.PaymentMismatch => A.TreatAsNotCharged(id), // Right or wrong.
            _ => A.RetryNow(id),
        };
        Decision decision = Life.Do(command);
        Apply($"{SubscriptionLifecycle.NameOf(command)} → {(decision.Deferred ? "deferred" : decision.Refusal?.ToString() ?? "accepted")}", decision.Next);
        Decision again = SubscriptionLifecycle.Handle(Life.S, command, Life.C);
        Assert.True(again.Refusal == decision.Refusal && ReferenceEquals(again.Next, Life.S), "A repeated command is answered differently.");
    }

    private void Jump(int arg)
    {
        Life.In(arg < 50 ? Duration.FromMinutes(arg) : arg < 80 ? Duration.FromHours(arg) : Duration.FromDays(arg - 75));
        Note("time passes");
    }

    /// <summary>Another activation sends from a state that it read up to ten minutes ago, just before the next one was written; its answer gets lost.</summary>
    private void Zombie(int fate)
    {
        NextStep.Charge? sends = _written.Zip(_written.Skip(1))
            .Where(w => Life.Now - w.Second.At <= ChargePolicy.Default.StateFreshness)
            .Select(w => NextStep.For(w.First.S, Life.C)).OfType<NextStep.Charge>().FirstOrDefault();
        if (sends is { } charge)
        {
            Reached.Add(nameof(Zombie));
            _provider.Charge(charge.Attempt, Life.Now, fate);
            Note($"another activation sends {charge.Attempt.OrderId}, fate {fate}");
        }
    }

    /// <summary>Old news: an outcome that was delivered before, or a look-up of any payment that ever was.</summary>
    private void Hint(int arg)
    {
        ProviderPayment[] payments = [.. _provider.Payments];
        if (arg % 2 == 0 && _delivered.Count > 0)
        {
            Deliver(_delivered[arg % _delivered.Count]);
        }
        else if (payments.Length > 0)
        {
            Deliver(_provider.LookUp(payments[arg % payments.Length].OrderId, Life.Now, fate: 0));
        }
    }
}
