using NodaTime;

namespace OrleansBilling.Simulation.Chance;

/// <summary>A stream of numbers that a seed determines, on every machine and in every version of .NET.</summary>
/// <remarks>SplitMix64 (Steele, Lea, Flood 2014): its state is a counter, so streams for any number of purposes come from one seed without being kept.</remarks>
internal struct Dice(ulong state)
{
    private const ulong Gamma = 0x9E3779B97F4A7C15;

    private ulong _state = state;

    public static Dice For(ulong seed, ulong purpose, ulong number = 0) => new(Mixed(Mixed(Mixed(seed) ^ purpose) ^ number));

    /// <summary>At least 0, below 1.</summary>
    public double Next() => (NextBits() >> 11) * (1.0 / (1UL << 53));

    public bool Chance(double probability) => Next() < probability;

    /// <summary>At least 0, below <paramref name="bound"/>.</summary>
    public int Below(int bound) => (int)(Next() * bound);

    public T Pick<T>(params ReadOnlySpan<T> choices) => choices[Below(choices.Length)];

    /// <summary>Evenly distributed.</summary>
    public Duration Between(Duration least, Duration most) => least + Duration.FromNanoseconds((most - least).TotalNanoseconds * Next());

    /// <summary>Evenly distributed over the orders of magnitude: as often between one and two minutes as between one and two days.</summary>
    public Duration Magnitude(Duration least, Duration most) =>
        Duration.FromSeconds(least.TotalSeconds * Math.Pow(most.TotalSeconds / least.TotalSeconds, Next()));

    private ulong NextBits()
    {
        unchecked
        {
            _state += Gamma;
        }

        return Mixed(_state);
    }

    private static ulong Mixed(ulong z)
    {
        unchecked
        {
            z += Gamma;
            z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
            z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
            return z ^ (z >> 31);
        }
    }
}
