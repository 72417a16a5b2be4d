namespace OrleansBilling.Charging;

/// <summary>Wakes one waiter, however often it is set before.</summary>
internal sealed class Signal : IDisposable
{
    private readonly SemaphoreSlim _set = new(0, 1);

    public void Set()
    {
        lock (_set)
        {
            if (_set.CurrentCount == 0)
            {
                _set.Release();
            }
        }
    }

    /// <param name="longest">Waits no longer; null: until it is set.</param>
    public Task WaitAsync(TimeSpan? longest, CancellationToken cancellationToken) => _set.WaitAsync(longest ?? Timeout.InfiniteTimeSpan, cancellationToken);

    public void Dispose() => _set.Dispose();
}
