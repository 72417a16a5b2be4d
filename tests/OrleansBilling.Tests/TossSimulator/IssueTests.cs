using System.Text.Json;
using OrleansBilling.TossSimulator;
using OrleansBilling.TossSimulator.Cards;

namespace OrleansBilling.Tests.TossSimulator;

public class IssueTests
{
    private static readonly CardInput GoodCard = new(ScriptedCards.AlwaysApproves, "30", "12", "900101", "12");

    [Fact]
    public async Task An_authKey_becomes_a_billing_key_once()
    {
        await using RunningSimulator simulator = await RunningSimulator.StartAsync();
        string authKey = simulator.State.CreateAuthKey(SimulatorKeys.ClientKey, "customer-1", GoodCard);

        WireReply first = await IssueAsync(simulator, authKey);
        WireReply second = await IssueAsync(simulator, authKey);

        Assert.Matches("^bln_[A-Za-z0-9]{11}$", authKey);
        Assert.Equal(200, first.Status);
        Assert.Matches("^[A-Za-z0-9_-]{43}=$", first.Text("billingKey"));
        Assert.Equal((404, "NOT_FOUND_BILLING"), (second.Status, second.Code));
    }

    [Fact]
    public async Task The_billing_object_has_every_documented_member()
    {
        await using RunningSimulator simulator = await RunningSimulator.StartAsync();

        JsonElement billing = (await IssueAsync(simulator, simulator.State.CreateAuthKey(SimulatorKeys.ClientKey, "customer-1", GoodCard))).Json;

        Assert.Equal(
            ["mId", "customerKey", "authenticatedAt", "method", "billingKey", "card", "transfers", "easyPay", "cardCompany", "cardNumber"],
            billing.EnumerateObject().Select(member => member.Name));
        Assert.Equal((SimulatorKeys.MerchantId, "customer-1", "카드", "하나", "94100012****789*"),
            (Text(billing, "mId"), Text(billing, "customerKey"), Text(billing, "method"), Text(billing, "cardCompany"), Text(billing, "cardNumber")));
        Assert.Matches(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+09:00$", Text(billing, "authenticatedAt"));
        JsonElement card = billing.GetProperty("card");
        Assert.Equal(("21", "31", "94100012****789*", "신용", "개인"), (Text(card, "issuerCode"), Text(card, "acquirerCode"), Text(card, "number"),
            Text(card, "cardType"), Text(card, "ownerType")));
    }

    [Fact]
    public async Task Version_2024_06_01_has_no_card_company_and_number()
    {
        await using RunningSimulator simulator = await RunningSimulator.StartAsync(new()
        {
            KeySets = { new() { MerchantId = "newer", ClientKey = "test_ck_n", SecretKeys = [SimulatorKeys.SecretKey], ApiVersion = "2024-06-01" } },
        });

        WireReply issued = await simulator.PostAsync("/v1/billing/authorizations/card", RunningSimulator.CardBody());
        WireReply charged = await simulator.ChargeAsync(issued.Text("billingKey"));

        Assert.False(issued.Json.TryGetProperty("cardCompany", out _));
        Assert.False(issued.Json.TryGetProperty("cardNumber", out _));
        Assert.Equal("2024-06-01", charged.Text("version"));
    }

    [Fact]
    public async Task An_authKey_is_bound_to_its_customer_and_stays_good_for_that_one()
    {
        await using RunningSimulator simulator = await RunningSimulator.StartAsync();
        string authKey = simulator.State.CreateAuthKey(SimulatorKeys.ClientKey, "customer-1", GoodCard);

        Assert.Equal("NOT_FOUND_BILLING", (await IssueAsync(simulator, authKey, "customer-2")).Code);
        Assert.Equal(200, (await IssueAsync(simulator, authKey)).Status);
    }

    [Fact]
    public async Task An_authKey_of_another_client_key_does_not_fit_this_secret()
    {
        await using RunningSimulator simulator = await RunningSimulator.StartAsync(new()
        {
            KeySets =
            {
                new() { MerchantId = "one", ClientKey = "test_ck_1", SecretKeys = [SimulatorKeys.SecretKey] },
                new() { MerchantId = "two", ClientKey = "test_ck_2", SecretKeys = ["test_sk_2"] },
            },
        });

        WireReply reply = await IssueAsync(simulator, simulator.State.CreateAuthKey("test_ck_2", "customer-1", GoodCard));

        Assert.Equal((400, "INVALID_API_KEY"), (reply.Status, reply.Code));
    }

    [Theory]
    [InlineData(599, 200)]
    [InlineData(601, 404)]
    public async Task An_authKey_dies_after_ten_minutes_of_the_virtual_clock(int seconds, int status)
    {
        await using RunningSimulator simulator = await RunningSimulator.StartAsync(
            time: new Microsoft.Extensions.Time.Testing.FakeTimeProvider(new(2026, 9, 1, 0, 0, 0, TimeSpan.Zero)));
        string authKey = simulator.State.CreateAuthKey(SimulatorKeys.ClientKey, "customer-1", GoodCard);

        await simulator.AdvanceToAsync(TimeSpan.FromSeconds(seconds));

        Assert.Equal(status, (await IssueAsync(simulator, authKey)).Status);
    }

    [Theory]
    [InlineData("{}", 400, "INVALID_REQUIRED_PARAM")]
    [InlineData("""{"authKey":"bln_bogus"}""", 400, "INVALID_REQUIRED_PARAM")]
    [InlineData("""{"authKey":"bln_bogus","customerKey":"c"}""", 400, "INVALID_CUSTOMER_KEY")]
    [InlineData("""{"authKey":"bln_bogus","customerKey":"customer-1"}""", 404, "NOT_FOUND_BILLING")]
    [InlineData("{\"authKey\"", 400, "INVALID_REQUEST")]
    [InlineData("[]", 400, "INVALID_REQUEST")]
    public async Task An_exchange_that_cannot_be_is_refused(string body, int status, string code)
    {
        await using RunningSimulator simulator = await RunningSimulator.StartAsync();

        WireReply reply = await simulator.PostAsync("/v1/billing/authorizations/issue", body);

        Assert.Equal((status, code), (reply.Status, reply.Code));
    }

    // Measured in the sandbox of Toss.
    [Theory]
    [InlineData("9410001234567890", "21", "신용", 200, "")]
    [InlineData("9410112233445566", "31", "신용", 200, "")]
    [InlineData("4906251234123456", "31", "신용", 200, "")]
    [InlineData("4330121234567890", "4V", "미확인", 400, "NOT_SUPPORTED_CARD_TYPE")]
    [InlineData("5520221234567890", "4V", "미확인", 400, "NOT_SUPPORTED_CARD_TYPE")]
    public async Task Measured_cards_register_and_charge_as_measured(string number, string issuer, string cardType, int chargeStatus, string chargeCode)
    {
        await using RunningSimulator simulator = await RunningSimulator.StartAsync();

        WireReply issued = await simulator.PostAsync("/v1/billing/authorizations/card", RunningSimulator.CardBody(number));
        WireReply charged = await simulator.ChargeAsync(issued.Text("billingKey"));

        JsonElement card = issued.Json.GetProperty("card");
        Assert.Equal((issuer, cardType), (Text(card, "issuerCode"), Text(card, "cardType")));
        Assert.Equal((chargeStatus, chargeCode), (charged.Status, charged.Code));
    }

    [Theory]
    [InlineData("433012", "1230", "900101", "INVALID_CARD_NUMBER")] // Measured: the BIN alone is no number.
    [InlineData(ScriptedCards.AlwaysApproves, "1330", "900101", "INVALID_CARD_EXPIRATION")]
    [InlineData(ScriptedCards.Expires, "0120", "900101", "INVALID_CARD_EXPIRATION")]
    [InlineData(ScriptedCards.AlwaysApproves, "1230", "901301", "INVALID_CARD_IDENTITY")]
    [InlineData(ScriptedCards.RefusedAtRegistration, "1230", "900101", "INVALID_CARD_NUMBER")]
    [InlineData("9410009000008002", "1230", "900101", "INVALID_STOPPED_CARD")]
    public async Task A_card_that_the_issuer_refuses_gets_no_key(string number, string expiry, string identity, string code)
    {
        await using RunningSimulator simulator = await RunningSimulator.StartAsync();

        WireReply reply = await simulator.PostAsync("/v1/billing/authorizations/card", new
        {
            customerKey = "customer-1",
            cardNumber = number,
            cardExpirationYear = expiry[2..],
            cardExpirationMonth = expiry[..2],
            customerIdentityNumber = identity,
        });

        Assert.Equal((400, code), (reply.Status, reply.Code));
        Assert.Equal(code, Assert.Throws<CardRefusedException>(() =>
            simulator.State.CreateAuthKey(SimulatorKeys.ClientKey, "customer-1", new(number, expiry[2..], expiry[..2], identity, ""))).Code);
    }

    // Measured: the server does not enforce the documented characters, and dies of the 301st.
    [Theory]
    [InlineData("c1", 200, "")]
    [InlineData("two words!", 200, "")]
    [InlineData("301", 500, "FAILED_DB_PROCESSING")]
    public async Task Customer_keys_are_checked_as_measured(string customerKey, int status, string code)
    {
        await using RunningSimulator simulator = await RunningSimulator.StartAsync();

        WireReply reply = await simulator.PostAsync(
            "/v1/billing/authorizations/card", RunningSimulator.CardBody(customerKey: customerKey == "301" ? new string('c', 301) : customerKey));

        Assert.Equal((status, code), (reply.Status, reply.Code));
    }

    [Fact]
    public async Task Two_keys_of_one_customer_and_card_both_charge()
    {
        await using RunningSimulator simulator = await RunningSimulator.StartAsync();
        string older = await simulator.IssueAsync();
        string newer = await simulator.IssueAsync();

        Assert.NotEqual(older, newer);
        Assert.Equal((200, 200), ((await simulator.ChargeAsync(older, "order-1")).Status, (await simulator.ChargeAsync(newer, "order-2")).Status));
    }

    private static Task<WireReply> IssueAsync(RunningSimulator simulator, string authKey, string customerKey = "customer-1") =>
        simulator.PostAsync("/v1/billing/authorizations/issue", new { authKey, customerKey });

    private static string Text(JsonElement json, string member) => json.GetProperty(member).GetString()!;
}
