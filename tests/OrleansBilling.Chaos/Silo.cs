using System.Globalization;
using System.Net;

namespace OrleansBilling.Chaos;

/// <summary>One silo with its site, in a process of its own, behind its own way to the database. Whatever ends it, it is started again at the same address.</summary>
internal sealed class Silo : IAsyncDisposable
{
    private static readonly TimeSpan LongestStart = TimeSpan.FromSeconds(120);

    // A stopping silo lets charges in flight finish, for up to 110 seconds.
    private static readonly TimeSpan LongestStop = TimeSpan.FromSeconds(120);

    private readonly Installation _installation;
    private readonly HttpClient _http;
    private readonly Lock _gate = new();
    private ChildProgram? _program;
    private bool _wanted;

    public Silo(int number, Installation installation)
    {
        (Number, _installation) = (number, installation);
        (SiloPort, GatewayPort) = (Ports.Free(), Ports.Free());
        Site = new Uri($"http://127.0.0.1:{Ports.Free()}/");
        Proxy = installation.NewProxy();
        _http = new HttpClient { BaseAddress = Site, Timeout = TimeSpan.FromSeconds(10) };
    }

    public int Number { get; }

    public int SiloPort { get; }

    public int GatewayPort { get; }

    public Uri Site { get; }

    public DatabaseProxy Proxy { get; }

    /// <summary>Whoever does something to this silo has it alone.</summary>
    public SemaphoreSlim Alone { get; } = new(1);

    /// <summary>Starts that nobody ordered: it had ended by itself.</summary>
    public int Resurrections { get; private set; }

    public void Start()
    {
        lock (_gate)
        {
            _wanted = true;
            Run();
        }
    }

    /// <summary>Starts it again if it has ended by itself, as whatever runs containers does. Orleans ends a silo that the others have declared dead.</summary>
    public void KeepAlive()
    {
        lock (_gate)
        {
            if (_wanted && _program is { IsRunning: false } ended)
            {
                Resurrections++;
                Narrator.Say($"silo {Number} has ended by itself with code {ended.ExitCode}; starts again");
                Run();
            }
        }
    }

    /// <param name="enough">Whoever waits need not any longer.</param>
    public Task ReadyAsync(CancellationToken enough = default) => Patience.UntilAsync(
        async () =>
        {
            if (enough.IsCancellationRequested)
            {
                return true;
            }

            KeepAlive();
            using HttpResponseMessage answer = await _http.GetAsync(new Uri("health/ready", UriKind.Relative));
            return answer.StatusCode == HttpStatusCode.OK;
        },
        LongestStart, string.Create(CultureInfo.InvariantCulture, $"silo {Number} is ready"));

    public async Task KillAsync()
    {
        Leave();
        await _program!.KillAsync();
    }

    public void Pause() => _program!.Stop();

    public void Continue() => _program!.Continue();

    /// <summary>SIGTERM. Answers whether it ended in time and without an error.</summary>
    public async Task<bool> StopAsync()
    {
        Leave();
        if (_program is not { IsRunning: true } program)
        {
            return true;
        }

        program.Terminate();
        return await program.ExitedAsync(LongestStop) && program.ExitCode == 0;
    }

    public async ValueTask DisposeAsync()
    {
        Leave();
        if (_program is { IsRunning: true } program)
        {
            program.Continue();
            await program.KillAsync();
        }

        _http.Dispose();
        Alone.Dispose();
        await Proxy.DisposeAsync();
    }

    private void Leave()
    {
        lock (_gate)
        {
            _wanted = false;
        }
    }

    private void Run() =>
        _program = ChildProgram.Start("OrleansBilling.dll", _installation.Work, Path.Combine(_installation.Work, $"silo-{Number}.log"), _installation.SettingsOf(this));
}
