using System.Text.RegularExpressions;
using NodaTime;
using OrleansBilling.Domain;
using OrleansBilling.Domain.Charging;
using OrleansBilling.Tests.Support;

namespace OrleansBilling.Tests.Domain;

/// <summary>
/// A small pump without a database: it drives one subscription against <see cref="ModelProvider"/> by a list of random numbers, and checks after each step
/// what must hold in every history.
/// </summary>
internal sealed partial class RandomLife(Plan plan)
{
    private const int MostStepsAtOnce = 25;

    private readonly ModelProvider _provider = new();
    private readonly Dictionary<string, object> _requests = [];
    private readonly List<(Subscription S, Instant At)> _written = [];
    private readonly List<Outcome> _delivered = [];
    private int _commands;

    /// <summary>Steps and dangers that histories must come to.</summary>
    public static readonly string[] Reachable =
        [nameof(NextStep.Charge), nameof(NextStep.LookUp), nameof(NextStep.SendRefund), nameof(NextStep.ReadRefund), nameof(NextStep.DeleteBillingKey), nameof(Zombie), nameof(InFlight), nameof(Interrupt)];

    public HashSet<string> Reached { get; } = [];

    public Life Life { get; } = Life.Started(plan);

    /// <summary>What happened, one line a step; shown when something does not hold.</summary>
    public List<string> Story { get; } = [];

    public void Do(int kind, int arg)
    {
        switch (kind)
        {
            case < 42:
                OneEffect(arg);
                break;
            case < 50:
                Persist(arg);
                break;
            case < 62:
                Command(arg);
                break;
            case < 70:
                InFlight(arg, commandArg: kind * 37 % 100);
                break;
            case < 80:
                Jump(arg);
                break;
            case < 82:
                Life.Credential = $"fp-{arg % 3}";
                Note($"API key {Life.Credential}");
                break;
            case < 85:
                Interrupt(arg);
                break;
            case < 93:
                Zombie(fate: arg % 50);
                break;
            default:
                Hint(arg);
                break;
        }
    }

    /// <summary>Faults stop. A person takes up what is parked. Everything that is due has to come to an end.</summary>
    public void Settle(Duration within)
    {
        Life.GoOn(InterruptionCause.Account).GoOn(InterruptionCause.Provider).GoOn(InterruptionCause.Operator);
        Instant until = Life.Now + within;
        for (int steps = 0; ; steps++)
        {
            Assert.True(steps < 2_000, "It does not come to rest.");
            if (Life.S.Parked is not null)
            {
                Assert.True(steps < 1_000, "It stays parked.");
                Unpark();
            }

            if (Life.Next is NextStep.Wait wait && wait.Until > until)
            {
                Life.Now = until;
                break;
            }

            if (Life.Next is NextStep.Rest && Life.S.Parked is null)
            {
                break;
            }

            OneEffect(fate: 0);
        }

        Subscription s = Life.S;
        Assert.True(s.Refunds.IsEmpty && s.Pending.IsEmpty && s.Parked is null, "Something is left undone.");
        Assert.True(s.Status is SubscriptionStatus.Active or SubscriptionStatus.Trialing or SubscriptionStatus.Ended, $"It is still {s.Status}.");
        Assert.True(s.Invoice is null || s.Invoice.DueAt > Life.Now, "An invoice is due and neither paid nor given up.");
        foreach (ProviderPayment payment in _provider.Payments)
        {
            Assert.Contains(s.Outbox, e => e.Data is EventData.PaymentApproved approved && approved.PaymentKey == payment.PaymentKey && approved.AmountKrw == payment.TotalKrw);
        }
    }

    /// <summary>A person does what is right for what the provider shows, and takes time for it.</summary>
    private void Unpark()
    {
        string id = $"unpark-{_commands++}";
        ProviderPayment? payment = Life.S.Invoice?.Attempt is { } attempt ? _provider.Payment(attempt.OrderId) : null;
        Life.In(Duration.FromMinutes(15));
        Command command = Life.S.Parked!.Reason switch
        {
            SubscriptionLifecycle.PaymentMismatch => A.AdoptPayment(payment!.TotalKrw, id),
            SubscriptionLifecycle.PaymentContradiction when payment is null => A.TreatAsNotCharged(id),
            _ => A.RetryNow(id),
        };
        Decision decision = Life.Do(command);
        Assert.Null(decision.Refusal);
        Apply(SubscriptionLifecycle.NameOf(command), decision.Next);
    }

    /// <summary>The provider goes on answering alike.</summary>
    private void Persist(int fate)
    {
        for (int i = 0; i < 4; i++)
        {
            OneEffect(fate);
        }
    }

    private void OneEffect(int fate)
    {
        NextStep? before = null;
        for (int i = 0; i < MostStepsAtOnce; i++)
        {
            switch (Life.Next)
            {
                case NextStep.Wait wait:
                    Assert.True(wait.Until > Life.Now, "It waits for the past.");
                    Life.Now = wait.Until;
                    break;
                case NextStep.Rest:
                    return;
                case NextStep.Advance:
                    Subscription was = Life.S;
                    Apply("advance", SubscriptionLifecycle.Advance(Life.S, Life.C));
                    Assert.NotSame(was, Life.S);
                    CheckGivingUp(was);
                    break;
                case var effect:
                    Assert.NotSame(before, effect);
                    before = effect;
                    Deliver(Perform(Life.S, effect, fate));
                    Assert.False(Equals(Life.Next, effect), $"{effect} at once again, without progress.");
                    return;
            }
        }

        Assert.True(Life.Interruptions.IsOpen, $"{MostStepsAtOnce} steps without an effect."); // A deadline's clock stands; it is looked at now and then.
    }

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

    private Outcome Perform(Subscription s, NextStep step, int fate)
    {
        Reached.Add(step.GetType().Name);
        Note($"{step.GetType().Name}, fate {fate}");
        return step switch
        {
            NextStep.Charge charge => Charge(s, charge.Attempt, fate),
            NextStep.LookUp lookUp => _provider.LookUp(lookUp.Attempt.OrderId, Life.Now, fate),
            NextStep.SendRefund send => _provider.Refund(s, send.Refund, Life.Now, fate),
            NextStep.ReadRefund read => _provider.ReadRefund(read.Refund, fate),
            NextStep.DeleteBillingKey { Method: var method } => fate > 70
                ? new Outcome.BillingKeyDeletionFailed(method.Id, "timeout")
                : new Outcome.BillingKeyDeleted(method.Id),
            _ => throw new InvalidOperationException(step.ToString()),
        };
    }

    private Outcome Charge(Subscription s, Attempt attempt, int fate)
    {
        Assert.True(s.IsLive, "A charge after the end.");
        Assert.False(Life.Now >= s.Cancellation?.At, "A charge after the scheduled end.");
        Assert.True(Life.Now >= attempt.NotBefore, "A charge before its time.");
        Assert.True(Life.Now - attempt.NotBefore <= ChargePolicy.Default.MaxSendAge, "A charge that is too old.");
        Assert.Equal(Life.Credential, attempt.Credential);
        Assert.NotNull(s.PaymentMethods.Single(m => m.Id == attempt.PaymentMethodId).EncryptedBillingKey);
        return _provider.Charge(attempt, Life.Now, fate);
    }

    private void Deliver(Outcome outcome)
    {
        _delivered.Add(outcome);
        Apply(outcome.ToString(), SubscriptionLifecycle.After(Life.S, outcome, Life.C));
    }

    private void Apply(string what, Subscription next)
    {
        Life.S = next;
        _written.Add((next, Life.Now));
        Note(what);
        CheckInvariants(next);
    }

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

    private void Note(string what) => Story.Add($"{Life.Now} {Life.S.Status} {what}");

    [GeneratedRegex("^[A-Za-z0-9_-]{6,64}$")]
    private static partial Regex OrderId();
}
