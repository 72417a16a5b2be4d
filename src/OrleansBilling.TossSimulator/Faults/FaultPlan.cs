using OrleansBilling.TossSimulator.Wire;

namespace OrleansBilling.TossSimulator.Faults;

/// <summary>A fault waiting for its requests.</summary>
/// <param name="Operation">Null: any.</param>
/// <param name="OrderIdPrefix">Null: any order, and requests without one.</param>
/// <param name="CustomerKey">Null: any customer.</param>
/// <param name="Left">Requests that it will still hit.</param>
/// <param name="Chance">Of each fitting request, from 0 to 1; those that it spares do not count.</param>
internal sealed record FaultRule(Fault Fault, WireOperation? Operation, string? OrderIdPrefix, string? CustomerKey, int Left, double Chance = 1)
{
    public bool Fits(WireOperation operation, string? orderId, string? customerKey) =>
        (Operation is null || Operation == operation)
        && (OrderIdPrefix is null || orderId?.StartsWith(OrderIdPrefix, StringComparison.Ordinal) == true)
        && (CustomerKey is null || CustomerKey == customerKey);
}

/// <summary>The faults that tests ordered, first come first served, and the requests that are held. In memory only.</summary>
internal sealed class FaultPlan
{
    private readonly Lock _gate = new();
    private readonly List<FaultRule> _rules = [];
    private TaskCompletionSource _release = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _held;

    public IReadOnlyList<FaultRule> Rules
    {
        get
        {
            lock (_gate)
            {
                return [.. _rules];
            }
        }
    }

    /// <summary>Requests that wait for <see cref="Release"/> now.</summary>
    public int Held => Volatile.Read(ref _held);

    public void Add(FaultRule rule)
    {
        lock (_gate)
        {
            _rules.Add(rule);
        }
    }

    /// <summary>Also releases what is held, so that nothing hangs for ever.</summary>
    public void Clear()
    {
        lock (_gate)
        {
            _rules.Clear();
        }
        Release();
    }

    /// <summary>The fault of this request, counted down; null when it has none.</summary>
    /// <param name="isReplay">An answer is bound already: only what happens on its way can go wrong.</param>
    public Fault? Take(WireOperation operation, string? orderId, string? customerKey, bool isReplay)
    {
        lock (_gate)
        {
            int index = _rules.FindIndex(rule =>
                rule.Fits(operation, orderId, customerKey) && (!isReplay || rule.Fault.IsTransport) && Random.Shared.NextDouble() < rule.Chance);
            if (index < 0)
            {
                return null;
            }
            FaultRule rule = _rules[index] with { Left = _rules[index].Left - 1 };
            if (rule.Left > 0)
            {
                _rules[index] = rule;
            }
            else
            {
                _rules.RemoveAt(index);
            }
            return rule.Fault;
        }
    }

    public async Task HoldAsync(CancellationToken stopping)
    {
        Task released;
        lock (_gate)
        {
            released = _release.Task;
        }
        Interlocked.Increment(ref _held);
        try
        {
            await released.WaitAsync(stopping);
        }
        finally
        {
            Interlocked.Decrement(ref _held);
        }
    }

    public void Release()
    {
        lock (_gate)
        {
            _release.TrySetResult();
            _release = new(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }
}
