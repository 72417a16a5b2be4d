using System.Diagnostics;
using System.Runtime.InteropServices;

namespace OrleansBilling.Chaos;

/// <summary>A built program in a process of its own. What it writes goes to a file, which later starts go on with.</summary>
internal sealed class ChildProgram
{
    private const int Sigkill = 9;
    private const int Sigterm = 15;
    private static readonly int Sigstop = OperatingSystem.IsMacOS() ? 17 : 19;
    private static readonly int Sigcont = OperatingSystem.IsMacOS() ? 19 : 18;

    private static readonly Lock Started = new();

    private readonly Process _process;

    private ChildProgram(Process process) => _process = process;

    public bool IsRunning => !_process.HasExited;

    public int ExitCode => _process.ExitCode;

    /// <param name="dll">Lies beside this program, which references it.</param>
    /// <param name="work">Where it runs, and where <c>pids</c> says what the script has to end if this program cannot.</param>
    public static ChildProgram Start(string dll, string work, string log, IEnumerable<string> args)
    {
        // The shell becomes the program, so that its process id is the one that is killed. No core files: some of these die on purpose.
        ProcessStartInfo start = new("/bin/sh") { WorkingDirectory = work };
        foreach (string arg in (string[])["-c", "ulimit -c 0; exec dotnet \"$@\" >> \"$0\" 2>&1 < /dev/null", log, Path.Combine(AppContext.BaseDirectory, dll), .. args])
        {
            start.ArgumentList.Add(arg);
        }

        // Settings of whoever runs this are not the program's.
        foreach (string name in start.Environment.Keys.Where(name => name.StartsWith("ASPNETCORE_", StringComparison.Ordinal) || name.StartsWith("DOTNET_ENV", StringComparison.Ordinal)).ToList())
        {
            start.Environment.Remove(name);
        }

        Process process = Process.Start(start) ?? throw new InvalidOperationException($"{dll} cannot be started.");
        lock (Started)
        {
            File.AppendAllText(Path.Combine(work, "pids"), $"{process.Id}\n");
        }

        return new ChildProgram(process);
    }

    /// <summary>As <c>kill -9</c>.</summary>
    public async Task KillAsync()
    {
        Signal(Sigkill);
        await _process.WaitForExitAsync();
    }

    /// <summary>Asks it to stop, as a container engine does. Does not wait.</summary>
    public void Terminate() => Signal(Sigterm);

    public void Stop() => Signal(Sigstop);

    public void Continue() => Signal(Sigcont);

    /// <summary>False when it still runs after this time.</summary>
    public async Task<bool> ExitedAsync(TimeSpan within)
    {
        try
        {
            await _process.WaitForExitAsync().WaitAsync(within);
            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }
    }

    private void Signal(int signal)
    {
        if (IsRunning)
        {
            _ = kill(_process.Id, signal);
        }
    }

    [DllImport("libc", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
#pragma warning disable IDE1006, SYSLIB1054 // The C name; the source generator would ask for unsafe code in the whole program.
    private static extern int kill(int process, int signal);
#pragma warning restore IDE1006, SYSLIB1054
}
