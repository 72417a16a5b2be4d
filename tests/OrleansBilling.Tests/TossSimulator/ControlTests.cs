using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using OrleansBilling.TossSimulator;
using OrleansBilling.TossSimulator.Cards;

namespace OrleansBilling.Tests.TossSimulator;

public class ControlTests
{
    [Fact]
    public async Task The_ledger_lists_every_approval_and_cancel_in_utc()
    {
        await using RunningSimulator simulator = await RunningSimulator.StartAsync(
            time: new Microsoft.Extensions.Time.Testing.FakeTimeProvider(new(2026, 9, 1, 0, 0, 0, TimeSpan.Zero)));
        string paymentKey = await simulator.PayAsync(amount: 1_000);
        await simulator.CancelAsync(paymentKey, new { cancelReason = "r", cancelAmount = 400 });

        JsonElement ledger = (await simulator.GetAsync("/simulator/ledger")).Json;

        JsonElement row = ledger.GetProperty("rows")[1];
        Assert.Equal(("Cancel", SimulatorKeys.MerchantId, "order-1", paymentKey, 400, "customer-1", "2026-09-01T00:00:00+00:00"),
            (row.GetProperty("kind").GetString(), row.GetProperty("merchantId").GetString(), row.GetProperty("orderId").GetString(),
                row.GetProperty("paymentKey").GetString(), row.GetProperty("amountKrw").GetInt64(), row.GetProperty("customerKey").GetString(),
                row.GetProperty("at").GetString()));
        Assert.Equal(1, ledger.GetProperty("approvalsPerOrder").GetProperty("order-1").GetInt32());
    }

    [Fact]
    public async Task A_planted_payment_is_one_like_any_other()
    {
        await using RunningSimulator simulator = await RunningSimulator.StartAsync();

        await simulator.ControlAsync("ledger", new { orderId = "order-planted", amountKrw = 9_900, customerKey = "customer-9" });

        WireReply payment = await simulator.GetAsync("/v1/payments/orders/order-planted");
        Assert.Equal(("DONE", 9_900), (payment.Text("status"), payment.Krw("totalAmount")));
        Assert.Equal(200, (await simulator.CancelAsync(payment.Text("paymentKey"), new { cancelReason = "r" })).Status);
    }

    [Fact]
    public async Task The_clock_goes_forwards_only()
    {
        await using RunningSimulator simulator = await RunningSimulator.StartAsync();
        await simulator.AdvanceToAsync(TimeSpan.FromDays(2));

        WireReply back = await simulator.PostAsync("/simulator/clock", new { offsetSeconds = 3_600 });
        await simulator.AdvanceToAsync(TimeSpan.FromDays(2)); // The same again is no step back.

        Assert.Equal(409, back.Status);
        Assert.Equal(TimeSpan.FromDays(2), simulator.State.Clock.Offset);
    }

    [Fact]
    public async Task A_registration_without_a_browser_gives_an_authKey_or_the_reason()
    {
        await using RunningSimulator simulator = await RunningSimulator.StartAsync();

        WireReply given = await simulator.ControlAsync("auth-keys", new { customerKey = "customer-1", cardNumber = ScriptedCards.Declines(2) });
        WireReply refused = await simulator.PostAsync("/simulator/auth-keys", new { customerKey = "customer-1", cardNumber = ScriptedCards.RefusedAtRegistration });
        WireReply nobody = await simulator.PostAsync("/simulator/auth-keys", new { customerKey = "customer-1", clientKey = "test_ck_nobody" });

        WireReply issued = await simulator.PostAsync("/v1/billing/authorizations/issue", new { authKey = given.Text("authKey"), customerKey = "customer-1" });
        Assert.Equal(200, issued.Status);
        Assert.Equal((400, "INVALID_CARD_NUMBER"), (refused.Status, refused.Code));
        Assert.Equal((400, "INVALID_CLIENT_KEY"), (nobody.Status, nobody.Code));
    }

    [Fact]
    public async Task Knobs_change_one_by_one_and_a_misspelt_one_is_refused()
    {
        await using RunningSimulator simulator = await RunningSimulator.StartAsync();

        await simulator.ControlAsync("knobs", new { authKeyLifetime = "00:01:00" });
        await simulator.ControlAsync("knobs", new { drift = true });
        WireReply misspelt = await simulator.PostAsync("/simulator/knobs", new { drifft = true });

        Assert.Equal(400, misspelt.Status);
        Assert.Equal((TimeSpan.FromMinutes(1), true, TimeSpan.FromDays(15)),
            (simulator.State.Knobs.AuthKeyLifetime, simulator.State.Knobs.Drift, simulator.State.Knobs.IdempotencyLifetime));
    }

    [Fact]
    public async Task The_request_log_shows_what_was_sent_and_no_key()
    {
        await using RunningSimulator simulator = await RunningSimulator.StartAsync();
        string billingKey = await simulator.IssueAsync();
        await simulator.ChargeAsync(billingKey, "order-7", idempotencyKey: "key-7");
        await simulator.ChargeAsync(billingKey, "order-7", idempotencyKey: "key-7");

        WireReply log = await simulator.GetAsync("/simulator/requests");

        Assert.DoesNotContain(billingKey, Encoding.UTF8.GetString(log.Bytes), StringComparison.Ordinal);
        JsonElement[] charges = [.. log.Json.EnumerateArray().Where(row => row.GetProperty("operation").GetString() == "charge")];
        Assert.Equal([("order-7", "key-7", 9_900L, 200, false), ("order-7", "key-7", 9_900, 200, true)],
            charges.Select(row => (row.GetProperty("orderId").GetString(), row.GetProperty("idempotencyKey").GetString(), row.GetProperty("amountKrw").GetInt64(),
                row.GetProperty("status").GetInt32(), row.GetProperty("isReplay").GetBoolean())));
    }

    [Fact]
    public async Task No_key_reaches_a_log_line()
    {
        using LogLines lines = new();
        TossSimulatorOptions options = new() { Urls = "http://127.0.0.1:0" };
        await using Microsoft.AspNetCore.Builder.WebApplication app = TossSimulatorHost.Build(options, builder =>
            builder.Logging.AddProvider(lines).SetMinimumLevel(LogLevel.Trace));
        await app.StartAsync(TestContext.Current.CancellationToken);
        using HttpClient http = new() { BaseAddress = TossSimulatorHost.AddressOf(app) };
        http.DefaultRequestHeaders.Authorization = new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(SimulatorKeys.SecretKey + ":")));
        string issued = await PostAsync(http, "/v1/billing/authorizations/card", RunningSimulator.CardBody());
        string billingKey = JsonDocument.Parse(issued).RootElement.GetProperty("billingKey").GetString()!;

        await PostAsync(http, "/v1/billing/" + billingKey, RunningSimulator.ChargeBody());
        await app.StopAsync(TestContext.Current.CancellationToken);

        Assert.Contains(lines.Text, line => line.Contains("order-1", StringComparison.Ordinal));
        Assert.DoesNotContain(lines.Text, line => line.Contains(billingKey[..43], StringComparison.Ordinal)
            || line.Contains(SimulatorKeys.SecretKey, StringComparison.Ordinal) || line.Contains(ScriptedCards.AlwaysApproves, StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_sandbox_throttle_counts_each_minute_and_operation()
    {
        await using RunningSimulator simulator = await RunningSimulator.StartAsync(
            new() { Knobs = new() { RequestsPerMinute = 2 } }, new Microsoft.Extensions.Time.Testing.FakeTimeProvider());

        Assert.Equal((404, 404, 429), (await LookupAsync(), await LookupAsync(), await LookupAsync()));
        Assert.Equal(404, (await simulator.DeleteAsync("/v1/billing/none")).Status);
        await simulator.AdvanceToAsync(TimeSpan.FromMinutes(1));
        Assert.Equal(404, await LookupAsync());

        async Task<int> LookupAsync() => (await simulator.GetAsync("/v1/payments/none")).Status;
    }

    [Fact]
    public async Task Drift_adds_what_nobody_knows_and_keeps_every_value()
    {
        await using RunningSimulator simulator = await RunningSimulator.StartAsync(new() { Knobs = new() { Drift = true } });

        WireReply reply = await simulator.ChargeAsync(await simulator.IssueAsync(), amount: 5_000);

        Assert.Contains("\"totalAmount\":5000.0,", Encoding.UTF8.GetString(reply.Bytes), StringComparison.Ordinal);
        Assert.Equal("DONE", reply.Text("status"));
        Assert.True(reply.Json.TryGetProperty("fieldOfTomorrow", out _));
        Assert.Equal("STATUS_OF_TOMORROW", reply.Json.GetProperty("card").GetProperty("acquireStatus").GetString());
    }

    private static async Task<string> PostAsync(HttpClient http, string path, object body)
    {
        using StringContent content = new(JsonSerializer.Serialize(body), Encoding.UTF8, "application/json");
        using HttpResponseMessage response = await http.PostAsync(path, content, TestContext.Current.CancellationToken);
        response.EnsureSuccessStatusCode();
        return await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
    }

    private sealed class LogLines : ILoggerProvider, ILogger
    {
        private readonly List<string> _lines = [];

        public IReadOnlyList<string> Text
        {
            get
            {
                lock (_lines)
                {
                    return [.. _lines];
                }
            }
        }

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            lock (_lines)
            {
                _lines.Add($"{formatter(state, exception)} {exception}");
            }
        }

        public void Dispose()
        {
        }
    }
}
