using System.Diagnostics;
using System.Text;
using OrleansBilling.TossSimulator.Cards;

namespace OrleansBilling.Tests.TossSimulator;

public class FaultTests
{
    [Theory]
    [InlineData("drop-after-commit", 1)]
    [InlineData("truncated", 1)]
    [InlineData("drop-before-commit", 0)]
    public async Task A_connection_that_breaks_leaves_the_ledger_as_the_kind_says(string kind, int approvals)
    {
        await using RunningSimulator simulator = await RunningSimulator.StartAsync();
        string billingKey = await simulator.IssueAsync();
        await simulator.ControlAsync("faults", new { operation = "charge", kind });

        await Assert.ThrowsAsync<HttpRequestException>(() => simulator.ChargeAsync(billingKey, idempotencyKey: "key-1"));

        Assert.Equal(approvals, simulator.State.ReadLedger().Count);
        Assert.Equal("DONE", (await simulator.ChargeAsync(billingKey, idempotencyKey: "key-1")).Text("status"));
        Assert.Single(simulator.State.ReadLedger());
    }

    [Theory]
    [InlineData("html-body", null, 502, "<html>", 1)]
    [InlineData("html-body", false, 502, "<html>", 0)]
    [InlineData("committed-500", null, 500, "FAILED_INTERNAL_SYSTEM_PROCESSING", 1)]
    [InlineData("http-429", null, 429, "", 0)]
    public async Task An_answer_that_says_nothing_leaves_the_ledger_as_the_kind_says(string kind, bool? commit, int status, string body, int approvals)
    {
        await using RunningSimulator simulator = await RunningSimulator.StartAsync();
        string billingKey = await simulator.IssueAsync();
        await simulator.ControlAsync("faults", new { operation = "charge", kind, commit });

        WireReply reply = await simulator.ChargeAsync(billingKey, idempotencyKey: "key-1");

        Assert.Equal(status, reply.Status);
        Assert.Contains(body, Encoding.UTF8.GetString(reply.Bytes), StringComparison.Ordinal);
        Assert.Equal(approvals, simulator.State.ReadLedger().Count);
    }

    [Fact]
    public async Task A_lost_answer_can_be_lost_again_at_its_replay()
    {
        await using RunningSimulator simulator = await RunningSimulator.StartAsync();
        string billingKey = await simulator.IssueAsync();
        await simulator.ControlAsync("faults", new { operation = "charge", kind = "drop-after-commit", times = 2 });

        await Assert.ThrowsAsync<HttpRequestException>(() => simulator.ChargeAsync(billingKey, idempotencyKey: "key-1"));
        await Assert.ThrowsAsync<HttpRequestException>(() => simulator.ChargeAsync(billingKey, idempotencyKey: "key-1"));

        Assert.Equal(200, (await simulator.ChargeAsync(billingKey, idempotencyKey: "key-1")).Status);
        Assert.Single(simulator.State.ReadLedger());
    }

    [Fact]
    public async Task A_fault_by_chance_spares_the_rest_and_counts_what_it_hits()
    {
        await using RunningSimulator simulator = await RunningSimulator.StartAsync();
        string billingKey = await simulator.IssueAsync();
        await simulator.ControlAsync("faults", new { operation = "charge", kind = "error", code = "PROVIDER_ERROR", times = 1_000, chance = 0 });
        await simulator.ControlAsync("faults", new { operation = "charge", kind = "error", code = "PROVIDER_ERROR", times = 10, chance = 0.5 });

        List<int> statuses = [];
        while (statuses.Count(status => status != 200) < 10)
        {
            statuses.Add((await simulator.ChargeAsync(billingKey, $"order-{statuses.Count}")).Status);
            Assert.True(statuses.Count < 1_000, "Half of the requests should fail.");
        }

        // Ten failures in ten requests at even odds are one run in a thousand; ten in seven hundred are none at all.
        Assert.True(statuses.Count is > 10 and < 700, $"{statuses.Count} requests had ten failures.");
        Assert.Equal(200, (await simulator.ChargeAsync(billingKey, "order-last")).Status);
    }

    [Fact]
    public async Task An_ordered_error_does_nothing_and_is_bound_like_any_refusal()
    {
        await using RunningSimulator simulator = await RunningSimulator.StartAsync();
        string billingKey = await simulator.IssueAsync();
        await simulator.ControlAsync("faults", new { operation = "charge", kind = "error", code = "REJECT_CARD_PAYMENT" });

        WireReply refused = await simulator.ChargeAsync(billingKey, idempotencyKey: "key-1");
        WireReply replay = await simulator.ChargeAsync(billingKey, idempotencyKey: "key-1");
        WireReply newKey = await simulator.ChargeAsync(billingKey, idempotencyKey: "key-2");

        Assert.Equal(["REJECT_CARD_PAYMENT", "REJECT_CARD_PAYMENT", ""], [refused.Code, replay.Code, newKey.Code]);
    }

    [Fact]
    public async Task A_fault_hits_only_its_operation_order_and_customer()
    {
        await using RunningSimulator simulator = await RunningSimulator.StartAsync();
        string billingKey = await simulator.IssueAsync();
        await simulator.ControlAsync("faults", new { operation = "charge", kind = "error", code = "PROVIDER_ERROR", orderIdPrefix = "sub-7-", times = 9 });
        await simulator.ControlAsync("faults", new { operation = "charge", kind = "error", code = "COMMON_ERROR", customerKey = "customer-2", times = 9 });
        await simulator.ControlAsync("faults", new { operation = "lookup", kind = "http-429", orderIdPrefix = "order-9" });

        Assert.Equal(200, (await simulator.ChargeAsync(billingKey, "sub-8-1")).Status);
        Assert.Equal("PROVIDER_ERROR", (await simulator.ChargeAsync(billingKey, "sub-7-1")).Code);
        Assert.Equal("COMMON_ERROR", (await simulator.ChargeAsync(billingKey, "order-2", customerKey: "customer-2")).Code);
        Assert.Equal(200, (await simulator.GetAsync("/v1/payments/orders/sub-8-1")).Status);
        Assert.Equal(429, (await simulator.GetAsync("/v1/payments/orders/order-9")).Status);
        Assert.Equal(404, (await simulator.GetAsync("/v1/payments/orders/order-9")).Status);

        await simulator.DeleteAsync("/simulator/faults");
        Assert.Equal(200, (await simulator.ChargeAsync(billingKey, "sub-7-1")).Status);
    }

    [Theory]
    [InlineData(false, 0)]
    [InlineData(true, 1)]
    public async Task A_held_charge_is_committed_before_or_after_the_wait(bool commit, int approvalsWhileHeld)
    {
        await using RunningSimulator simulator = await RunningSimulator.StartAsync();
        string billingKey = await simulator.IssueAsync();
        await simulator.ControlAsync("faults", new { operation = "charge", kind = "hold", commit });

        Task<WireReply> charge = simulator.ChargeAsync(billingKey);
        await IdempotencyTests.HeldAsync(simulator);

        Assert.Equal(approvalsWhileHeld, simulator.State.ReadLedger().Count);
        Assert.False(charge.IsCompleted);
        await simulator.ControlAsync("faults/release", "");
        Assert.Equal(200, (await charge).Status);
        Assert.Single(simulator.State.ReadLedger());
    }

    [Fact]
    public async Task A_client_that_hangs_up_is_charged_all_the_same()
    {
        await using RunningSimulator simulator = await RunningSimulator.StartAsync();
        string billingKey = await simulator.IssueAsync();
        await simulator.ControlAsync("faults", new { operation = "charge", kind = "hold" });
        using CancellationTokenSource impatience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        using HttpRequestMessage request = new(HttpMethod.Post, "/v1/billing/" + billingKey)
        {
            Content = new StringContent(System.Text.Json.JsonSerializer.Serialize(RunningSimulator.ChargeBody()), Encoding.UTF8, "application/json"),
        };
        request.Headers.Authorization = new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(OrleansBilling.TossSimulator.SimulatorKeys.SecretKey + ":")));
        Task<HttpResponseMessage> charge = simulator.Http.SendAsync(request, impatience.Token);
        await IdempotencyTests.HeldAsync(simulator);

        await impatience.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => charge);
        await simulator.ControlAsync("faults/release", "");

        await RunningSimulator.UntilAsync(() => Task.FromResult(simulator.State.ReadLedger().Count == 1), "the charge is approved after its client left");
    }

    [Fact]
    public async Task A_scripted_answer_can_claim_anything()
    {
        await using RunningSimulator simulator = await RunningSimulator.StartAsync();
        string billingKey = await simulator.IssueAsync();
        await simulator.ControlAsync("faults", new { operation = "charge", kind = "answer", body = """{"status":"IN_PROGRESS"}""" });

        WireReply reply = await simulator.ChargeAsync(billingKey);

        Assert.Equal((200, "IN_PROGRESS"), (reply.Status, reply.Text("status")));
        Assert.Empty(simulator.State.ReadLedger());
    }

    [Fact]
    public async Task Latency_is_waited_for_real()
    {
        await using RunningSimulator simulator = await RunningSimulator.StartAsync();
        string billingKey = await simulator.IssueAsync();
        await simulator.ControlAsync("faults", new { operation = "charge", kind = "latency", seconds = 0.2 });
        Stopwatch watch = Stopwatch.StartNew();

        Assert.Equal(200, (await simulator.ChargeAsync(billingKey)).Status);

        Assert.InRange(watch.Elapsed, TimeSpan.FromMilliseconds(190), TimeSpan.FromSeconds(10));
    }

    [Fact]
    public async Task Light_mode_waits_its_latency_and_keeps_no_requests()
    {
        await using RunningSimulator simulator = await RunningSimulator.StartAsync(new() { Light = true, LightLatency = TimeSpan.FromMilliseconds(200) });
        Stopwatch watch = Stopwatch.StartNew();

        await simulator.IssueAsync();

        Assert.InRange(watch.Elapsed, TimeSpan.FromMilliseconds(190), TimeSpan.FromSeconds(10));
        Assert.Empty((await simulator.GetAsync("/simulator/requests")).Json.EnumerateArray());
    }

    [Theory]
    [InlineData("""{"kind":"no-such-kind"}""")]
    [InlineData("""{"kind":"error","operation":"pay"}""")]
    public async Task A_misspelt_fault_is_refused(string body)
    {
        await using RunningSimulator simulator = await RunningSimulator.StartAsync();

        Assert.Equal(400, (await simulator.PostAsync("/simulator/faults", body)).Status);
    }

    [Fact]
    public async Task Issue_delete_cancel_and_transactions_can_fail_too()
    {
        await using RunningSimulator simulator = await RunningSimulator.StartAsync();
        string billingKey = await simulator.IssueAsync();
        string paymentKey = (await simulator.ChargeAsync(billingKey)).Text("paymentKey");
        foreach (string operation in new[] { "issue", "delete", "cancel", "transactions" })
        {
            await simulator.ControlAsync("faults", new { operation, kind = "error", code = "COMMON_ERROR" });
        }

        WireReply[] replies =
        [
            await simulator.PostAsync("/v1/billing/authorizations/card", RunningSimulator.CardBody(ScriptedCards.AlwaysApproves)),
            await simulator.DeleteAsync("/v1/billing/" + billingKey),
            await simulator.CancelAsync(paymentKey, new { cancelReason = "r" }),
            await simulator.GetAsync("/v1/transactions?startDate=2020-01-01&endDate=2040-01-01"),
        ];

        Assert.All(replies, reply => Assert.Equal((500, "COMMON_ERROR"), (reply.Status, reply.Code)));
        Assert.Equal("DONE", (await simulator.GetAsync("/v1/payments/" + paymentKey)).Text("status"));
    }
}
