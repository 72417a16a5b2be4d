using NodaTime;
using OrleansBilling.Domain;
using OrleansBilling.Simulation.Chance;
using OrleansBilling.Simulation.Engine;
using OrleansBilling.Simulation.Provider;
using OrleansBilling.Simulation.World;

namespace OrleansBilling.Simulation.People;

/// <summary>
/// Subscribers and operators. A command goes out under its id until it is answered, as a browser, a form or an API client repeats it; when nothing is heard for half a
/// minute, or an error is shown, it is sent again.
/// </summary>
internal sealed class Customer(ulong seed, Cluster cluster, Scheduler time, Chaos chaos, Trace? trace)
{
    private const int Patience = 40;
    private const ulong Purpose = 0x50454F50;
    private static readonly Duration AnswerTimeOut = Duration.FromSeconds(30);
    private static readonly Duration LongestPause = Duration.FromHours(6);

    private int _commands;
    private int _cards;

    /// <summary>Registers a card and subscribes.</summary>
    public void Subscribe(Subject subject)
    {
        Dice dice = Dice.For(seed, Purpose, (ulong)subject.Number);
        NewSubscription start = new(subject.Id, Subscriptions.Merchant, $"cus_{subject.Number}", Livemode: true, Subscriptions.TermsFor(ref dice), NewCard(), "customer:1", $"start-{subject.Number}");
        trace?.Add("people", $"subscribe: {subject.Id}, every {start.Terms.Interval.Count} {start.Terms.Interval.Unit}, trial {start.Terms.TrialDays} days, {start.Terms.CatchUp}, {start.Terms.ZoneId}");
        async Task Body(Activation a, Action<Answer> answered)
        {
            if (a.Pump.Current is null)
            {
                await a.Pump.StartAsync(SubscriptionLifecycle.Start(start, a.Circumstances));
            }
            else
            {
                await a.Pump.LookAsync(Domain.Pumping.Lane.Person);
            }

            answered(new(start.CommandId, null, Refused: false));
        }

        Send(subject, "start", Body);
    }

    public void Issue(Subject subject, Fault wish)
    {
        if (subject.Stored is not { } s || (!s.IsLive && s.Parked is null))
        {
            return;
        }

        string id = $"cmd-{++_commands}";
        Command command = wish switch
        {
            Fault.CancelNow => new Command.CancelNow { Id = id, Actor = "customer:1" },
            Fault.CancelAtPeriodEnd => new Command.CancelAtPeriodEnd { Id = id, Actor = "customer:1" },
            Fault.UndoCancellation => new Command.UndoCancellation { Id = id, Actor = "customer:1" },
            Fault.ReplaceCard => new Command.ReplaceCard { Id = id, Actor = "customer:1", Method = NewCard() },
            Fault.RetryNow => new Command.RetryNow { Id = id, Actor = "operator:1" },
            _ => throw new InvalidOperationException($"{wish} is nobody's wish."),
        };
        Issue(subject, command);
    }

    private void Issue(Subject subject, Command command)
    {
        string id = command.Id;
        async Task Body(Activation a, Action<Answer> answered)
        {
            if (await a.Pump.HandleAsync(command) is { } decision)
            {
                answered(new(id, command, decision.Refusal is not null));
            }
        }

        trace?.Add("people", $"{SubscriptionLifecycle.NameOf(command)} ({id})");
        Send(subject, SubscriptionLifecycle.NameOf(command), Body);
        if (chaos.Strikes(Fault.CommandRepeated, out Dice again))
        {
            time.After(again.Magnitude(Duration.FromMilliseconds(1), Duration.FromMinutes(20)), () => Send(subject, "again", Body));
        }
    }

    /// <summary>An operator looks why it is parked: what the provider never took is said so, everything else is tried again.</summary>
    public void TakeUp(Subject subject)
    {
        if (subject.Stored is { Parked.Reason: SubscriptionLifecycle.PaymentContradiction, Invoice.Attempt: { } attempt } && cluster.Provider.PaymentOf(attempt.OrderId) is null)
        {
            Issue(subject, new Command.TreatAsNotCharged { Id = $"cmd-{++_commands}", Actor = "operator:1" });
        }
        else
        {
            Issue(subject, Fault.RetryNow);
        }
    }

    private void Send(Subject subject, string name, Func<Activation, Action<Answer>, Task> body, int tries = 1)
    {
        bool over = false;
        Dice dice = Dice.For(seed, Purpose + 1, (ulong)((_commands * Patience) + tries));
        Duration pause = dice.Magnitude(Duration.FromSeconds(1), LongestPause);
        time.After(AnswerTimeOut, () => Repeat("no answer"));
        cluster.Deliver(subject, new Turn(
            name,
            a => body(a, answer =>
            {
                over = true;
                cluster.Auditor.Answered(subject, answer);
            }),
            error =>
            {
                if (error is not null)
                {
                    Repeat(error.Message);
                }
            }));

        void Repeat(string why)
        {
            if (over)
            {
                return;
            }

            over = true;
            trace?.Add("people", $"{name}: {why}");
            if (tries < Patience && subject.Stored is null or { IsLive: true })
            {
                time.After(pause, () => Send(subject, name, body, tries + 1));
            }
        }
    }

    private PaymentMethod NewCard()
    {
        int number = ++_cards;
        Card card = new($"bk-{number}", $"customer-{number}");
        cluster.Provider.Register(card);
        return new PaymentMethod
        {
            Id = $"pm_{number}",
            CustomerKey = card.CustomerKey,
            EncryptedBillingKey = Encrypted.Write(card.BillingKey),
            IssuerCode = "21",
            MaskedNumber = "94100012****789*",
            RegisteredAt = time.Now,
        };
    }
}

/// <param name="Command">Null for the start.</param>
internal sealed record Answer(string CommandId, Command? Command, bool Refused);
