using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using OrleansBilling.Tests.Support;
using OrleansBilling.TossSimulator;
using OrleansBilling.TossSimulator.Control;
using OrleansBilling.TossSimulator.Faults;
using OrleansBilling.TossSimulator.State;
using OrleansBilling.TossSimulator.Wire;

namespace OrleansBilling.Tests.Scenarios;

/// <summary>The provider's side of a story: its ledger, which judges, the requests that it saw, and the faults that it makes on demand.</summary>
internal sealed class ProviderBook(HttpClient simulator)
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    /// <summary>Money that moved for the orders with this prefix, oldest first.</summary>
    public async Task<IReadOnlyList<LedgerRow>> RowsAsync(string orderPrefix) =>
        [.. (await simulator.GetFromJsonAsync<LedgerView>("/simulator/ledger", Json))!.Rows.Where(row => row.OrderId.StartsWith(orderPrefix, StringComparison.Ordinal)).OrderBy(row => row.At)];

    public async Task<IReadOnlyList<LedgerRow>> ApprovalsAsync(string orderPrefix) => [.. (await RowsAsync(orderPrefix)).Where(row => row.Kind == LedgerKind.Approval)];

    /// <summary>Requests of one kind, oldest first. A request is listed when it was answered or dropped.</summary>
    public async Task<IReadOnlyList<RequestRow>> RequestsAsync(WireOperation operation, string? orderPrefix = null, string? customerKey = null) =>
    [
        .. (await simulator.GetFromJsonAsync<RequestRow[]>("/simulator/requests", Json))!.Where(row => row.Operation == operation
            && (orderPrefix is null || row.OrderId?.StartsWith(orderPrefix, StringComparison.Ordinal) == true)
            && (customerKey is null || row.CustomerKey == customerKey)),
    ];

    public async Task FailAsync(FaultRequest fault)
    {
        using HttpResponseMessage answer = await simulator.PostAsJsonAsync("/simulator/faults", fault, Json);
        answer.EnsureSuccessStatusCode();
    }

    /// <summary>The next charge of an order with this prefix goes wrong in this way.</summary>
    public Task FailChargeAsync(FaultKind kind, string orderPrefix, int times = 1, string? code = null, bool? commit = null, string? body = null, int? status = null) =>
        FailAsync(new FaultRequest(kind, WireOperation.Charge, times, orderPrefix, Code: code, Commit: commit, Body: body, Status: status));

    public Task UntilHeldAsync(int count = 1) => Eventually.Async(
        async () => (await simulator.GetFromJsonAsync<JsonElement>("/simulator/faults")).GetProperty("held").GetInt32(),
        held => held == count,
        $"{count} requests are held at the provider");

    public async Task ReleaseAsync()
    {
        using HttpResponseMessage answer = await simulator.PostAsync("/simulator/faults/release", null);
        answer.EnsureSuccessStatusCode();
    }

    /// <summary>As in the provider's console: with the merchant's key, and without us.</summary>
    public async Task CancelAsync(string paymentKey, long amountKrw)
    {
        using HttpRequestMessage request = new(HttpMethod.Post, $"/v1/payments/{paymentKey}/cancel") { Content = JsonContent.Create(new { cancelReason = "고객 요청", cancelAmount = amountKrw }) };
        request.Headers.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{SimulatorKeys.SecretKey}:")));
        using HttpResponseMessage answer = await simulator.SendAsync(request);
        answer.EnsureSuccessStatusCode();
    }

    public async Task TurnAsync(object knobs)
    {
        using HttpResponseMessage answer = await simulator.PostAsJsonAsync("/simulator/knobs", knobs, Json);
        answer.EnsureSuccessStatusCode();
    }
}
