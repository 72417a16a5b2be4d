using OrleansBilling.TossSimulator;
using OrleansBilling.TossSimulator.Cards;

namespace OrleansBilling.Tests.TossSimulator;

public class IdempotencyTests
{
    private const string TraceHeader = "x-tosspayments-trace-id";

    [Fact]
    public async Task A_replay_is_byte_identical_and_carries_two_trace_ids()
    {
        await using RunningSimulator simulator = await RunningSimulator.StartAsync();
        string billingKey = await simulator.IssueAsync();

        WireReply first = await simulator.ChargeAsync(billingKey, idempotencyKey: "key-1");
        WireReply again = await simulator.ChargeAsync(billingKey, idempotencyKey: "key-1");

        Assert.Equal(first.Status, again.Status);
        Assert.Equal(first.Bytes, again.Bytes);
        string original = Assert.Single(first.Headers[TraceHeader]);
        Assert.Matches("^[0-9a-f]{32}$", original);
        Assert.Equal(2, again.Headers[TraceHeader].Length);
        Assert.NotEqual(original, again.Headers[TraceHeader][0]);
        Assert.Equal(original, again.Headers[TraceHeader][1]);
        Assert.Equal(["key-1"], first.Headers["idempotency-key"]);
        Assert.Equal(["key-1"], again.Headers["idempotency-key"]);
        Assert.Single(simulator.State.ReadLedger());
    }

    [Fact]
    public async Task A_refusal_is_bound_even_when_the_body_is_corrected()
    {
        await using RunningSimulator simulator = await RunningSimulator.StartAsync();
        string billingKey = await simulator.IssueAsync();

        WireReply refused = await simulator.ChargeAsync(billingKey, amount: 99, idempotencyKey: "key-1");
        WireReply corrected = await simulator.ChargeAsync(billingKey, amount: 9_900, idempotencyKey: "key-1");
        WireReply newKey = await simulator.ChargeAsync(billingKey, amount: 9_900, idempotencyKey: "key-2");

        Assert.Equal("BELOW_MINIMUM_AMOUNT", refused.Code);
        Assert.Equal(refused.Status, corrected.Status);
        Assert.Equal(refused.Bytes, corrected.Bytes);
        Assert.Equal(200, newKey.Status);
    }

    [Fact]
    public async Task A_decline_with_a_transient_code_is_bound_too()
    {
        await using RunningSimulator simulator = await RunningSimulator.StartAsync();
        string billingKey = await simulator.IssueAsync(ScriptedCards.ProviderErrors(1));

        string[] codes =
        [
            (await simulator.ChargeAsync(billingKey, idempotencyKey: "key-1")).Code,
            (await simulator.ChargeAsync(billingKey, idempotencyKey: "key-1")).Code,
            (await simulator.ChargeAsync(billingKey, idempotencyKey: "key-2")).Code,
        ];

        Assert.Equal(["PROVIDER_ERROR", "PROVIDER_ERROR", ""], codes);
    }

    [Fact]
    public async Task A_key_is_bound_to_secret_url_and_method_as_well()
    {
        await using RunningSimulator simulator = await RunningSimulator.StartAsync(new()
        {
            KeySets = { new() { MerchantId = "rotating", ClientKey = "test_ck_r", SecretKeys = [SimulatorKeys.SecretKey, "test_sk_new"] } },
        });
        string billingKey = await simulator.IssueAsync();
        string otherCard = await simulator.IssueAsync();
        Assert.Equal(200, (await simulator.ChargeAsync(billingKey, idempotencyKey: "key-1")).Status);

        WireReply otherSecret = await simulator.SendAsync(
            HttpMethod.Post, "/v1/billing/" + billingKey, RunningSimulator.ChargeBody(), "test_sk_new", "key-1");
        WireReply otherUrl = await simulator.ChargeAsync(otherCard, "order-2", idempotencyKey: "key-1");

        Assert.Equal("DUPLICATED_ORDER_ID", otherSecret.Code); // Worked anew; only the order id stood against a second charge.
        Assert.Equal("order-2", otherUrl.Text("orderId"));
    }

    [Fact]
    public async Task A_duplicate_in_flight_is_told_to_ask_again()
    {
        await using RunningSimulator simulator = await RunningSimulator.StartAsync();
        string billingKey = await simulator.IssueAsync();
        await simulator.ControlAsync("faults", new { operation = "charge", kind = "hold" });
        Task<WireReply> first = simulator.ChargeAsync(billingKey, idempotencyKey: "key-1");
        await HeldAsync(simulator);

        WireReply duplicate = await simulator.ChargeAsync(billingKey, idempotencyKey: "key-1");
        await simulator.ControlAsync("faults/release", "");
        WireReply approved = await first;
        WireReply replay = await simulator.ChargeAsync(billingKey, idempotencyKey: "key-1");

        Assert.Equal((409, "IDEMPOTENT_REQUEST_PROCESSING"), (duplicate.Status, duplicate.Code));
        Assert.Equal(200, approved.Status);
        Assert.Equal(approved.Bytes, replay.Bytes);
        Assert.Single(simulator.State.ReadLedger());
    }

    [Fact]
    public async Task Ten_at_once_with_one_key_charge_once()
    {
        await using RunningSimulator simulator = await RunningSimulator.StartAsync();
        string billingKey = await simulator.IssueAsync();

        WireReply[] replies = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => simulator.ChargeAsync(billingKey, idempotencyKey: "key-1")));

        Assert.All(replies, reply => Assert.True(reply.Status is 200 or 409, $"{reply.Status} {reply.Code}"));
        Assert.Contains(replies, reply => reply.Status == 200);
        Assert.Single(simulator.State.ReadLedger());
    }

    [Theory]
    [InlineData(300, 200)]
    [InlineData(301, 400)]
    public async Task A_key_has_at_most_300_characters(int length, int status)
    {
        await using RunningSimulator simulator = await RunningSimulator.StartAsync();

        WireReply reply = await simulator.ChargeAsync(await simulator.IssueAsync(), idempotencyKey: new string('k', length));

        Assert.Equal((status, status == 200 ? "" : "INVALID_IDEMPOTENCY_KEY"), (reply.Status, reply.Code));
    }

    [Theory]
    [InlineData(14.9, "")]
    [InlineData(15.1, "DUPLICATED_ORDER_ID")]
    public async Task A_key_is_forgotten_after_fifteen_days_of_the_virtual_clock(double days, string code)
    {
        await using RunningSimulator simulator = await RunningSimulator.StartAsync();
        string billingKey = await simulator.IssueAsync();
        await simulator.ChargeAsync(billingKey, idempotencyKey: "key-1");

        await simulator.AdvanceToAsync(TimeSpan.FromDays(days));

        Assert.Equal(code, (await simulator.ChargeAsync(billingKey, idempotencyKey: "key-1")).Code);
    }

    [Theory]
    [InlineData(false, "DUPLICATED_ORDER_ID")]
    [InlineData(true, "FAILED_INTERNAL_SYSTEM_PROCESSING")]
    public async Task A_server_error_is_bound_only_when_the_knob_says_so(bool binds, string codeOfReplay)
    {
        await using RunningSimulator simulator = await RunningSimulator.StartAsync(new() { Knobs = new() { BindsServerErrors = binds } });
        string billingKey = await simulator.IssueAsync(ScriptedCards.Committed500);

        WireReply first = await simulator.ChargeAsync(billingKey, idempotencyKey: "key-1");
        WireReply replay = await simulator.ChargeAsync(billingKey, idempotencyKey: "key-1");

        Assert.Equal((500, "FAILED_INTERNAL_SYSTEM_PROCESSING"), (first.Status, first.Code));
        Assert.Equal(codeOfReplay, replay.Code);
    }

    [Fact]
    public async Task Issuing_is_protected_so_that_a_lost_billing_key_comes_back()
    {
        await using RunningSimulator simulator = await RunningSimulator.StartAsync();
        object body = new { authKey = simulator.State.CreateAuthKey(SimulatorKeys.ClientKey, "customer-1", new(ScriptedCards.AlwaysApproves, "30", "12", "900101", "12")), customerKey = "customer-1" };

        WireReply first = await simulator.PostAsync("/v1/billing/authorizations/issue", body, "registration-1");
        WireReply again = await simulator.PostAsync("/v1/billing/authorizations/issue", body, "registration-1");

        Assert.Equal(200, first.Status);
        Assert.Equal(first.Bytes, again.Bytes);
    }

    [Fact]
    public async Task A_refused_key_or_an_ignored_method_binds_nothing()
    {
        await using RunningSimulator simulator = await RunningSimulator.StartAsync();
        string billingKey = await simulator.IssueAsync();
        string path = "/v1/billing/" + billingKey;

        WireReply unauthorized = await simulator.SendAsync(HttpMethod.Post, path, RunningSimulator.ChargeBody(), "test_sk_nobody", "key-1");
        WireReply authorized = await simulator.SendAsync(HttpMethod.Post, path, RunningSimulator.ChargeBody(), idempotencyKey: "key-1");
        WireReply deleted = await simulator.SendAsync(HttpMethod.Delete, path, idempotencyKey: "key-2");
        WireReply deletedAgain = await simulator.SendAsync(HttpMethod.Delete, path, idempotencyKey: "key-2");

        Assert.Equal((401, 200), (unauthorized.Status, authorized.Status));
        Assert.Equal(("", "ALREADY_REMOVED_BILLING_KEY"), (deleted.Code, deletedAgain.Code));
    }

    internal static Task HeldAsync(RunningSimulator simulator) => RunningSimulator.UntilAsync(
        async () => (await simulator.GetAsync("/simulator/faults")).Krw("held") == 1, "a request is held");
}
