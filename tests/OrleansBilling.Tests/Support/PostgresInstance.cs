using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace OrleansBilling.Tests.Support;

/// <summary>A private PostgreSQL server in a temporary directory, on a free port of the loopback address, for a run without <c>tests/run.sh</c>.</summary>
internal sealed class PostgresInstance : IAsyncDisposable
{
    private readonly string _programs;
    private readonly string _directory;

    private PostgresInstance(string programs, string directory, int port)
    {
        _programs = programs;
        _directory = directory;
        ConnectionString = $"Host=127.0.0.1;Port={port};Username=postgres;Database=postgres";
    }

    public string ConnectionString { get; }

    public static async Task<PostgresInstance> StartAsync()
    {
        string programs = FindPrograms();
        // The server refuses to run as root; as root it runs as the user that its package made.
        string directory = (await RunAsync("mktemp", "-d", "-t", "billing-postgres-XXXXXX")).Trim();
        string data = Path.Combine(directory, "data");
        int port = FreePort();
        await RunAsync(Path.Combine(programs, "initdb"), "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-locale");
        await RunAsync(
            Path.Combine(programs, "pg_ctl"), "start", "-w", "-D", data, "-l", Path.Combine(directory, "log"),
            "-o", $"-p {port} -h 127.0.0.1 -k {directory} -c max_connections=300");
        return new PostgresInstance(programs, directory, port);
    }

    public async ValueTask DisposeAsync()
    {
        await RunAsync(Path.Combine(_programs, "pg_ctl"), "stop", "-w", "-m", "immediate", "-D", Path.Combine(_directory, "data"));
        await RunAsync("rm", "-rf", _directory);
    }

    private static string FindPrograms()
    {
        IEnumerable<string> places = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries);
        if (Directory.Exists("/usr/lib/postgresql"))
        {
            places = places.Concat(Directory.GetDirectories("/usr/lib/postgresql").OrderDescending().Select(version => Path.Combine(version, "bin")));
        }

        return places.FirstOrDefault(place => File.Exists(Path.Combine(place, "initdb")) && File.Exists(Path.Combine(place, "pg_ctl")))
            ?? throw new InvalidOperationException(
                $"These tests need PostgreSQL: run \"bash tests/run.sh\", which installs and starts it, or set {PostgresServer.Variable} to the connection string of a role that may create databases.");
    }

    private static int FreePort()
    {
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static async Task<string> RunAsync(params string[] command)
    {
        string[] whole = Environment.UserName == "root" ? ["runuser", "-u", "postgres", "--", .. command] : command;
        ProcessStartInfo start = new(whole[0], whole[1..]) { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = Path.GetTempPath() };
        using Process process = Process.Start(start)!;
        // The server inherits standard output and keeps it open: only the command's own end is waited for.
        Task<string> errors = process.StandardError.ReadToEndAsync();
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"{string.Join(' ', command)} ended with {process.ExitCode}: {await errors}");
        }

        return command.Contains("start") ? "" : await output;
    }
}
