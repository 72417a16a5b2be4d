using NodaTime;

namespace OrleansBilling.Simulation.Engine;

/// <summary>One process of the engine.</summary>
internal sealed class Silo(int index, string credential)
{
    public int Index => index;

    public string Name { get; } = $"silo-{index}";

    /// <summary>By how much its clock is ahead of the true time. A silo that is off by more than two minutes does not charge, so none here is.</summary>
    public Duration Ahead { get; set; }

    public string Credential { get; set; } = credential;

    public Instant DownUntil { get; set; } = Instant.MinValue;
}
