using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using OrleansBilling.TossSimulator;
using OrleansBilling.TossSimulator.Cards;
using OrleansBilling.TossSimulator.State;

namespace OrleansBilling.Tests.TossSimulator;

/// <summary>A simulator on a free port, and the few calls that its tests are made of.</summary>
internal sealed class RunningSimulator : IAsyncDisposable
{
    private readonly WebApplication _app;

    private RunningSimulator(WebApplication app)
    {
        _app = app;
        Http = new HttpClient { BaseAddress = TossSimulatorHost.AddressOf(app) };
    }

    /// <summary>Without a key of its own.</summary>
    public HttpClient Http { get; }

    public SimulatorState State => _app.Services.GetRequiredService<SimulatorState>();

    public static async Task<RunningSimulator> StartAsync(TossSimulatorOptions? options = null, TimeProvider? time = null)
    {
        options ??= new();
        options.Urls = "http://127.0.0.1:0";
        WebApplication app = TossSimulatorHost.Build(options, builder =>
        {
            if (time is not null)
            {
                builder.Services.AddSingleton(time);
            }
        });
        await app.StartAsync(TestContext.Current.CancellationToken);
        return new(app);
    }

    public async Task<WireReply> SendAsync(
        HttpMethod method, string path, object? body = null, string secret = SimulatorKeys.SecretKey, string? idempotencyKey = null,
        params (string Name, string Value)[] headers)
    {
        using HttpRequestMessage request = new(method, path);
        request.Headers.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(secret + ":")));
        if (idempotencyKey is not null)
        {
            request.Headers.Add("Idempotency-Key", idempotencyKey);
        }
        foreach ((string name, string value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }
        if (body is not null)
        {
            request.Content = new StringContent(body as string ?? JsonSerializer.Serialize(body), Encoding.UTF8, "application/json");
        }
        using HttpResponseMessage response = await Http.SendAsync(request, TestContext.Current.CancellationToken);
        return new((int)response.StatusCode, await response.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken),
            response.Headers.Concat(response.Content.Headers).ToDictionary(h => h.Key, h => h.Value.ToArray(), StringComparer.OrdinalIgnoreCase));
    }

    public Task<WireReply> PostAsync(string path, object? body, string? idempotencyKey = null) => SendAsync(HttpMethod.Post, path, body, idempotencyKey: idempotencyKey);

    public Task<WireReply> GetAsync(string path) => SendAsync(HttpMethod.Get, path);

    public Task<WireReply> DeleteAsync(string path) => SendAsync(HttpMethod.Delete, path);

    /// <summary>Issues a billing key from card data.</summary>
    public async Task<string> IssueAsync(string card = ScriptedCards.AlwaysApproves, string customerKey = "customer-1", string expiry = "1230")
    {
        WireReply reply = await PostAsync("/v1/billing/authorizations/card", CardBody(card, customerKey, expiry));
        Assert.Equal((200, ""), (reply.Status, reply.Code));
        return reply.Json.GetProperty("billingKey").GetString()!;
    }

    /// <param name="expiry">MMYY.</param>
    public static object CardBody(string card = ScriptedCards.AlwaysApproves, string customerKey = "customer-1", string expiry = "1230") => new
    {
        customerKey,
        cardNumber = card,
        cardExpirationYear = expiry[2..],
        cardExpirationMonth = expiry[..2],
        customerIdentityNumber = "900101",
        cardPassword = "12",
    };

    public Task<WireReply> ChargeAsync(
        string billingKey, string orderId = "order-1", long amount = 9_900, string customerKey = "customer-1", string? idempotencyKey = null) =>
        PostAsync($"/v1/billing/{Uri.EscapeDataString(billingKey)}", ChargeBody(orderId, amount, customerKey), idempotencyKey);

    public static object ChargeBody(string orderId = "order-1", long amount = 9_900, string customerKey = "customer-1") =>
        new { customerKey, amount, orderId, orderName = "월 구독" };

    /// <summary>A charge of a new key that must be approved.</summary>
    /// <returns>The payment key.</returns>
    public async Task<string> PayAsync(string orderId = "order-1", long amount = 9_900)
    {
        WireReply reply = await ChargeAsync(await IssueAsync(), orderId, amount);
        Assert.Equal((200, ""), (reply.Status, reply.Code));
        return reply.Text("paymentKey");
    }

    public Task<WireReply> CancelAsync(string paymentKey, object body, string? idempotencyKey = null) =>
        PostAsync($"/v1/payments/{paymentKey}/cancel", body, idempotencyKey);

    /// <summary>A call of the control API, which must succeed.</summary>
    public async Task<WireReply> ControlAsync(string path, object body)
    {
        WireReply reply = await PostAsync("/simulator/" + path, body);
        Assert.Equal(200, reply.Status);
        return reply;
    }

    /// <summary>Moves the virtual clock to this offset.</summary>
    public Task AdvanceToAsync(TimeSpan offset) => ControlAsync("clock", new { offsetSeconds = offset.TotalSeconds });

    /// <summary>Asks until the condition holds; what did not happen is in the failure.</summary>
    public static async Task UntilAsync(Func<Task<bool>> condition, string what)
    {
        using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(TimeSpan.FromSeconds(10));
        while (!await condition())
        {
            Assert.False(limit.IsCancellationRequested, $"Within 10 s this did not happen: {what}");
            await Task.Delay(10, TestContext.Current.CancellationToken);
        }
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await _app.StopAsync(CancellationToken.None);
        await _app.DisposeAsync();
    }
}

/// <summary>What came back over the socket.</summary>
internal sealed record WireReply(int Status, byte[] Bytes, IReadOnlyDictionary<string, string[]> Headers)
{
    public JsonElement Json => JsonDocument.Parse(Bytes).RootElement;

    /// <summary>Toss' error code; empty for a success.</summary>
    public string Code => Bytes.Length > 0 && Json.ValueKind == JsonValueKind.Object && Json.TryGetProperty("code", out JsonElement code) ? code.GetString()! : "";

    public string Text(string member) => Json.GetProperty(member).GetString()!;

    public long Krw(string member) => Json.GetProperty(member).GetInt64();
}
