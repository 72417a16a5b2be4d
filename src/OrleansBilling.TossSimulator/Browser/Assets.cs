using System.Reflection;

namespace OrleansBilling.TossSimulator.Browser;

/// <summary>The script and style files, embedded in the assembly so that the simulator is one file to run anywhere.</summary>
internal static class Assets
{
    public static string Read(string name)
    {
        using Stream stream = Assembly.GetExecutingAssembly().GetManifestResourceStream(name)
            ?? throw new InvalidOperationException($"{name} is not embedded: see EmbeddedResource in the project file.");
        using StreamReader reader = new(stream);
        return reader.ReadToEnd();
    }
}
