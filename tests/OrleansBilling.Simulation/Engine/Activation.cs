using NodaTime;
using OrleansBilling.Domain;
using OrleansBilling.Domain.Pumping;

namespace OrleansBilling.Simulation.Engine;

/// <summary>
/// One subscription in the memory of one process: the real pump, and a queue of messages that it handles one at a time, as a grain does. It dies with its process at any
/// step, and what it was waiting for then never comes.
/// </summary>
internal sealed partial class Activation
{
    private readonly Cluster _cluster;
    private readonly Subject _subject;
    private readonly Queue<Turn> _turns = new();
    private bool _busy;
    private bool _dropped;

    public Activation(Cluster cluster, Silo silo, Subject subject)
    {
        _cluster = cluster;
        _subject = subject;
        Silo = silo;
        Pump = new SubscriptionPump(this, silo.Clock);
        LastUsed = cluster.Time.Now;
    }

    public Silo Silo { get; }
    public SubscriptionPump Pump { get; }
    public bool Alive { get; private set; } = true;
    public Instant LastUsed { get; private set; }

    /// <summary>Its request is at the provider, and the process waits for the answer.</summary>
    public bool Flying { get; private set; }

    public bool Idle => !_busy && !Flying && _turns.Count == 0;

    public Circumstances Circumstances => new(_cluster.Time.Now + Silo.Ahead, Silo.Credential);

    /// <summary>Reads what is stored, before anything else.</summary>
    public void Begin() =>
        Enqueue(new Turn("activation", static a => a.Pump.ReadAsync(), error =>
        {
            if (error is not null)
            {
                FailAll(error);
            }
        }));

    public void Enqueue(Turn turn)
    {
        LastUsed = _cluster.Time.Now;
        _turns.Enqueue(turn);
        Next();
    }

    /// <summary>The process is gone, with everything that it knew.</summary>
    public void Kill() => Alive = false;

    /// <summary>Leaves memory in good order; messages that wait go to the next activation.</summary>
    public void Retire()
    {
        Alive = false;
        foreach (Turn turn in _turns)
        {
            _cluster.Deliver(_subject, turn);
        }
    }

    /// <param name="outcome">Null when nothing was sent.</param>
    public void Land(Outcome? outcome)
    {
        Flying = false;
        if (outcome is null)
        {
            GiveUp();
        }
        else if (Alive && !_dropped)
        {
            _cluster.Trace?.Add(Silo.Name, $"learns {Shown.Of(outcome)}");
            Enqueue(new Turn("landing", a => a.Pump.LandAsync(outcome), Quietly));
        }
    }

    private void Next()
    {
        if (Silo.IsFrozen)
        {
            Silo.WhenRunning(Next);
            return;
        }

        while (Alive && !_busy && !Silo.IsFrozen && _turns.TryDequeue(out Turn? turn))
        {
            _busy = true;
            Task task = turn.Body(this);
            if (task.IsCompleted)
            {
                Finish(turn, task);
            }
            else
            {
                task.GetAwaiter().OnCompleted(() =>
                {
                    if (Alive)
                    {
                        Finish(turn, task);
                        Next();
                    }
                });
            }
        }
    }

    private void Finish(Turn turn, Task task)
    {
        _busy = false;
        Exception? error = task.Exception?.InnerException;
        if (error is not null and not InjectedException)
        {
            _cluster.Auditor.Threw(_subject, turn.Name, error);
        }

        turn.Done(error);
        if (_dropped && Alive)
        {
            Retire();
        }
    }

    /// <summary>It never lands, so that this activation does not try again in a hurry; the next one does.</summary>
    private void GiveUp()
    {
        _dropped = true;
        if (Alive && !_busy)
        {
            Retire();
        }
    }

    private void FailAll(Exception error)
    {
        Alive = false;
        foreach (Turn turn in _turns)
        {
            turn.Done(error);
        }
    }

    /// <summary>Whoever sent it does not wait for an answer.</summary>
    public static void Quietly(Exception? error) { }
}
