using System.Diagnostics;
using System.Globalization;

namespace OrleansBilling.Chaos;

/// <summary>Says what happens, with the seconds since the start: the log of a silo has the wall clock, so that is said once.</summary>
internal static class Narrator
{
    private static readonly long Start = Stopwatch.GetTimestamp();

    public static void Say(FormattableString what)
    {
        string line = string.Create(CultureInfo.InvariantCulture, $"[{Stopwatch.GetElapsedTime(Start).TotalSeconds,6:0.0} s] {what.ToString(CultureInfo.InvariantCulture)}");
        lock (Console.Out)
        {
            Console.WriteLine(line);
        }
    }
}
