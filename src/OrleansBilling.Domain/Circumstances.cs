using NodaTime;
using OrleansBilling.Domain.Charging;

namespace OrleansBilling.Domain;

/// <summary>What the rules need to know of the world and may not ask for themselves.</summary>
/// <param name="Now">The billing clock.</param>
/// <param name="Credential">Fingerprint of the API key and MID that a request would be sent with now.</param>
public readonly record struct Circumstances(Instant Now, string Credential)
{
    /// <summary>The waits of the charge protocol; other than the default only in a sandbox.</summary>
    public ChargePolicy Policy { get; init; } = ChargePolicy.Default;

    /// <summary>When the merchant's charges stood still through no customer's fault, as far as it is known here.</summary>
    public Interruptions Interruptions { get; init; } = Interruptions.None;

    /// <summary>Renewals that begin at one instant fall due spread over so much time after it, see <see cref="Spreading"/>. Zero: all at that instant.</summary>
    public Duration SpreadOver { get; init; } = Duration.Zero;
}
