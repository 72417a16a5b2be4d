using OrleansBilling.TossSimulator;
using OrleansBilling.TossSimulator.Wire;

namespace OrleansBilling.Tests.TossSimulator;

public class ErrorTableTests
{
    // The wire's own numbers and words, written down a second time: a slip in the table must not agree with itself.
    [Theory]
    [InlineData("REJECT_CARD_PAYMENT", 403, "한도초과 혹은 잔액부족으로 결제에 실패했습니다.")]
    [InlineData("REJECT_CARD_COMPANY", 403, "결제 승인이 거절되었습니다.")]
    [InlineData("INVALID_STOPPED_CARD", 400, "정지된 카드 입니다.")]
    [InlineData("INVALID_CARD_EXPIRATION", 400, "카드 정보를 다시 확인해주세요. (유효기간)")]
    [InlineData("INVALID_CARD_LOST_OR_STOLEN", 400, "분실 혹은 도난 카드입니다.")]
    [InlineData("NOT_SUPPORTED_CARD_TYPE", 400, "지원되지 않는 카드 종류입니다.")]
    [InlineData("ALREADY_REMOVED_BILLING_KEY", 400, "이미 삭제된 빌링키입니다.")]
    [InlineData("NOT_FOUND_BILLING", 404, "존재하지 않는 빌링 결제 인증 정보 입니다.")]
    [InlineData("NOT_MATCHES_CUSTOMER_KEY", 400, "빌링 인증 고객키와 결제 요청 고객키가 일치하지 않습니다.")]
    [InlineData("DUPLICATED_ORDER_ID", 400, "이미 승인 및 취소가 진행된 중복된 주문번호 입니다. 다른 주문번호로 진행해주세요.")]
    [InlineData("INVALID_API_KEY", 400, "잘못된 시크릿키 연동 정보 입니다.")]
    [InlineData("NOT_SUPPORTED_METHOD", 400, "지원되지 않는 결제수단입니다.")]
    [InlineData("PROVIDER_ERROR", 400, "일시적인 오류가 발생했습니다. 잠시 후 다시 시도해주세요.")]
    [InlineData("IDEMPOTENT_REQUEST_PROCESSING", 409, "이전 멱등 요청이 처리중입니다.")]
    [InlineData("FAILED_INTERNAL_SYSTEM_PROCESSING", 500, "내부 시스템 처리 작업이 실패했습니다. 잠시 후 다시 시도해주세요.")]
    [InlineData("FAILED_DB_PROCESSING", 500, "잘못된 요청 값으로 처리 중 DB 에러가 발생했습니다.")]
    [InlineData("NOT_CANCELABLE_AMOUNT", 403, "취소 할 수 없는 금액 입니다.")]
    [InlineData("ALREADY_CANCELED_PAYMENT", 400, "이미 취소된 결제 입니다.")]
    [InlineData("NOT_MATCHES_REFUNDABLE_AMOUNT", 400, "잔액 결과가 일치하지 않습니다.")]
    public async Task The_test_code_forces_a_code_with_its_status_and_Korean_message(string code, int status, string message)
    {
        await using RunningSimulator simulator = await RunningSimulator.StartAsync();

        WireReply reply = await simulator.SendAsync(HttpMethod.Post, "/v1/billing/any", RunningSimulator.ChargeBody(), headers: ("TossPayments-Test-Code", code));

        Assert.Equal((status, code, message), (reply.Status, reply.Code, reply.Text("message")));
    }

    [Fact]
    public async Task A_test_code_is_forced_at_every_call_and_binds_nothing()
    {
        await using RunningSimulator simulator = await RunningSimulator.StartAsync();
        string path = "/v1/billing/" + await simulator.IssueAsync();
        (string, string) forced = ("TossPayments-Test-Code", "IDEMPOTENT_REQUEST_PROCESSING");

        WireReply first = await simulator.SendAsync(HttpMethod.Post, path, RunningSimulator.ChargeBody(), idempotencyKey: "key-1", headers: forced);
        WireReply second = await simulator.SendAsync(HttpMethod.Post, path, RunningSimulator.ChargeBody(), idempotencyKey: "key-1", headers: forced);
        WireReply without = await simulator.SendAsync(HttpMethod.Post, path, RunningSimulator.ChargeBody(), idempotencyKey: "key-1");

        Assert.Equal((409, 409, 200), (first.Status, second.Status, without.Status));
    }

    [Fact]
    public async Task A_test_code_that_nobody_knows_is_INVALID_TEST_CODE()
    {
        await using RunningSimulator simulator = await RunningSimulator.StartAsync();

        WireReply reply = await simulator.SendAsync(HttpMethod.Get, "/v1/payments/none", headers: ("TossPayments-Test-Code", "NO_SUCH_CODE"));

        Assert.Equal((400, "INVALID_TEST_CODE"), (reply.Status, reply.Code));
    }

    [Fact]
    public async Task Live_keys_ignore_the_test_code()
    {
        await using RunningSimulator simulator = await RunningSimulator.StartAsync(new()
        {
            KeySets = { new() { MerchantId = "bill_live", ClientKey = "live_ck_1", SecretKeys = ["live_sk_1"] } },
        });

        WireReply reply = await simulator.SendAsync(
            HttpMethod.Post, "/v1/billing/authorizations/card", RunningSimulator.CardBody(), "live_sk_1", headers: ("TossPayments-Test-Code", "PROVIDER_ERROR"));

        Assert.Equal(200, reply.Status);
    }

    [Fact]
    public async Task Checks_come_in_the_order_key_length_then_test_code()
    {
        await using RunningSimulator simulator = await RunningSimulator.StartAsync();
        (string, string) forced = ("TossPayments-Test-Code", "PROVIDER_ERROR");

        WireReply nobody = await simulator.SendAsync(HttpMethod.Post, "/v1/billing/any", "{}", "test_sk_nobody", new string('k', 301), forced);
        WireReply tooLong = await simulator.SendAsync(HttpMethod.Post, "/v1/billing/any", "{}", idempotencyKey: new string('k', 301), headers: forced);
        WireReply code = await simulator.SendAsync(HttpMethod.Post, "/v1/billing/any", "not json", idempotencyKey: "key-1", headers: forced);

        Assert.Equal(["UNAUTHORIZED_KEY", "INVALID_IDEMPOTENCY_KEY", "PROVIDER_ERROR"], [nobody.Code, tooLong.Code, code.Code]);
    }

    [Theory]
    [InlineData("en-US", "Stopped card.")]
    [InlineData("en-US,en;q=0.9", "Stopped card.")]
    [InlineData("ko-KR", "정지된 카드 입니다.")]
    [InlineData("fr", "정지된 카드 입니다.")]
    public async Task Accept_Language_chooses_between_English_and_Korean(string language, string message)
    {
        await using RunningSimulator simulator = await RunningSimulator.StartAsync();

        WireReply reply = await simulator.SendAsync(HttpMethod.Post, "/v1/billing/any", "{}", secret: SimulatorKeys.SecretKey,
            headers: [("Accept-Language", language), ("TossPayments-Test-Code", "INVALID_STOPPED_CARD")]);

        Assert.Equal(message, reply.Text("message"));
    }

    [Fact]
    public async Task English_turns_field_values_too()
    {
        await using RunningSimulator simulator = await RunningSimulator.StartAsync();
        string paymentKey = await simulator.PayAsync();

        WireReply reply = await simulator.SendAsync(HttpMethod.Get, "/v1/payments/" + paymentKey, headers: ("Accept-Language", "en-US"));

        Assert.Equal(("Card", "Credit"), (reply.Text("method"), reply.Json.GetProperty("card").GetProperty("cardType").GetString()));
    }

    [Fact]
    public void Every_code_has_a_status_of_the_API_and_words_in_both_languages()
    {
        int[] statuses = [400, 401, 403, 404, 409, 500];

        Assert.All(TossErrors.Table, error => Assert.True(statuses.Contains(error.Status) && error.Korean.Length > 0 && error.English.Length > 0, error.Code));
        Assert.True(TossErrors.Table.Count() > 100);
    }
}
