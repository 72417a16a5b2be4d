namespace OrleansBilling.TossSimulator.Wire;

/// <summary>Counts requests by minute of the virtual clock, secret key and operation. Documented for the sandbox: 100 a minute and API.</summary>
internal sealed class Throttle(SimulatorClock clock)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<(string Secret, WireOperation Operation), int> _counts = [];
    private long _minute;

    /// <param name="perMinute">0: no limit.</param>
    public bool Allows(string secretFingerprint, WireOperation operation, int perMinute)
    {
        if (perMinute == 0)
        {
            return true;
        }
        long minute = clock.GetUtcNow().UtcTicks / TimeSpan.TicksPerMinute;
        lock (_gate)
        {
            if (minute != _minute)
            {
                _minute = minute;
                _counts.Clear();
            }
            int count = _counts.GetValueOrDefault((secretFingerprint, operation)) + 1;
            _counts[(secretFingerprint, operation)] = count;
            return count <= perMinute;
        }
    }
}
