using System.Net.Http.Headers;
using OrleansBilling.TossSimulator;

namespace OrleansBilling.Tests.TossSimulator;

public class AuthenticationTests
{
    [Theory]
    [InlineData("Basic dGVzdF9za19ub2JvZHk6", 401, "UNAUTHORIZED_KEY")] // test_sk_nobody:
    [InlineData("Basic dGVzdF9za19ub2JvZHk=", 403, "INCORRECT_BASIC_AUTH_FORMAT")] // without the colon
    [InlineData("Basic ???", 403, "INCORRECT_BASIC_AUTH_FORMAT")]
    [InlineData("Bearer dGVzdF9za19ub2JvZHk6", 403, "INCORRECT_BASIC_AUTH_FORMAT")]
    [InlineData(null, 403, "INCORRECT_BASIC_AUTH_FORMAT")]
    public async Task A_header_that_proves_nothing_is_refused(string? header, int status, string code)
    {
        await using RunningSimulator simulator = await RunningSimulator.StartAsync();
        using HttpRequestMessage request = new(HttpMethod.Get, "/v1/payments/none");
        request.Headers.Authorization = header is null ? null : AuthenticationHeaderValue.Parse(header);

        using HttpResponseMessage response = await simulator.Http.SendAsync(request, TestContext.Current.CancellationToken);

        string body = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.Equal(status, (int)response.StatusCode);
        Assert.Contains($"\"code\":\"{code}\"", body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_client_key_is_no_secret_key()
    {
        await using RunningSimulator simulator = await RunningSimulator.StartAsync();

        WireReply reply = await simulator.SendAsync(HttpMethod.Get, "/v1/payments/none", secret: SimulatorKeys.ClientKey);

        Assert.Equal((401, "UNAUTHORIZED_KEY"), (reply.Status, reply.Code));
    }

    [Fact]
    public async Task Two_secrets_of_one_set_see_the_same_merchant()
    {
        await using RunningSimulator simulator = await RunningSimulator.StartAsync(new()
        {
            KeySets = { new() { MerchantId = "rotating", ClientKey = "test_ck_rotating", SecretKeys = ["test_sk_old", "test_sk_new"] } },
        });
        WireReply issued = await simulator.SendAsync(HttpMethod.Post, "/v1/billing/authorizations/card", RunningSimulator.CardBody(), "test_sk_old");

        WireReply charged = await simulator.SendAsync(
            HttpMethod.Post, "/v1/billing/" + issued.Text("billingKey"), RunningSimulator.ChargeBody(), "test_sk_new");

        Assert.Equal((200, "rotating"), (charged.Status, charged.Text("mId")));
    }

    [Fact]
    public async Task Merchants_do_not_see_each_other()
    {
        await using RunningSimulator simulator = await RunningSimulator.StartAsync(new()
        {
            KeySets =
            {
                new() { MerchantId = "one", ClientKey = "test_ck_1", SecretKeys = ["test_sk_1"] },
                new() { MerchantId = "two", ClientKey = "test_ck_2", SecretKeys = ["test_sk_2"] },
            },
        });
        WireReply issued = await simulator.SendAsync(HttpMethod.Post, "/v1/billing/authorizations/card", RunningSimulator.CardBody(), "test_sk_1");
        string path = "/v1/billing/" + issued.Text("billingKey");
        WireReply paid = await simulator.SendAsync(HttpMethod.Post, path, RunningSimulator.ChargeBody(), "test_sk_1");

        WireReply foreignCharge = await simulator.SendAsync(HttpMethod.Post, path, RunningSimulator.ChargeBody("order-2"), "test_sk_2");
        WireReply foreignLookup = await simulator.SendAsync(HttpMethod.Get, "/v1/payments/" + paid.Text("paymentKey"), secret: "test_sk_2");
        WireReply foreignOrder = await simulator.SendAsync(HttpMethod.Get, "/v1/payments/orders/order-1", secret: "test_sk_2");
        WireReply foreignDelete = await simulator.SendAsync(HttpMethod.Delete, path, secret: "test_sk_2");

        Assert.Equal(["INVALID_BILL_KEY_REQUEST", "NOT_FOUND_PAYMENT", "NOT_FOUND_PAYMENT", "NOT_FOUND_BILLING"],
            [foreignCharge.Code, foreignLookup.Code, foreignOrder.Code, foreignDelete.Code]);
    }

    [Theory]
    [InlineData("live", 400, "NOT_SUPPORTED_METHOD")]
    [InlineData("test", 404, "NOT_FOUND_BILLING")] // Test keys bill without the contract, so this gets as far as the authKey.
    public async Task Only_live_keys_need_the_billing_contract(string environment, int status, string code)
    {
        await using RunningSimulator simulator = await RunningSimulator.StartAsync(new()
        {
            KeySets = { new() { MerchantId = "plain", ClientKey = environment + "_ck_1", SecretKeys = [environment + "_sk_1"], HasBillingContract = false } },
        });

        WireReply reply = await simulator.SendAsync(
            HttpMethod.Post, "/v1/billing/authorizations/issue", new { authKey = "bln_unknown", customerKey = "customer-1" }, environment + "_sk_1");

        Assert.Equal((status, code), (reply.Status, reply.Code));
    }

    [Theory]
    [InlineData("test_ck_1", "live_sk_1")]
    [InlineData("live_ck_1", "test_sk_1")]
    [InlineData("test_gck_1", "test_gsk_1")]
    public void Key_sets_that_no_merchant_could_have_stop_the_start(string clientKey, string secretKey)
    {
        TossSimulatorOptions options = new() { KeySets = { new() { MerchantId = "mixed", ClientKey = clientKey, SecretKeys = [secretKey] } } };

        InvalidOperationException refused = Assert.Throws<InvalidOperationException>(() => TossSimulatorHost.Build(options));

        Assert.Contains("KeySets", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_unknown_address_of_the_API_is_an_error_of_the_API()
    {
        await using RunningSimulator simulator = await RunningSimulator.StartAsync();

        WireReply reply = await simulator.GetAsync("/v1/billing/a-key-cannot-be-read-back");

        Assert.NotEqual(200, reply.Status);
        Assert.Equal("NOT_FOUND_HTTP_METHOD", (await simulator.GetAsync("/v1/none/at/all")).Code);
    }
}
