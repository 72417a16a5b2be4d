using System.Text;
using NodaTime;
using NodaTime.Text;

namespace OrleansBilling.Simulation.World;

/// <summary>What happened, one line each. Exists only in runs that somebody is going to read: <c>trace?.Add(…)</c> costs nothing in the others.</summary>
internal sealed class Trace(Func<Instant> now)
{
    private static readonly InstantPattern Time = InstantPattern.CreateWithInvariantCulture("uuuu-MM-dd HH:mm:ss.fff");

    private readonly List<string> _lines = [];

    public IReadOnlyList<string> Lines => _lines;

    /// <param name="who"><c>silo-1</c>, <c>provider</c>, <c>people</c> …</param>
    public void Add(string who, string what) => _lines.Add($"{Time.Format(now())}  {who,-9} {what}");

    public string ToText() => string.Join('\n', _lines) + "\n";

    /// <summary>The end of it, which is what explains a violation.</summary>
    public string Last(int lines)
    {
        StringBuilder text = new();
        int skipped = Math.Max(0, _lines.Count - lines);
        if (skipped > 0)
        {
            text.AppendLine(System.Globalization.CultureInfo.InvariantCulture, $"… {skipped} lines before");
        }

        foreach (string line in _lines.Skip(skipped))
        {
            text.AppendLine(line);
        }

        return text.ToString();
    }
}
