namespace OrleansBilling.Simulation.Chance;

/// <summary>One fault that struck: the n-th opportunity of its kind in a run.</summary>
internal readonly record struct Strike(Fault Fault, int Number);

/// <summary>
/// Decides at each opportunity whether a fault strikes. The n-th decision about one kind depends on the seed, the kind and n alone, so that a run can be repeated with
/// fewer faults: what is left strikes in the same way.
/// </summary>
internal sealed class Chaos(ulong seed, IReadOnlySet<Strike>? only)
{
    private readonly double[] _rates = Weather.For(seed);
    private readonly int[] _opportunities = new int[Enum.GetValues<Fault>().Length];
    private readonly List<Strike> _struck = [];

    /// <summary>While true nothing strikes.</summary>
    public bool Calm { get; set; }

    /// <summary>In the order in which they struck.</summary>
    public IReadOnlyList<Strike> Struck => _struck;

    /// <summary>Called with every fault that strikes; null when nobody wants to know.</summary>
    public Action<Strike>? OnStrike { get; set; }

    public bool Strikes(Fault fault) => Strikes(fault, out _);

    /// <param name="details">Numbers for how exactly it strikes.</param>
    public bool Strikes(Fault fault, out Dice details)
    {
        details = default;
        double rate = _rates[(int)fault];
        if (rate == 0 || Calm)
        {
            return false;
        }

        int number = ++_opportunities[(int)fault];
        Dice dice = Dice.For(seed, (ulong)fault + 1, (ulong)number);
        if (!dice.Chance(rate))
        {
            return false;
        }

        Strike strike = new(fault, number);
        if (only?.Contains(strike) == false)
        {
            return false;
        }

        details = dice;
        _struck.Add(strike);
        OnStrike?.Invoke(strike);
        return true;
    }
}
