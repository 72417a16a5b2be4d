using System.Net.Http.Json;
using OrleansBilling.TossSimulator;
using OrleansBilling.TossSimulator.State;

namespace OrleansBilling.Chaos;

/// <summary>The payment provider: a simulator in a process of its own. It can die and come back, but what its journal holds stays, and that is the judge.</summary>
internal sealed class Provider : IDisposable
{
    private static readonly TimeSpan LongestStart = TimeSpan.FromSeconds(60);

    /// <summary>Shares of requests. The late ones are later than the divided time-out of a charge, and earlier than the look-ups that would prove that nothing was charged.</summary>
    private static readonly object[] Faults =
    [
        Charges("error", 0.05, code: "PROVIDER_ERROR"),
        Charges("latency", 0.01, seconds: 3),
        Charges("late-after-commit", 0.01, seconds: 4),
        Charges("drop-before-commit", 0.01),
        Charges("drop-after-commit", 0.01),
        Charges("committed-500", 0.005),
        Charges("html-body", 0.005),
        Charges("truncated", 0.005),
        Charges("http-429", 0.005),
        Charges("latency", 0.3, seconds: 0.3),
        new { kind = "drop-before-commit", operation = "lookup", chance = 0.05, times = Many },
        new { kind = "html-body", operation = "lookup", chance = 0.05, times = Many },
    ];

    private const int Many = 1_000_000_000;

    private readonly string _work;
    private readonly HttpClient _http;
    private ChildProgram _program;
    private bool _faulty;

    private Provider(string work)
    {
        _work = work;
        Address = new Uri($"http://127.0.0.1:{Ports.Free()}/");
        _http = new HttpClient { BaseAddress = Address, Timeout = LongestStart };
        _program = Run();
    }

    public Uri Address { get; }

    public static async Task<Provider> StartAsync(string work)
    {
        Provider provider = new(work);
        await provider.AnswersAsync();
        return provider;
    }

    /// <summary>What a silo is told so that it uses this one.</summary>
    public IEnumerable<string> Settings =>
    [
        $"--Toss:SecretKey={SimulatorKeys.SecretKey}", $"--Toss:ClientKey={SimulatorKeys.ClientKey}", $"--Toss:BaseAddress={Address}", $"--Toss:SdkUrl={new Uri(Address, "/v2/standard")}",
    ];

    /// <summary>What the registration window does.</summary>
    public async Task<string> AuthKeyAsync(string customerKey, string cardNumber)
    {
        using HttpResponseMessage answer = await _http.PostAsJsonAsync("simulator/auth-keys", new { customerKey, cardNumber });
        answer.EnsureSuccessStatusCode();
        return (await answer.Content.ReadFromJsonAsync<AuthKeyAnswer>())!.AuthKey;
    }

    public async Task BeginFaultsAsync()
    {
        foreach (object fault in Faults)
        {
            using HttpResponseMessage answer = await _http.PostAsJsonAsync("simulator/faults", fault);
            answer.EnsureSuccessStatusCode();
        }

        _faulty = true;
    }

    public async Task EndFaultsAsync()
    {
        _faulty = false;
        using HttpResponseMessage answer = await _http.DeleteAsync(new Uri("simulator/faults", UriKind.Relative));
        answer.EnsureSuccessStatusCode();
    }

    /// <summary>As <c>kill -9</c>, and again after a pause. Its faults are in memory only, so they are ordered again.</summary>
    public async Task RestartAsync(TimeSpan pause)
    {
        await _program.KillAsync();
        await Task.Delay(pause);
        _program = Run();
        await AnswersAsync();
        if (_faulty)
        {
            await BeginFaultsAsync();
        }
    }

    public async Task<IReadOnlyList<LedgerRow>> LedgerAsync() => (await _http.GetFromJsonAsync<LedgerAnswer>("simulator/ledger"))!.Rows;

    public void Dispose()
    {
        _http.Dispose();
        _program.KillAsync().GetAwaiter().GetResult();
    }

    private ChildProgram Run() => ChildProgram.Start(
        "OrleansBilling.TossSimulator.dll", _work, Path.Combine(_work, "simulator.log"),
        [$"--TossSimulator:Urls={Address}", $"--TossSimulator:DataDirectory={Path.Combine(_work, "toss")}", "--Logging:LogLevel:Default=Warning"]);

    private Task AnswersAsync() => Patience.UntilAsync(
        async () =>
        {
            using HttpResponseMessage answer = await _http.GetAsync(new Uri("simulator/clock", UriKind.Relative));
            return answer.IsSuccessStatusCode;
        },
        LongestStart, "The simulator answers");

    private static object Charges(string kind, double chance, double seconds = 0, string? code = null) => new { kind, operation = "charge", chance, seconds, code, times = Many };

    private sealed record AuthKeyAnswer(string AuthKey);

    private sealed record LedgerAnswer(IReadOnlyList<LedgerRow> Rows);
}
