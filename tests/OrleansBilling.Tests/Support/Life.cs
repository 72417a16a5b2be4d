using NodaTime;
using OrleansBilling.Domain;
using OrleansBilling.Domain.Charging;

namespace OrleansBilling.Tests.Support;

/// <summary>
/// One subscription with a clock, driven by hand: it walks to the next step, and the test says what the provider answers. Time moves only by waiting for what the
/// rules ask for, or by the test.
/// </summary>
internal sealed class Life
{
    private const int MostSteps = 200;

    public Life(Subscription s, Instant now) => (S, Now) = (s, now);

    public Subscription S { get; set; }
    public Instant Now { get; set; }
    public string Credential { get; set; } = A.Credential;

    /// <summary>When the merchant's charging was interrupted.</summary>
    public Interruptions Interruptions { get; set; } = Interruptions.None;
    public Circumstances C => new(Now, Credential) { Interruptions = Interruptions };
    public NextStep Next => NextStep.For(S, C);
    public Invoice Invoice => S.Invoice!;
    public Attempt Attempt => S.Invoice!.Attempt!;
    public IEnumerable<string> Events => S.Outbox.Select(e => e.Type);

    public static Life Started(Plan? plan = null, Instant? at = null, string zoneId = "Asia/Seoul")
    {
        Instant now = at ?? A.Start;
        return new(SubscriptionLifecycle.Start(A.NewSubscription(plan ?? A.Plan(), zoneId), new(now, A.Credential)), now);
    }

    /// <summary>Its first charge is approved; the outbox is empty.</summary>
    public static Life Active(Plan? plan = null)
    {
        Life life = Started(plan);
        life.UntilCharge();
        return life.Approve().Forget();
    }

    /// <summary>Its first renewal has just been declined with this code.</summary>
    public static Life PastDue(Plan? plan = null, string code = "REJECT_CARD_PAYMENT")
    {
        Life life = Active(plan);
        life.UntilCharge();
        return life.Refuse(code).Forget();
    }

    /// <summary>Its first renewal was sent and not answered.</summary>
    public static Life Unknown(Plan? plan = null)
    {
        Life life = Active(plan);
        life.UntilCharge();
        return life.Unanswered().Forget();
    }

    public Attempt UntilCharge() => Until<NextStep.Charge>().Attempt;

    public Attempt UntilLookUp() => Until<NextStep.LookUp>().Attempt;

    /// <summary>Lets the calendar and the clock go on until this step is due.</summary>
    public T Until<T>()
        where T : NextStep
    {
        for (int i = 0; i < MostSteps; i++)
        {
            switch (Next)
            {
                case T step:
                    return step;
                case NextStep.Advance:
                    S = SubscriptionLifecycle.Advance(S, C);
                    break;
                case NextStep.Wait wait:
                    Assert.True(wait.Until > Now, $"It waits at {Now} for {wait.Until}, which is not later.");
                    Now = wait.Until;
                    break;
                case var other:
                    Assert.Fail($"Waiting for {typeof(T).Name} at {Now}, the next step is {other}.");
                    break;
            }
        }

        throw new InvalidOperationException($"No {typeof(T).Name} within {MostSteps} steps.");
    }

    public Life After(Outcome outcome)
    {
        S = SubscriptionLifecycle.After(S, outcome, C);
        return this;
    }

    public Life Approve() => After(new Outcome.ChargeApproved(Attempt.OrderId, A.PaymentOf(Attempt, Now)));

    public Life Refuse(string code) => After(new Outcome.ChargeRefused(Attempt.OrderId, code));

    public Life Unanswered(string reason = "timeout") => After(new Outcome.ChargeUnanswered(Attempt.OrderId, reason));

    public Life Found(ProviderPayment? payment = null) => After(new Outcome.PaymentFound(Attempt.OrderId, payment ?? A.PaymentOf(Attempt, Now)));

    /// <param name="askedAt">When the look-up was sent; null for now.</param>
    public Life NotFound(Instant? askedAt = null) => After(new Outcome.PaymentNotFound(Attempt.OrderId, askedAt ?? Now));

    /// <summary>Look-ups answer "not found" until the attempt is closed.</summary>
    public Life ProveNotCharged()
    {
        string orderId = Attempt.OrderId;
        for (int i = 0; i < 5 && S.Invoice?.Attempt?.OrderId == orderId && S.Parked is null; i++)
        {
            UntilLookUp();
            NotFound();
        }

        return this;
    }

    public Decision Do(Command command)
    {
        Decision decision = SubscriptionLifecycle.Handle(S, command, C);
        S = decision.Next;
        return decision;
    }

    public Life Advance()
    {
        S = SubscriptionLifecycle.Advance(S, C);
        return this;
    }

    /// <summary>The merchant's charging stands still from now on.</summary>
    public Life Interrupt(InterruptionCause cause = InterruptionCause.Account)
    {
        Interruptions = Interruptions.Begin(cause, Now);
        return this;
    }

    public Life GoOn(InterruptionCause cause = InterruptionCause.Account)
    {
        Interruptions = Interruptions.End(cause, Now);
        return this;
    }

    public Life In(Duration time)
    {
        Now += time;
        return this;
    }

    /// <summary>Its events so far are published.</summary>
    public Life Forget()
    {
        S = S with { Outbox = [] };
        return this;
    }

    public T Event<T>()
        where T : EventData => S.Outbox.Select(e => e.Data).OfType<T>().Last();
}
