using NodaTime;

namespace OrleansBilling.Simulation.World;

/// <summary>
/// Virtual time, and everything that is going to happen in it, in one order. It is also the synchronization context of the code under test, so that nothing of it ever
/// continues on another thread.
/// </summary>
internal sealed class Scheduler(Instant start) : SynchronizationContext
{
    private readonly PriorityQueue<Action, Moment> _coming = new();
    private readonly int _thread = Environment.CurrentManagedThreadId;
    private long _order;

    public Instant Now { get; private set; } = start;

    /// <summary>How many things happened.</summary>
    public int Steps { get; private set; }

    /// <summary>Things that happen at the same instant happen in the order in which they were asked for.</summary>
    public void At(Instant at, Action action) => _coming.Enqueue(action, new(Instant.Max(at, Now), _order++));

    public void After(Duration wait, Action action) => At(Now + wait, action);

    /// <summary>Lets everything happen that is due until then, and leaves the clock there.</summary>
    /// <param name="end">Up to and including.</param>
    /// <param name="stop">Asked after each thing that happened.</param>
    public void RunUntil(Instant end, Func<bool> stop)
    {
        if (Environment.CurrentManagedThreadId != _thread)
        {
            throw new InvalidOperationException("A run belongs to the thread that began it.");
        }

        SynchronizationContext? outside = Current;
        SetSynchronizationContext(this);
        try
        {
            while (!stop() && _coming.TryPeek(out Action? action, out Moment moment) && moment.At <= end)
            {
                _coming.Dequeue();
                Now = moment.At;
                Steps++;
                action();
            }

            Now = stop() ? Now : end;
        }
        finally
        {
            SetSynchronizationContext(outside);
        }
    }

    public override void Post(SendOrPostCallback d, object? state) => At(Now, () => d(state));

    public override void Send(SendOrPostCallback d, object? state) => throw new NotSupportedException("Nothing here waits for another thread.");

    private readonly record struct Moment(Instant At, long Order) : IComparable<Moment>
    {
        public int CompareTo(Moment other) => At.CompareTo(other.At) is not 0 and var byTime ? byTime : Order.CompareTo(other.Order);
    }
}
