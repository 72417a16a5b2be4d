using System.Collections.Concurrent;
using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;
using OrleansBilling.Tests.Support;

namespace OrleansBilling.Tests.Processes;

/// <summary>A built program in a process of its own, as a person or a container starts it: <c>dotnet OrleansBilling.dll --Section:Name=value</c>.</summary>
internal sealed partial class ProgramProcess : IAsyncDisposable
{
    // Generous: the machine may be busy with other tests.
    private static readonly TimeSpan LongestStart = TimeSpan.FromSeconds(60);

    private readonly Process _process;
    private readonly ConcurrentQueue<string> _output = new();
    private readonly ConcurrentQueue<string> _errors = new();

    private ProgramProcess(Process process) => _process = process;

    /// <summary>Every line that it has written so far, wherever to.</summary>
    public IEnumerable<string> Lines => _output.Concat(_errors);

    /// <summary>What it has written to its standard error.</summary>
    public string Errors => string.Join('\n', _errors);

    public int Id => _process.Id;

    public bool IsRunning => !_process.HasExited;

    /// <summary>Of user and kernel together; the process must be running.</summary>
    public TimeSpan CpuTime
    {
        get
        {
            _process.Refresh();
            return _process.TotalProcessorTime;
        }
    }

    /// <summary>Resident memory in bytes; the process must be running.</summary>
    public long ResidentBytes
    {
        get
        {
            _process.Refresh();
            return _process.WorkingSet64;
        }
    }

    /// <param name="dll">Lies beside the tests, which reference the programs.</param>
    /// <param name="directory">Where it runs; settings files and relative paths are found from there.</param>
    public static ProgramProcess Start(string dll, string directory, IEnumerable<string> args)
    {
        ProcessStartInfo start = new("dotnet") { WorkingDirectory = directory, RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true };
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, dll));
        foreach (string arg in args)
        {
            start.ArgumentList.Add(arg);
        }

        // Settings of the test run are not the program's.
        foreach (string name in start.Environment.Keys.Where(name => name.StartsWith("ASPNETCORE_", StringComparison.Ordinal) || name.StartsWith("DOTNET_ENV", StringComparison.Ordinal)).ToList())
        {
            start.Environment.Remove(name);
        }

        Process process = new() { StartInfo = start };
        ProgramProcess program = new(process);
        process.OutputDataReceived += (_, line) => Keep(program._output, line.Data);
        process.ErrorDataReceived += (_, line) => Keep(program._errors, line.Data);
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return program;
    }

    /// <summary>The address that it says it listens on. Fails with what it wrote when it ends instead.</summary>
    public async Task<Uri> ListeningAsync(int index = 0)
    {
        string[] said = await Eventually.Async(
            () => Task.FromResult(_output.Select(line => Listening().Match(line)).Where(match => match.Success).Select(match => match.Groups[1].Value).ToArray()),
            addresses => addresses.Length > index || !IsRunning,
            "the program listens",
            LongestStart);
        return said.Length > index ? new Uri(said[index]) : throw new InvalidOperationException($"The program ended with code {_process.ExitCode}:\n{string.Join('\n', Lines)}");
    }

    /// <summary>Kills it as <c>kill -9</c> does.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>Asks it to stop, as a container engine does (SIGTERM). Does not wait.</summary>
    public void Terminate() => Assert.Equal(0, kill(_process.Id, Sigterm));

    /// <summary>Its exit code.</summary>
    public async Task<int> ExitAsync(TimeSpan within)
    {
        using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(within);
        try
        {
            await _process.WaitForExitAsync(limit.Token);
            return _process.ExitCode;
        }
        catch (OperationCanceledException)
        {
            throw new TimeoutException($"The program still runs after {within}:\n{string.Join('\n', Lines)}");
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (IsRunning)
        {
            _process.Kill();
            await _process.WaitForExitAsync(CancellationToken.None);
        }

        _process.Dispose();
    }

    private static void Keep(ConcurrentQueue<string> lines, string? line)
    {
        if (line is not null)
        {
            lines.Enqueue(line);
        }
    }

    [GeneratedRegex(@"Now listening on: (\S+)")]
    private static partial Regex Listening();

    private const int Sigterm = 15;

    [DllImport("libc", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
#pragma warning disable IDE1006, SYSLIB1054 // The C name; the source generator would ask for unsafe code in the whole program.
    private static extern int kill(int process, int signal);
#pragma warning restore IDE1006, SYSLIB1054
}
