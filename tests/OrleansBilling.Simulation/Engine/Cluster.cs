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
        RealTime = new VirtualTime(time);
        Store = new StateStore(auditor, trace);
        ReadSide = new ReadSide(auditor);
        Reminders = new ReminderTable(this, time, chaos, trace);
        _routing = Dice.For(seed, purpose: 0x524F5554);
        Silos = [.. Enumerable.Range(1, SiloCount).Select(i => new Silo(i, Credentials.First))];
        provider.Accept(Credentials.First, Instant.MaxValue);
    }

    public Scheduler Time { get; }
    public Chaos Chaos { get; }
    public ProviderModel Provider { get; }
    public Auditor Auditor { get; }
    public Trace? Trace { get; }
    public TimeProvider RealTime { get; }
    public StateStore Store { get; }
    public ReadSide ReadSide { get; }
    public ReminderTable Reminders { get; }
    public IReadOnlyList<Silo> Silos { get; }
    public int Crashes { get; private set; }

    public Instant FirstUpAt => Silos.Min(s => s.DownUntil);

    public bool IsDown(Silo silo) => silo.DownUntil > Time.Now;

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
            return subject.Other is { Alive: true } other ? other : subject.Other = Activate(subject, notOn: subject.Home?.Silo);
        }

        if (subject.Home is { Alive: true } home)
        {
            bool leaves = home.Idle && (Time.Now - home.LastUsed > CollectionAge || Chaos.Strikes(Fault.Deactivation));
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
            if (!IsDown(silo) && silo != notOn)
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
        foreach (Activation activation in _activations)
        {
            if (activation.Silo == silo)
            {
                activation.Kill();
            }
        }
    }
}

/// <summary>API keys, by their fingerprints.</summary>
internal static class Credentials
{
    public const string First = "key-1";

    public static string After(string credential) => $"key-{int.Parse(credential.AsSpan("key-".Length), System.Globalization.CultureInfo.InvariantCulture) + 1}";
}
