using NodaTime;
using OrleansBilling.Simulation.Audit;
using OrleansBilling.Simulation.Chance;
using OrleansBilling.Simulation.Provider;
using OrleansBilling.Simulation.World;

namespace OrleansBilling.Simulation.Engine;

/// <summary>The engine's processes: which one holds which subscription, and which of them are down.</summary>
internal sealed class Cluster
{
    private const int SiloCount = 3;
    private static readonly Duration CollectionAge = Duration.FromHours(2);

    private readonly List<Activation> _activations = [];
    private Dice _routing;

    public Cluster(ulong seed, Scheduler time, Chaos chaos, ProviderModel provider, Auditor auditor, Trace? trace)
    {
        Time = time;
        Chaos = chaos;
        Provider = provider;
        Auditor = auditor;
        Trace = trace;
        Store = new StateStore(auditor, trace);
        ReadSide = new ReadSide(auditor);
        Reminders = new ReminderTable(this, time, chaos, trace);
        Watchdog = new Watchdog(this, seed, time, trace);
        _routing = Dice.For(seed, purpose: 0x524F5554);
        Silos = [.. Enumerable.Range(1, SiloCount).Select(i => new Silo(i, Credentials.First, time))];
        provider.Accept(Credentials.First, Instant.MaxValue);
    }

    public Scheduler Time { get; }
    public Chaos Chaos { get; }
    public ProviderModel Provider { get; }
    public Auditor Auditor { get; }
    public Trace? Trace { get; }
    public StateStore Store { get; }
    public ReadSide ReadSide { get; }
    public ReminderTable Reminders { get; }
    public Watchdog Watchdog { get; }

    /// <summary>Told that something keeps this subscription (null: no one in particular) waiting, and for how long.</summary>
    public required Action<Subject?, Duration> OnTrouble { get; init; }
    public IReadOnlyList<Silo> Silos { get; }
    public int Crashes { get; private set; }

    public Instant FirstUpAt => Silos.Min(s => Instant.Max(s.DownUntil, s.FrozenUntil));

    public Silo AnySilo() => Silos[_routing.Below(SiloCount)];

    public void Deliver(Subject subject, Turn turn)
    {
        if (Choose(subject) is { } activation)
        {
            activation.Enqueue(turn);
        }
        else
        {
            turn.Done(new InjectedException("No silo is up."));
        }
    }

    private Activation? Choose(Subject subject)
    {
        bool split = Time.Now < subject.SplitUntil;
        if (!split && subject.Other is { } duplicate)
        {
            subject.Other = null;
            if (duplicate.Alive)
            {
                duplicate.Kill(); // The directory knows one, so this one is given up, with whatever it was waiting for.
            }
        }

        if (split && _routing.Chance(0.5))
        {
            return subject.Other is { Alive: true, Silo.IsGivenUp: false } other ? other : subject.Other = Activate(subject, notOn: subject.Home?.Silo);
        }

        if (subject.Home is { Alive: true, Silo.IsGivenUp: false } home)
        {
            bool leaves = home.Idle && !home.Silo.IsFrozen && (Time.Now - home.LastUsed > CollectionAge || Chaos.Strikes(Fault.Deactivation));
            if (!leaves)
            {
                return home;
            }

            home.Retire();
        }

        return subject.Home = Activate(subject, notOn: subject.Other?.Silo);
    }

    private Activation? Activate(Subject subject, Silo? notOn)
    {
        int first = _routing.Below(SiloCount);
        for (int i = 0; i < SiloCount; i++)
        {
            Silo silo = Silos[(first + i) % SiloCount];
            if (silo.IsThere && !silo.IsGivenUp && silo != notOn)
            {
                Activation activation = new(this, silo, subject);
                _activations.RemoveAll(static a => !a.Alive);
                _activations.Add(activation);
                activation.Begin();
                return activation;
            }
        }

        return null;
    }

    public void CrashIfAlive(Activation activation, string doing)
    {
        if (activation.Alive)
        {
            Crash(activation.Silo, doing);
        }
    }

    /// <summary>The process dies now, and another one takes its place some time later.</summary>
    public void Crash(Silo silo, string doing)
    {
        Crashes++;
        Trace?.Add(silo.Name, $"CRASHES {doing}");
        Duration away = _routing.Magnitude(Duration.FromSeconds(5), Duration.FromMinutes(15));
        Stop(silo, Time.Now + away);
    }

    /// <summary>Everything in its memory is gone; it is back then.</summary>
    public void Stop(Silo silo, Instant until)
    {
        silo.DownUntil = Instant.Max(silo.DownUntil, until);
        silo.FrozenUntil = Instant.MinValue;
        silo.IsGivenUp = false;
        foreach (Activation activation in _activations)
        {
            if (activation.Silo == silo)
            {
                activation.Kill();
            }
        }
    }

    /// <summary>
    /// The process stands still. Its clocks do not, unless it is a virtual machine that is suspended. The others give it up after a while; it learns of that some time after it
    /// goes on, and until then it does what it was about to do.
    /// </summary>
    /// <param name="whose">Whoever waits for it is told; null when nobody is.</param>
    public void Freeze(Silo silo, Dice dice, Subject? whose, Duration? exactly = null)
    {
        Duration lasts = exactly ?? dice.Magnitude(Duration.FromSeconds(10), Duration.FromHours(3));
        if (!silo.IsThere || lasts <= Duration.Zero)
        {
            return;
        }

        bool suspended = dice.Chance(0.4);
        silo.FrozenUntil = Time.Now + lasts;
        silo.Suspended += suspended ? lasts : Duration.Zero;
        Trace?.Add(silo.Name, $"stands still for {lasts}{(suspended ? ", and so does its monotonic clock" : "")}");
        Duration noticed = dice.Magnitude(Duration.FromSeconds(20), Duration.FromMinutes(5));
        if (noticed < lasts)
        {
            Instant thaw = silo.FrozenUntil;
            Duration innocent = dice.Between(Duration.Zero, Duration.FromMinutes(1));
            Time.After(noticed, () =>
            {
                if (silo.FrozenUntil == thaw)
                {
                    Trace?.Add("cluster", $"gives {silo.Name} up");
                    silo.IsGivenUp = true;
                }
            });
            Time.At(thaw + innocent, () => silo.WhenRunning(() =>
            {
                if (silo.IsGivenUp)
                {
                    Crash(silo, "when it learns that it was given up");
                }
            }));
        }

        OnTrouble(whose, lasts);
    }
}

/// <summary>API keys, by their fingerprints.</summary>
internal static class Credentials
{
    public const string First = "key-1";

    public static string After(string credential) => $"key-{int.Parse(credential.AsSpan("key-".Length), System.Globalization.CultureInfo.InvariantCulture) + 1}";
}
