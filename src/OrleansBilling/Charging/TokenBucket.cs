namespace OrleansBilling.Charging;

/// <summary>So many a second. Not thread-safe.</summary>
internal sealed class TokenBucket(TimeProvider time)
{
    // Saved up while nothing is asked for: enough not to lose the time between two looks, too little to be a wave.
    private const double BurstSeconds = 0.1;

    private double? _perSecond;
    private double _tokens;
    private long _filledAt = time.GetTimestamp();

    /// <summary>Null: no limit.</summary>
    public double? PerSecond
    {
        get => _perSecond;
        set
        {
            if (value == _perSecond)
            {
                return;
            }

            Fill();
            // One at hand at first; afterwards nobody gains by changing it often.
            _tokens = _perSecond is null ? 1 : Math.Min(_tokens, Capacity(value));
            _perSecond = value;
        }
    }

    /// <param name="wait">How long until there is one; zero when it was taken.</param>
    public bool TryTake(out TimeSpan wait)
    {
        wait = TimeSpan.Zero;
        if (_perSecond is not { } rate)
        {
            return true;
        }

        Fill();
        if (_tokens >= 1)
        {
            _tokens--;
            return true;
        }

        wait = TimeSpan.FromSeconds((1 - _tokens) / rate) + TimeSpan.FromMilliseconds(1);
        return false;
    }

    /// <summary>Somebody who does not ask sends as well: the others wait for it, for a second at most.</summary>
    public void Take()
    {
        if (_perSecond is { } rate)
        {
            Fill();
            _tokens = Math.Max(-rate, _tokens - 1);
        }
    }

    /// <summary>What was taken was not needed.</summary>
    public void Return() => _tokens = Math.Min(Capacity(_perSecond), _tokens + 1);

    private void Fill()
    {
        long now = time.GetTimestamp();
        if (_perSecond is { } rate)
        {
            _tokens = Math.Min(Capacity(rate), _tokens + time.GetElapsedTime(_filledAt, now).TotalSeconds * rate);
        }

        _filledAt = now;
    }

    private static double Capacity(double? perSecond) => 1 + (perSecond ?? 0) * BurstSeconds;
}
