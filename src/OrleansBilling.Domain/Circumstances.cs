using NodaTime;

namespace OrleansBilling.Domain;

/// <summary>What the rules need to know of the world and may not ask for themselves.</summary>
/// <param name="Now">The billing clock.</param>
/// <param name="Credential">Fingerprint of the API key and MID that a request would be sent with now.</param>
public readonly record struct Circumstances(Instant Now, string Credential);
