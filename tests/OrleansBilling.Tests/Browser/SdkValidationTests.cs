using Microsoft.Playwright;
using OrleansBilling.Tests.Support;
using OrleansBilling.TossSimulator;

namespace OrleansBilling.Tests.Browser;

/// <summary>What the SDK refuses before any window opens, with the published codes and messages.</summary>
public sealed class SdkValidationTests(Chromium chromium, SdkStage stage) : IClassFixture<SdkStage>
{
    private const string InvalidParameters =
        "필수 파라미터를 누락하거나, 정의되지 않은 파라미터를 추가하거나, 파라미터의 타입이 올바르지 않을 때 발생합니다.";

    private const string CustomerKeyRule = "고객키는 영문 대소문자, 숫자, 특수문자 -, _, =, ., @로 2자 이상 50자 이하여야 합니다.";

    [Theory]
    [InlineData("'nonsense'", "INVALID_CLIENT_KEY", "ClientKey 형태가 올바르지 않습니다.")]
    [InlineData("undefined", "INVALID_CLIENT_KEY", "ClientKey 형태가 올바르지 않습니다.")]
    [InlineData("'test_sk_Secret'", "INSECURE_KEY_USAGE", null)]
    [InlineData("'live_gsk_Secret'", "INSECURE_KEY_USAGE", null)]
    public async Task A_bad_client_key_is_refused_when_the_sdk_starts(string key, string code, string? message) =>
        await AssertErrorAsync($"await load({key});", code, message);

    [Theory]
    [InlineData("'a'", "INVALID_CUSTOMER_KEY", CustomerKeyRule)]
    [InlineData("'한글키'", "INVALID_CUSTOMER_KEY", CustomerKeyRule)]
    [InlineData("'a'.repeat(51)", "INVALID_CUSTOMER_KEY", CustomerKeyRule)]
    [InlineData("undefined", "INVALID_CUSTOMER_KEY", CustomerKeyRule)]
    [InlineData("'test_gsk_secret'", "INSECURE_KEY_USAGE", null)]
    public async Task A_bad_customer_key_is_refused_by_payment(string key, string code, string? message) =>
        await AssertErrorAsync($"(await load('{SimulatorKeys.ClientKey}')).payment({{ customerKey: {key} }});", code, message);

    [Theory]
    [InlineData("{ ...ok, method: '카드' }", "NOT_SUPPORTED_METHOD", "지원되지 않는 결제수단입니다.")]
    [InlineData("{ ...ok, method: 'toString' }", "NOT_SUPPORTED_METHOD", "지원되지 않는 결제수단입니다.")]
    [InlineData("{ ...ok, method: undefined }", "INVALID_PARAMETERS", InvalidParameters + " (method)")]
    [InlineData("{ ...ok, successUrl: '/done' }", "INCORRECT_SUCCESS_URL_FORMAT", "잘못된 successUrl 입니다.")]
    [InlineData("{ ...ok, successUrl: 'javascript:alert(1)' }", "INCORRECT_SUCCESS_URL_FORMAT", "잘못된 successUrl 입니다.")]
    [InlineData("{ ...ok, failUrl: 'failed' }", "INCORRECT_FAIL_URL_FORMAT", "잘못된 failUrl 입니다.")]
    [InlineData("{ ...ok, failUrl: undefined }", "INVALID_PARAMETERS", InvalidParameters + " (failUrl)")]
    [InlineData("{ ...ok, customerName: 'a'.repeat(101) }", "INVALID_PARAMETERS", InvalidParameters + " (customerName)")]
    [InlineData("{ ...ok, customerEmail: 7 }", "INVALID_PARAMETERS", InvalidParameters + " (customerEmail)")]
    [InlineData("{ ...ok, windowTarget: 'popup' }", "INVALID_PARAMETERS", InvalidParameters + " (windowTarget)")]
    [InlineData("{ ...ok, customerKey: 'abc' }", "INVALID_PARAMETERS", InvalidParameters + " (customerKey)")]
    [InlineData("{ ...ok, selectableCardTypes: ['GIFT'] }", "INVALID_PARAMETERS", InvalidParameters + " (selectableCardTypes)")]
    [InlineData("{ ...ok, easyPay: 'TOSSPAY' }", "INVALID_PARAMETERS", InvalidParameters + " (easyPay)")]
    [InlineData("undefined", "INVALID_PARAMETERS", InvalidParameters + " (request)")]
    public async Task A_bad_request_is_refused_and_opens_nothing(string request, string code, string message) =>
        await AssertErrorAsync(
            $$"""
            const ok = { method: 'CARD', successUrl: origin + '/done', failUrl: origin + '/failed' };
            const payment = (await load('{{SimulatorKeys.ClientKey}}')).payment({ customerKey: 'customer-1' });
            await payment.requestBillingAuth({{request}});
            """,
            code, message);

    [Theory]
    [InlineData("(await load(ck)).payment({ customerKey: 'customer-1' }).requestPayment({})", "NOT_SUPPORTED_METHOD")]
    [InlineData("(await load(ck)).payment({ customerKey: '@@ANONYMOUS' }).requestBillingAuth({ method: 'CARD', successUrl: origin, failUrl: origin })", "INVALID_CUSTOMER_KEY")]
    [InlineData("(await load(ck)).widgets({ customerKey: 'customer-1' })", "NOT_SUPPORTED_API_INDIVIDUAL_KEY")]
    [InlineData("(await load('test_gck_widget')).payment({ customerKey: 'customer-1' })", "NOT_SUPPORTED_WIDGET_KEY")]
    [InlineData("(await load(ck)).brandpay({ customerKey: 'customer-1' })", "UNKNOWN")]
    [InlineData("(await load(ck)).requestBillingAuth('카드', {})", "V1_METHOD_NOT_SUPPORTED")]
    public async Task What_is_not_card_registration_is_refused_with_a_documented_code(string call, string code) =>
        await AssertErrorAsync($"const ck = '{SimulatorKeys.ClientKey}'; await {call};", code, null);

    [Theory]
    [InlineData("plain")]
    [InlineData("npm")]
    public async Task The_global_carries_the_name_of_the_anonymous_customer(string loader)
    {
        await using IBrowserContext context = await chromium.DesktopAsync();
        SdkPage sdk = await stage.OpenAsync(context, loader);

        string anonymous = await sdk.Page.EvaluateAsync<string>("async (key) => { await window.load(key); return window.TossPayments.ANONYMOUS; }", SimulatorKeys.ClientKey);

        Assert.Equal("@@ANONYMOUS", anonymous);
    }

    private async Task AssertErrorAsync(string script, string code, string? message)
    {
        await using IBrowserContext context = await chromium.DesktopAsync();
        SdkPage sdk = await stage.OpenAsync(context);

        (string Code, string Message) error = await sdk.ErrorOfAsync(script);

        Assert.Equal(code, error.Code);
        Assert.True(error.Message.Length > 0);
        if (message is not null)
        {
            Assert.Equal(message, error.Message);
        }
        Assert.Equal(0, await sdk.Page.Locator("dialog").CountAsync());
        Assert.Equal(new Uri(stage.Shop, "npm").ToString(), sdk.Page.Url);
    }
}
