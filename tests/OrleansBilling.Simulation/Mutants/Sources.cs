using System.Reflection;

namespace OrleansBilling.Simulation.Mutants;

/// <summary>The sources that this program was built from; they are in its assembly.</summary>
internal static class Sources
{
    public const string Domain = "Domain/";
    public const string Simulation = "Simulation/";

    private static readonly Assembly Here = typeof(Sources).Assembly;

    /// <param name="part"><see cref="Domain"/> or <see cref="Simulation"/>.</param>
    public static IEnumerable<string> FilesOf(string part) =>
        Here.GetManifestResourceNames().Select(static name => name.Replace('\\', '/')).Where(name => name.StartsWith(part, StringComparison.Ordinal)).Order(StringComparer.Ordinal);

    public static string Read(string file)
    {
        string name = Here.GetManifestResourceNames().SingleOrDefault(n => n.Replace('\\', '/') == file)
            ?? throw new MutantException($"There is no source {file}.");
        using StreamReader reader = new(Here.GetManifestResourceStream(name)!);
        return reader.ReadToEnd();
    }

    /// <summary>The source with the mutant's edits.</summary>
    /// <exception cref="MutantException">A text is not there exactly once: then the mutant might be the original, and its death or survival would say nothing.</exception>
    public static string Edited(Mutant mutant, string file)
    {
        string source = Read(file);
        foreach (Edit edit in mutant.Edits.Where(e => e.File == file))
        {
            int at = source.IndexOf(edit.Text, StringComparison.Ordinal);
            if (at < 0 || source.IndexOf(edit.Text, at + 1, StringComparison.Ordinal) >= 0)
            {
                throw new MutantException($"The text that mutant {mutant.Name} changes is {(at < 0 ? "not" : "more than once")} in {file}: {edit.Text}");
            }

            source = string.Concat(source.AsSpan(0, at), edit.Replacement, source.AsSpan(at + edit.Text.Length));
        }

        return source;
    }
}

/// <summary>A mutant that cannot be made. It is the mutant's description that is wrong, and has to be mended.</summary>
internal sealed class MutantException(string message) : Exception(message);
