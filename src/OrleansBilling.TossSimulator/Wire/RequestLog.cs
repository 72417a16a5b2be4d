namespace OrleansBilling.TossSimulator.Wire;

/// <summary>A request that was answered, or was not, for tests that assert what was sent. Nothing here is a key to anything.</summary>
/// <param name="Resource">Payment key or order id; of a billing key only its first four characters.</param>
/// <param name="Status">HTTP status that was sent; 0 when the connection was dropped.</param>
/// <param name="Code">Toss' error code in the answer.</param>
/// <param name="IsReplay">Answered from its idempotency key.</param>
/// <param name="Fault">What went wrong on purpose.</param>
/// <param name="At">Virtual clock, UTC: when it came in.</param>
internal sealed record RequestRow(
    WireOperation Operation, string Method, string Resource, string? OrderId, string? CustomerKey, long? AmountKrw, string? IdempotencyKey,
    int Status, string? Code, bool IsReplay, string? Fault, DateTimeOffset At);

/// <summary>The most recent requests, oldest first. In memory only; not kept in light mode.</summary>
internal sealed class RequestLog(TossSimulatorOptions options)
{
    private const int Capacity = 5_000;

    private readonly Lock _gate = new();
    private readonly Queue<RequestRow> _rows = new();

    public bool IsOn => !options.Light;

    public void Add(RequestRow row)
    {
        lock (_gate)
        {
            _rows.Enqueue(row);
            if (_rows.Count > Capacity)
            {
                _rows.Dequeue();
            }
        }
    }

    public IReadOnlyList<RequestRow> Read()
    {
        lock (_gate)
        {
            return [.. _rows];
        }
    }

    public void Clear()
    {
        lock (_gate)
        {
            _rows.Clear();
        }
    }
}
