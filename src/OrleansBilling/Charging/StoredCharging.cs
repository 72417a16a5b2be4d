using OrleansBilling.Domain;
using OrleansBilling.Domain.Charging;

namespace OrleansBilling.Charging;

/// <summary>What is stored of a merchant's charging.</summary>
internal sealed record StoredCharging : StoredRecord
{
    /// <summary>The form that this program writes.</summary>
    public const int CurrentVersion = 1;

    public int Version { get; init; } = CurrentVersion;

    /// <summary>The oldest form whose readers understand this one.</summary>
    public int MinReader { get; init; } = CurrentVersion;

    public ChargingHealth Health { get; init; } = ChargingHealth.New;
}
