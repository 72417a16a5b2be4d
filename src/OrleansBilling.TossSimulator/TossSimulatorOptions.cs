namespace OrleansBilling.TossSimulator;

/// <summary>What is fixed while a simulator runs. Section <c>TossSimulator</c>.</summary>
public sealed class TossSimulatorOptions
{
    public const string Section = "TossSimulator";

    /// <summary>Addresses to listen on, separated by semicolons, and no others. For a free port: "http://127.0.0.1:0".</summary>
    public string Urls { get; set; } = "http://localhost:5090";

    /// <summary>Folder of the journal. Null: everything is forgotten when the program ends.</summary>
    public string? DataDirectory { get; set; }

    /// <summary>Empty: the one public test set of <see cref="SimulatorKeys"/>.</summary>
    public IList<SimulatorKeySet> KeySets { get; init; } = [];

    /// <summary>First values of the knobs; <c>POST /simulator/knobs</c> changes them while the simulator runs.</summary>
    public SimulatorKnobs Knobs { get; init; } = new();

    /// <summary>For benchmarks: every API answer waits <see cref="LightLatency"/>, and the list of recent requests is not kept.</summary>
    public bool Light { get; set; }

    /// <summary>Wait before each API answer in light mode. Default: none.</summary>
    public TimeSpan LightLatency { get; set; }
}
