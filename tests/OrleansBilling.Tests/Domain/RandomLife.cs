using NodaTime;
using OrleansBilling.Domain;
using OrleansBilling.Domain.Charging;
using OrleansBilling.Tests.Support;

namespace OrleansBilling.Tests.Domain;

/// <summary>
/// A small pump without a database: it drives one subscription against <see cref="ModelProvider"/> by a list of random numbers, and checks after each step
/// what must hold in every history. The other files of this class hold what happens around it, and what must hold.
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

    private void Note(string what) => Story.Add($"{Life.Now} {Life.S.Status} {what}");
}
