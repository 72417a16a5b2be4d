using System.Diagnostics;
using System.Globalization;

namespace OrleansBilling.Benchmarks.Waves;

/// <summary>A program in a process of its own, built beside this one: what it takes can be counted apart from everything else.</summary>
internal sealed class Child : IAsyncDisposable
{
    private const int ShownCharacters = 4_000;

    // Linux counts the time of processes in hundredths of a second, whatever its kernel's own tick is.
    private const double TicksPerSecond = 100;

    private readonly Process _process;
    private readonly string _log;

    private Child(Process process, string log) => (_process, _log) = (process, log);

    public int Id => _process.Id;

    /// <summary>Of user and kernel together, since its start.</summary>
    public TimeSpan CpuTime => CpuTimeOf(_process.Id);

    /// <summary>The most resident memory that it ever had.</summary>
    public long PeakBytes => StatusBytes("VmHWM:");

    /// <summary>Its resident memory now.</summary>
    public long ResidentBytes => StatusBytes("VmRSS:");

    /// <param name="log">The file that it writes to, without anybody who reads along and takes time from the measured.</param>
    public static Child Start(string dll, string log, IEnumerable<string> args)
    {
        ProcessStartInfo start = new("/bin/sh") { WorkingDirectory = Path.GetDirectoryName(log)! };
        foreach (string arg in (string[])["-c", "exec dotnet \"$@\" > \"$0\" 2>&1", log, Path.Combine(AppContext.BaseDirectory, dll), .. args])
        {
            start.ArgumentList.Add(arg);
        }

        return new Child(Process.Start(start)!, log);
    }

    /// <summary>The first line that contains the text.</summary>
    /// <exception cref="InvalidOperationException">It ended instead; the message holds what it said last.</exception>
    public async Task<string> SaysAsync(string text, TimeSpan within)
    {
        long begun = Stopwatch.GetTimestamp();
        while (true)
        {
            if (File.Exists(_log) && File.ReadLines(_log).FirstOrDefault(line => line.Contains(text, StringComparison.Ordinal)) is { } said)
            {
                return said;
            }

            ThrowIfEnded();
            if (Stopwatch.GetElapsedTime(begun) > within)
            {
                throw new TimeoutException($"\"{text}\" was not said within {within.TotalSeconds:0} s:\n{LastWords}");
            }

            await Task.Delay(20);
        }
    }

    public void ThrowIfEnded()
    {
        if (_process.HasExited)
        {
            throw new InvalidOperationException($"The process ended with code {_process.ExitCode}:\n{LastWords}");
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            await _process.WaitForExitAsync();
        }

        _process.Dispose();
    }

    internal static TimeSpan CpuTimeOf(int process, bool withChildrenThatEnded = false)
    {
        // After the name, which stands in brackets and may hold anything: state is field 3, utime 14, stime 15, cutime 16, cstime 17.
        string stat = File.ReadAllText($"/proc/{process}/stat");
        string[] fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        return TimeSpan.FromSeconds(fields[11..(withChildrenThatEnded ? 15 : 13)].Sum(ticks => long.Parse(ticks, CultureInfo.InvariantCulture)) / TicksPerSecond);
    }

    private long StatusBytes(string field)
    {
        string line = File.ReadLines($"/proc/{_process.Id}/status").First(line => line.StartsWith(field, StringComparison.Ordinal));
        return long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) * 1024;
    }

    private string LastWords => File.ReadAllText(_log) is { Length: > ShownCharacters } text ? text[^ShownCharacters..] : File.ReadAllText(_log);
}
