using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using OrleansBilling.TossSimulator;

namespace OrleansBilling.Benchmarks.Waves;

/// <summary>One approval in the provider's own book.</summary>
internal sealed record Approval(string OrderId, DateTimeOffset At);

/// <summary>The simulator in its light mode, in a process of its own. Its ledger is the judge.</summary>
internal sealed class Provider : IAsyncDisposable
{
    private static readonly TimeSpan LongestStart = TimeSpan.FromSeconds(60);

    private readonly Child _process;
    private readonly HttpClient _http;

    private Provider(Child process, Uri address) => (_process, Address, _http) = (process, address, new HttpClient { BaseAddress = address });

    public Uri Address { get; }

    public static async Task<Provider> StartAsync(string directory, TimeSpan latency)
    {
        Child process = Child.Start(
            "OrleansBilling.TossSimulator.dll", Path.Combine(directory, "provider.log"),
            ["--TossSimulator:Urls=http://127.0.0.1:0", "--TossSimulator:Light=true", $"--TossSimulator:LightLatency={latency:c}"]);
        string said = await process.SaysAsync("Now listening on: ", LongestStart);
        Provider provider = new(process, new Uri(said[said.IndexOf("http://", StringComparison.Ordinal)..].Trim()));
        provider._http.DefaultRequestHeaders.Authorization =
            new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(SimulatorKeys.SecretKey + ":")));
        return provider;
    }

    /// <summary>A card, registered as by a browser. All subscriptions of a run share it: the provider does not care.</summary>
    public async Task<string> BillingKeyAsync(string customerKey)
    {
        JsonElement registered = await PostAsync("/simulator/auth-keys", new { customerKey });
        JsonElement issued = await PostAsync("/v1/billing/authorizations/issue", new { authKey = registered.GetProperty("authKey").GetString(), customerKey });
        return issued.GetProperty("billingKey").GetString()!;
    }

    public async Task<IReadOnlyList<Approval>> ApprovalsAsync()
    {
        JsonElement ledger = await _http.GetFromJsonAsync<JsonElement>("/simulator/ledger");
        return
        [
            .. ledger.GetProperty("rows").EnumerateArray().Where(row => row.GetProperty("kind").GetString() == "Approval")
                .Select(row => new Approval(row.GetProperty("orderId").GetString()!, row.GetProperty("at").GetDateTimeOffset())),
        ];
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _process.DisposeAsync();
    }

    private async Task<JsonElement> PostAsync(string path, object body)
    {
        using HttpResponseMessage answer = await _http.PostAsJsonAsync(path, body);
        JsonElement json = await answer.Content.ReadFromJsonAsync<JsonElement>();
        return answer.IsSuccessStatusCode ? json : throw new InvalidOperationException($"{path}: {json}");
    }
}
