using System.Net.Http.Json;
using System.Text.Json;
using OrleansBilling.Tests.Support;
using OrleansBilling.TossSimulator;
using OrleansBilling.TossSimulator.Cards;
using JournalFile = OrleansBilling.TossSimulator.State.Journal;

namespace OrleansBilling.Tests.Processes;

/// <summary>The payment provider in a process of its own: it outlives whatever is killed, and its ledger is the judge.</summary>
internal sealed class SimulatorProcess : IAsyncDisposable
{
    private readonly ProgramProcess _program;

    private SimulatorProcess(ProgramProcess program, Uri address, string journal)
    {
        (_program, Address, Journal) = (program, address, journal);
        Http = new HttpClient { BaseAddress = address };
    }

    public Uri Address { get; }

    /// <summary>The file that holds everything it ever issued, in clear.</summary>
    public string Journal { get; }

    public HttpClient Http { get; }

    public static async Task<SimulatorProcess> StartAsync(string directory)
    {
        ProgramProcess program = ProgramProcess.Start(
            "OrleansBilling.TossSimulator.dll", directory, ["--TossSimulator:Urls=http://127.0.0.1:0", $"--TossSimulator:DataDirectory={directory}"]);
        return new SimulatorProcess(program, await program.ListeningAsync(), Path.Combine(directory, JournalFile.FileName));
    }

    /// <summary>What an installation is told so that it uses this one.</summary>
    public IEnumerable<string> Settings =>
    [
        $"--Toss:SecretKey={SimulatorKeys.SecretKey}", $"--Toss:ClientKey={SimulatorKeys.ClientKey}", $"--Toss:BaseAddress={Address}", $"--Toss:SdkUrl={new Uri(Address, "/v2/standard")}",
    ];

    /// <summary>What the registration window does.</summary>
    public async Task<string> AuthKeyAsync(string customerKey, string cardNumber = ScriptedCards.AlwaysApproves)
    {
        using HttpResponseMessage answer = await Http.PostAsJsonAsync("/simulator/auth-keys", new { customerKey, cardNumber }, TestContext.Current.CancellationToken);
        JsonElement body = await answer.Content.ReadFromJsonAsync<JsonElement>(TestContext.Current.CancellationToken);
        return answer.IsSuccessStatusCode ? body.GetProperty("authKey").GetString()! : throw new InvalidOperationException(body.ToString());
    }

    /// <summary>The next charges stay open until <see cref="ReleaseAsync"/>.</summary>
    /// <param name="approved">True: the money has moved before the wait, and the answer is what is missing.</param>
    public async Task HoldChargesAsync(int times, bool approved)
    {
        using HttpResponseMessage answer = await Http.PostAsJsonAsync(
            "/simulator/faults", new { kind = "hold", operation = "charge", times, commit = approved }, TestContext.Current.CancellationToken);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    public Task HeldAsync(int count) => Eventually.Async(
        async () => (await GetAsync("/simulator/faults")).GetProperty("held").GetInt32(), held => held == count, $"{count} charges are in flight", TimeSpan.FromSeconds(90));

    /// <summary>Every charge is refused with this code, until <see cref="MendAsync"/>.</summary>
    public async Task RefuseChargesAsync(string code)
    {
        using HttpResponseMessage answer = await Http.PostAsJsonAsync("/simulator/faults", new { kind = "error", operation = "charge", times = 1_000_000, code }, TestContext.Current.CancellationToken);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    public async Task MendAsync()
    {
        using HttpResponseMessage answer = await Http.DeleteAsync("/simulator/faults", TestContext.Current.CancellationToken);
        answer.EnsureSuccessStatusCode();
    }

    public async Task ReleaseAsync()
    {
        using HttpResponseMessage answer = await Http.PostAsync("/simulator/faults/release", null, TestContext.Current.CancellationToken);
        answer.EnsureSuccessStatusCode();
    }

    public async Task<Ledger> LedgerAsync()
    {
        JsonElement ledger = await GetAsync("/simulator/ledger");
        return new Ledger(
            [.. ledger.GetProperty("rows").EnumerateArray().Where(row => row.GetProperty("kind").GetString() == "Approval").Select(row => new Approval(
                row.GetProperty("orderId").GetString()!, row.GetProperty("paymentKey").GetString()!, row.GetProperty("customerKey").GetString()!, row.GetProperty("amountKrw").GetInt64()))]);
    }

    /// <summary>Each charge that it was asked for and has answered.</summary>
    public async Task<IReadOnlyList<ChargeRequest>> ChargesAsync() =>
    [
        .. (await GetAsync("/simulator/requests")).EnumerateArray().Where(row => row.GetProperty("operation").GetString() == "charge")
            .Select(row => new ChargeRequest(row.GetProperty("orderId").GetString()!, row.GetProperty("isReplay").GetBoolean(), row.GetProperty("at").GetDateTimeOffset())),
    ];

    /// <summary>Ends it for good: while it runs, nobody else can read its journal.</summary>
    public Task StopAsync() => _program.KillAsync();

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await _program.DisposeAsync();
    }

    private Task<JsonElement> GetAsync(string path) => Http.GetFromJsonAsync<JsonElement>(path, TestContext.Current.CancellationToken);
}

/// <param name="IsReplay">The answer came from its idempotency key.</param>
/// <param name="At">When it arrived, by the provider's clock.</param>
internal sealed record ChargeRequest(string OrderId, bool IsReplay, DateTimeOffset At);

internal sealed record Approval(string OrderId, string PaymentKey, string CustomerKey, long AmountKrw);

internal sealed record Ledger(IReadOnlyList<Approval> Approvals);
