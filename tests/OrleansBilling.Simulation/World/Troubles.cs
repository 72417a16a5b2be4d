using NodaTime;
using OrleansBilling.Domain;
using OrleansBilling.Simulation.Chance;
using OrleansBilling.Simulation.Engine;
using OrleansBilling.Simulation.People;
using OrleansBilling.Simulation.Provider;

namespace OrleansBilling.Simulation.World;

/// <summary>
/// What happens around a subscription: outages, halts, rotated keys, and wishes of people. Planned anew whenever an attempt is opened or another card is waited for, and
/// mostly at the moments that are worst: about its time, and about the ten minutes before it when commands begin to wait.
/// </summary>
internal sealed class Troubles(Cluster cluster, ProviderModel provider, Customer people, Scheduler time, Chaos chaos, Trace? trace)
{
    private static readonly Duration AroundTheCharge = Duration.FromMinutes(20);
    private static readonly Fault[] Wishes = [Fault.CancelNow, Fault.CancelAtPeriodEnd, Fault.UndoCancellation, Fault.ReplaceCard, Fault.RetryNow];

    private string _credential = Credentials.First;

    /// <summary>Until when something is out of order that was planned to last.</summary>
    public Instant TroubledUntil { get; private set; } = Instant.MinValue;

    /// <param name="isRetry">The card said no before.</param>
    public void PlanAround(Subject subject, Instant chargeAt, bool isRetry)
    {
        if (isRetry && chaos.Strikes(Fault.LeaveInDunning, out Dice leave))
        {
            time.After(leave.Between(Duration.Zero, Duration.Max(Duration.Zero, chargeAt - time.Now)), () => people.Issue(subject, Fault.CancelAtPeriodEnd));
        }

        foreach (Fault wish in Wishes)
        {
            Plan(wish, chargeAt, _ => people.Issue(subject, wish));
        }

        Plan(Fault.Split, chargeAt, dice => Split(subject, dice.Magnitude(Duration.FromMinutes(2), Duration.FromHours(12))));
        Plan(Fault.ClockShift, chargeAt, ShiftClock);
        if (chaos.Strikes(Fault.FreezeOverTheGuard, out Dice guard))
        {
            time.At(chargeAt - ChargePolicy.Default.ClockGuard - guard.Between(Duration.Zero, Duration.FromMinutes(3)), () => HoldUp(subject, guard, chargeAt));
        }

        Plan(Fault.Freeze, chargeAt, dice => cluster.Freeze(subject.Home?.Silo ?? cluster.AnySilo(), dice, subject));
        Plan(Fault.Outage, chargeAt, dice => BreakDown(dice.Magnitude(Duration.FromSeconds(20), Duration.FromDays(2)), dice.Below(3)));
        Plan(Fault.AccountFault, chargeAt, dice => Refuse(
            dice.Magnitude(Duration.FromSeconds(20), Duration.FromDays(1)), dice.Pick("UNAUTHORIZED_KEY", "API_KEY_ACCESS_DENIED", "NOT_SUPPORTED_METHOD"), dice.Chance(0.5) ? dice.Below(3) + 1 : null));
        Plan(Fault.KeyRotation, chargeAt, RotateKey);
        Plan(Fault.Halt, chargeAt, dice => Halt(dice.Magnitude(Duration.FromMinutes(1), Duration.FromDays(5))));
        Plan(Fault.LongHalt, chargeAt, dice => Halt(dice.Between(Duration.FromDays(13), Duration.FromDays(40))));
    }

    /// <summary>A subscription is to end, and an attempt is still open.</summary>
    public void PlanOverTheEnd(Instant chargeAt, Instant end)
    {
        if (chaos.Strikes(Fault.HaltOverTheEnd, out Dice dice))
        {
            time.At(chargeAt - dice.Between(Duration.Zero, AroundTheCharge), () =>
            {
                if (!chaos.Calm)
                {
                    Halt(end - time.Now + dice.Magnitude(Duration.FromMinutes(5), Duration.FromDays(2)));
                }
            });
        }
    }

    /// <summary>Nothing is going to be charged before somebody does something.</summary>
    public void PlanWhileWaiting(Subject subject)
    {
        if (chaos.Strikes(Fault.ReplaceCard, out Dice card))
        {
            time.After(card.Magnitude(Duration.FromMinutes(1), Duration.FromDays(10)), () => people.Issue(subject, Fault.ReplaceCard));
        }

        if (chaos.Strikes(Fault.RetryNow, out Dice retry))
        {
            time.After(retry.Magnitude(Duration.FromMinutes(1), Duration.FromDays(3)), () => people.Issue(subject, Fault.RetryNow));
        }
    }

    /// <summary>Whoever has waited for it too long wants something else now, and another process hears it.</summary>
    public void InTrouble(Subject? subject, Duration lasts)
    {
        Lasts(time.Now + lasts);
        if (subject is not null && chaos.Strikes(Fault.WishInFreeze, out Dice dice))
        {
            Fault wish = dice.Pick(Fault.CancelNow, Fault.CancelNow, Fault.ReplaceCard, Fault.CancelAtPeriodEnd, Fault.RetryNow);
            time.After(dice.Magnitude(Duration.FromSeconds(1), lasts), () => people.Issue(subject, wish));
        }
    }

    /// <summary>Money is given back by hand some time after a payment.</summary>
    public void PlanAfterPayment(LedgerPayment payment)
    {
        if (chaos.Strikes(Fault.ConsoleRefund, out Dice dice))
        {
            long part = dice.Chance(0.5) ? payment.TotalKrw : payment.TotalKrw / 2;
            time.After(dice.Magnitude(Duration.FromSeconds(1), Duration.FromDays(5)), () =>
            {
                if (!chaos.Calm && payment.BalanceKrw > 0)
                {
                    provider.CancelInConsole(payment, Math.Min(part, payment.BalanceKrw));
                }
            });
        }
    }

    /// <summary>Everything works again, from now on.</summary>
    public void End(IEnumerable<Subject> subjects)
    {
        provider.Recover();
        foreach (Silo silo in cluster.Silos)
        {
            silo.DownUntil = Instant.Min(silo.DownUntil, time.Now);
            silo.FrozenUntil = Instant.Min(silo.FrozenUntil, time.Now);
            if (silo.Credential != _credential || silo.IsGivenUp)
            {
                Restart(silo);
            }
        }

        foreach (Subject subject in subjects)
        {
            subject.SplitUntil = Instant.MinValue;
            cluster.Reminders.Reload(subject);
        }
    }

    private void HoldUp(Subject subject, Dice dice, Instant chargeAt)
    {
        if (!chaos.Calm)
        {
            subject.WriteHeldUpUntil = chargeAt + dice.Magnitude(Duration.FromMilliseconds(50), Duration.FromMinutes(12)); // Most often while another process sends the charge.
            people.Issue(subject, dice.Pick(Fault.CancelNow, Fault.CancelAtPeriodEnd, Fault.ReplaceCard));
        }
    }

    private void Plan(Fault fault, Instant chargeAt, Action<Dice> happen)
    {
        if (!chaos.Strikes(fault, out Dice dice))
        {
            return;
        }

        Instant at = dice.Below(4) switch
        {
            0 or 1 => chargeAt + dice.Between(-AroundTheCharge, AroundTheCharge),
            2 => chargeAt + dice.Magnitude(Duration.FromSeconds(1), Duration.FromHours(12)),
            _ => time.Now + dice.Between(Duration.Zero, Duration.FromDays(30)),
        };
        time.At(at, () =>
        {
            if (!chaos.Calm)
            {
                happen(dice);
            }
        });
    }

    private void Lasts(Instant until) => TroubledUntil = Instant.Max(TroubledUntil, until);

    private void Split(Subject subject, Duration lasts)
    {
        trace?.Add("network", $"is split for {lasts}");
        subject.SplitUntil = time.Now + lasts;
        Lasts(subject.SplitUntil);
        // Whoever looks at the other side makes an activation there.
        cluster.Deliver(subject, new Turn("look", static a => a.Pump.LookAsync(Domain.Pumping.Lane.Wave), Activation.Quietly));
        cluster.Deliver(subject, new Turn("look", static a => a.Pump.LookAsync(Domain.Pumping.Lane.Wave), Activation.Quietly));
    }

    private void ShiftClock(Dice dice)
    {
        Silo silo = cluster.Silos[dice.Below(cluster.Silos.Count)];
        silo.Ahead = dice.Between(-Duration.FromMinutes(2), Duration.FromMinutes(2));
        trace?.Add(silo.Name, $"has a clock that is {silo.Ahead} ahead");
    }

    private void BreakDown(Duration lasts, int kind)
    {
        trace?.Add("provider", $"is out of order for {lasts}");
        provider.BreakDown(time.Now + lasts, kind);
        Lasts(time.Now + lasts);
    }

    private void Refuse(Duration lasts, string code, int? silo)
    {
        trace?.Add("provider", $"refuses {(silo is { } only ? $"silo-{only}" : "everything")} with {code} for {lasts}");
        provider.Refuse(time.Now + lasts, code, silo);
        Lasts(time.Now + lasts);
    }

    private void RotateKey(Dice dice)
    {
        string old = _credential;
        _credential = Credentials.After(old);
        trace?.Add("people", $"rotate the API key to {_credential}");
        provider.Accept(_credential, Instant.MaxValue);
        provider.Accept(old, time.Now + Duration.FromDays(7));
        foreach (Silo silo in cluster.Silos)
        {
            Duration after = dice.Magnitude(Duration.FromSeconds(1), Duration.FromHours(2));
            Lasts(time.Now + after);
            time.After(after, () => Restart(silo));
        }
    }

    private void Restart(Silo silo)
    {
        trace?.Add(silo.Name, $"restarts with {_credential}");
        cluster.Stop(silo, chaos.Calm ? time.Now : time.Now + Duration.FromSeconds(20));
        silo.Credential = _credential;
    }

    private void Halt(Duration lasts)
    {
        trace?.Add("people", $"halt the engine for {lasts}");
        foreach (Silo silo in cluster.Silos)
        {
            cluster.Stop(silo, time.Now + lasts);
        }

        Lasts(time.Now + lasts);
    }
}
