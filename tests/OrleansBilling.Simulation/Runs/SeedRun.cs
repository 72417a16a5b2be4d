using NodaTime;
using OrleansBilling.Domain;
using OrleansBilling.Simulation.Audit;
using OrleansBilling.Simulation.Chance;
using OrleansBilling.Simulation.Engine;
using OrleansBilling.Simulation.People;
using OrleansBilling.Simulation.Provider;
using OrleansBilling.Simulation.World;

namespace OrleansBilling.Simulation.Runs;

/// <param name="SubscriptionYears">Time during which a subscription lived.</param>
/// <param name="Violation">The first promise that broke, at which the run stopped; null when all held.</param>
internal sealed record SeedResult(ulong Seed, double SubscriptionYears, int Charges, int Crashes, int Unknowns, Violation? Violation, IReadOnlyList<Strike> Struck);

/// <summary>
/// One seed: one customer after the other subscribes, for some years. At the end of each year the faults stop for some days, and then everything has to be in order.
/// </summary>
internal sealed class SeedRun
{
    private const ulong Purpose = 0x54454D50;
    private static readonly Instant Epoch = Instant.FromUtc(2026, 1, 1, 0, 0);

    // Long enough for two look-ups a day apart, and for what a halt of many days left behind.
    private static readonly Duration CalmSpell = Duration.FromDays(4);

    // Hundreds of times what a year of the worst weather takes. A rule that sets its next look to now would go on for ever.
    private const int MostSteps = 2_000_000;
    private static readonly Duration LongestSettling = Duration.FromHours(2);

    private readonly ulong _seed;
    private readonly Scheduler _time = new(Epoch);
    private readonly Chaos _chaos;
    private readonly Auditor _auditor;
    private readonly Cluster _cluster;
    private readonly Customer _people;
    private readonly Troubles _troubles;
    private readonly List<Subject> _subjects = [];
    private Instant _lastStrike = Instant.MinValue;
    private Duration _lived;

    /// <param name="only">The faults that may strike; null for all.</param>
    /// <param name="traced">Whether somebody is going to read the <see cref="Trace"/>.</param>
    public SeedRun(ulong seed, IReadOnlySet<Strike>? only = null, bool traced = false)
    {
        _seed = seed;
        Trace = traced ? new Trace(() => _time.Now) : null;
        _chaos = new Chaos(seed, only)
        {
            OnStrike = strike =>
            {
                _lastStrike = _time.Now;
                Trace?.Add("chaos", $"{strike.Fault} #{strike.Number}");
            },
        };
        _auditor = new Auditor(_time, Trace)
        {
            TroubledUntil = () => Instant.Max(_lastStrike, _troubles!.TroubledUntil),
            OnApproved = payment => _troubles!.PlanAfterPayment(payment),
            OnWrote = Wrote,
        };
        Dice dice = Dice.For(seed, Purpose);
        Temper temper = new(
            RefusesUsedOrderIds: dice.Chance(0.6), BindsTransientAnswers: dice.Pick(0, 0.5, 1), ShowsFailedOrders: dice.Chance(0.5), ShowsRunningOrders: dice.Chance(0.5));
        ProviderModel provider = new(_time, _chaos, temper, _auditor, Trace);
        _cluster = new Cluster(seed, _time, _chaos, provider, _auditor, Trace) { OnTrouble = (subject, lasts) => _troubles!.InTrouble(subject, lasts) };
        _people = new Customer(seed, _cluster, _time, _chaos, Trace);
        _troubles = new Troubles(_cluster, provider, _people, _time, _chaos, Trace);
        Trace?.Add("seed", $"{seed}: {temper}");
    }

    /// <summary>Null unless it was asked for.</summary>
    public Trace? Trace { get; }

    public SeedResult Run(int years)
    {
        SubscribeAfter(Dice.For(_seed, Purpose + 2).Between(Duration.Zero, Duration.FromDays(30)));
        for (int year = 1; year <= years && _auditor.Violation is null; year++)
        {
            Instant end = Epoch + Duration.FromDays(365 * year);
            RunUntil(end - CalmSpell);
            _chaos.Calm = true;
            Heal();
            RunUntil(end);
            Settle(end + LongestSettling);
            foreach (Subject subject in _subjects)
            {
                _auditor.CheckCalm(subject);
            }

            _chaos.Calm = false;
        }

        if (_subjects is [.., { Stored: { IsLive: true } living }])
        {
            _lived += _time.Now - living.StartedAt;
        }

        return new SeedResult(_seed, _lived.TotalDays / 365, _auditor.Charges, _cluster.Crashes, _auditor.Unknowns, _auditor.Violation, _chaos.Struck);
    }

    private void RunUntil(Instant end)
    {
        int most = _time.Steps + MostSteps;
        _time.RunUntil(end, () =>
        {
            if (_time.Steps > most)
            {
                _auditor.NeverRests(MostSteps);
            }

            return _auditor.Violation is not null;
        });
    }

    private void SubscribeAfter(Duration wait) => _time.After(wait, () =>
    {
        Subject subject = new($"sub_{_seed}x{_subjects.Count + 1}", _subjects.Count + 1);
        _subjects.Add(subject);
        _people.Subscribe(subject);
    });

    /// <summary>Everything works again, and an operator takes up what is parked.</summary>
    private void Heal()
    {
        Trace?.Add("world", "is calm for some days");
        _troubles.End(_subjects);
        foreach (Subject subject in _subjects.Where(s => s.Stored?.Parked is not null))
        {
            _people.TakeUp(subject);
        }
    }

    /// <summary>What fell due in the last minutes is no sign of anything.</summary>
    private void Settle(Instant patience)
    {
        while (_auditor.Violation is null && _time.Now < patience && !_subjects.All(_auditor.IsQuiet))
        {
            RunUntil(_time.Now + Duration.FromMinutes(1));
        }
    }

    private void Wrote(Subject subject, Subscription? before, Subscription next)
    {
        if (before is not { IsLive: false } && !next.IsLive)
        {
            _lived += _time.Now - next.StartedAt;
            SubscribeAfter(Dice.For(_seed, Purpose + 1, (ulong)subject.Number).Magnitude(Duration.FromMinutes(1), Duration.FromDays(20)));
        }

        _cluster.Watchdog.Stored(subject, next);
        if (next.Invoice?.Attempt is { } attempt)
        {
            if (before?.Invoice?.Attempt?.OrderId != attempt.OrderId)
            {
                _troubles.PlanAround(subject, attempt.NotBefore, isRetry: attempt.Number > 1);
            }

            if (next.Cancellation is { At: var end } && before?.Cancellation is null)
            {
                _troubles.PlanOverTheEnd(attempt.NotBefore, end);
            }
        }
        else if (next.IsLive && before?.Invoice is not { Attempt: null })
        {
            _troubles.PlanWhileWaiting(subject);
        }
    }
}
