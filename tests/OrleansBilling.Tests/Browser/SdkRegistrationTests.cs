using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Primitives;
using Microsoft.Playwright;
using OrleansBilling.Tests.Support;
using OrleansBilling.TossSimulator.Cards;

namespace OrleansBilling.Tests.Browser;

/// <summary>The SDK script and the registration window in a real browser, as a shop with a strict policy uses them.</summary>
public sealed class SdkRegistrationTests(Chromium chromium, SdkStage stage) : IClassFixture<SdkStage>
{
    [Theory]
    [InlineData("plain", "iframe")]
    [InlineData("plain", "self")]
    [InlineData("npm", "iframe")]
    [InlineData("npm", "self")]
    public async Task A_registered_card_brings_the_browser_to_success_url(string loader, string target)
    {
        await using IBrowserContext context = await chromium.DesktopAsync();
        SdkPage sdk = await stage.OpenAsync(context, loader);
        await sdk.RequestAsync(target, success: "done?plan=m");
        await sdk.Field(target, "카드 번호").WaitForAsync();
        await Chromium.PictureAsync(sdk.Page, $"sdk-card-{target}");
        await sdk.FillCardAsync(target, ScriptedCards.AlwaysApproves);
        await sdk.Field(target, "인증번호").WaitForAsync();
        await Chromium.PictureAsync(sdk.Page, $"sdk-code-{target}");
        await sdk.EnterCodeAsync(target, "000000");

        Uri landed = await sdk.LandedAsync("done");

        Assert.Matches($@"^\?plan=m&customerKey={SdkPage.CustomerKey}&authKey=bln_[A-Za-z0-9]{{11}}$", landed.Query);
        Assert.Empty(sdk.PolicyViolations);
    }

    [Theory]
    [InlineData("iframe")]
    [InlineData("self")]
    public async Task A_card_that_the_issuer_refuses_goes_to_fail_url(string target)
    {
        await using IBrowserContext context = await chromium.DesktopAsync();
        SdkPage sdk = await stage.OpenAsync(context);
        await sdk.RequestAsync(target, fail: "failed?plan=m&");
        await sdk.FillCardAsync(target, ScriptedCards.RefusedAtRegistration);
        await sdk.EnterCodeAsync(target, "000000");

        Uri landed = await sdk.LandedAsync("failed");

        AssertFailure(landed, "REJECT_CARD_COMPANY", "결제 승인이 거절되었습니다.");
        Assert.StartsWith("?plan=m&code=", landed.Query, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("iframe")]
    [InlineData("self")]
    public async Task Three_wrong_codes_abort_and_go_to_fail_url(string target)
    {
        await using IBrowserContext context = await chromium.DesktopAsync();
        SdkPage sdk = await stage.OpenAsync(context);
        await sdk.RequestAsync(target);
        await sdk.FillCardAsync(target, ScriptedCards.AlwaysApproves);
        foreach (int left in (int[])[2, 1])
        {
            await sdk.EnterCodeAsync(target, "123456");
            ILocator error = target == "iframe" ? sdk.Frame.Locator("#code-error") : sdk.Page.Locator("#code-error");
            await Assertions.Expect(error).ToContainTextAsync($"{left}번 더");
        }
        await sdk.EnterCodeAsync(target, "123456");

        AssertFailure(await sdk.LandedAsync("failed"), "PAY_PROCESS_ABORTED", "결제 진행 중 승인에 실패하여 결제가 중단되었습니다.");
    }

    [Fact]
    public async Task Cancelling_the_full_page_goes_to_fail_url()
    {
        await using IBrowserContext context = await chromium.DesktopAsync();
        SdkPage sdk = await stage.OpenAsync(context);
        await sdk.RequestAsync("self");
        await sdk.Button("self", "취소").ClickAsync();

        AssertFailure(await sdk.LandedAsync("failed"), "PAY_PROCESS_CANCELED", "사용자에 의해 결제가 취소되었습니다.");
    }

    [Theory]
    [InlineData("the window's cancel button")]
    [InlineData("the close button beside the window")]
    [InlineData("Escape in the window")]
    [InlineData("Escape in the page")]
    public async Task Closing_the_iframe_rejects_with_user_cancel_and_goes_nowhere(string way)
    {
        await using IBrowserContext context = await chromium.DesktopAsync();
        SdkPage sdk = await stage.OpenAsync(context);
        await sdk.RequestAsync("iframe");
        await sdk.Field("iframe", "카드 번호").FillAsync("9410");
        switch (way)
        {
            case "the window's cancel button":
                await sdk.Button("iframe", "취소").ClickAsync();
                break;
            case "the close button beside the window":
                await sdk.Page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "닫기" }).ClickAsync();
                break;
            case "Escape in the window":
                await sdk.Field("iframe", "카드 번호").PressAsync("Escape");
                break;
            default:
                await sdk.Page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "닫기" }).PressAsync("Escape");
                break;
        }

        Assert.Equal(("USER_CANCEL", "취소되었습니다."), await sdk.RejectionAsync());
        Assert.Equal(new Uri(stage.Shop, "npm").ToString(), sdk.Page.Url);
        Assert.Equal(0, await sdk.Page.Locator("dialog").CountAsync());

        // And the next request is served: nothing of the closed one is left.
        await sdk.RequestAsync("iframe");
        await sdk.Field("iframe", "카드 번호").WaitForAsync();
    }

    [Fact]
    public async Task A_second_request_while_one_is_open_is_refused_and_harms_nothing()
    {
        await using IBrowserContext context = await chromium.DesktopAsync();
        SdkPage sdk = await stage.OpenAsync(context);
        await sdk.RequestAsync("iframe");
        await sdk.Field("iframe", "카드 번호").WaitForAsync();

        (string code, string message) = await sdk.ErrorOfAsync(
            "await window.payment.requestBillingAuth({ method: 'CARD', successUrl: origin + '/done', failUrl: origin + '/failed' });");

        Assert.Equal(("INVALID_METHOD_TRANSACTION", "이미 다른 요청을 수행하고 있어요."), (code, message));
        await sdk.FillCardAsync("iframe", ScriptedCards.AlwaysApproves);
        await sdk.EnterCodeAsync("iframe", "000000");
        await sdk.LandedAsync("done");
    }

    [Fact]
    public async Task Destroy_closes_the_window_and_rejects_the_request()
    {
        await using IBrowserContext context = await chromium.DesktopAsync();
        SdkPage sdk = await stage.OpenAsync(context);
        await sdk.RequestAsync("iframe");
        await sdk.Field("iframe", "카드 번호").WaitForAsync();
        await sdk.Page.EvaluateAsync("() => window.payment.destroy()");

        Assert.Equal("PAYMENT_REQUEST_ABORTED", (await sdk.RejectionAsync()).Code);
        Assert.Equal(0, await sdk.Page.Locator("dialog").CountAsync());
        await sdk.Page.EvaluateAsync("() => window.payment.destroy()"); // Nothing is open: safe.
    }

    [Fact]
    public async Task An_unknown_client_key_rejects_in_an_iframe()
    {
        await using IBrowserContext context = await chromium.DesktopAsync();
        SdkPage sdk = await stage.OpenAsync(context);
        await sdk.RequestAsync("iframe", clientKey: "test_ck_NobodyKnowsThisOne");

        Assert.Equal(("UNAUTHORIZED_KEY", "인증되지 않은 시크릿 키 혹은 클라이언트 키 입니다."), await sdk.RejectionAsync());
    }

    [Fact]
    public async Task An_unknown_client_key_is_shown_on_the_full_page_and_forwarded_nowhere()
    {
        await using IBrowserContext context = await chromium.DesktopAsync();
        SdkPage sdk = await stage.OpenAsync(context);
        await sdk.RequestAsync("self", clientKey: "test_ck_NobodyKnowsThisOne");

        await Assertions.Expect(sdk.Page.GetByRole(AriaRole.Alert)).ToContainTextAsync("UNAUTHORIZED_KEY");
        Assert.StartsWith(stage.Simulator.ToString(), sdk.Page.Url, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_phone_leaves_the_page_by_default_and_may_not_use_an_iframe()
    {
        await using IBrowserContext context = await chromium.PhoneAsync();
        SdkPage sdk = await stage.OpenAsync(context);
        await sdk.RequestAsync("iframe");
        Assert.Equal("INVALID_PARAMETERS", (await sdk.RejectionAsync()).Code);

        await sdk.RequestAsync("self", extra: """{ "windowTarget": null }""");
        await sdk.Field("self", "카드 번호").WaitForAsync();
        await Chromium.PictureAsync(sdk.Page, "sdk-card-phone");
        await Chromium.AssertFitsAsync(sdk.Page);
    }

    [Fact]
    public async Task After_the_back_button_a_registration_can_be_started_again()
    {
        await using IBrowserContext context = await chromium.DesktopAsync();
        SdkPage sdk = await stage.OpenAsync(context);
        await sdk.RequestAsync("self");
        await sdk.Field("self", "카드 번호").WaitForAsync();
        await sdk.Page.GoBackAsync();
        await sdk.Page.WaitForFunctionAsync("() => window.load !== undefined");

        await sdk.RequestAsync("iframe");

        await sdk.Field("iframe", "카드 번호").WaitForAsync();
    }

    [Fact]
    public async Task Messages_from_anybody_but_the_window_are_ignored()
    {
        await using IBrowserContext context = await chromium.DesktopAsync();
        SdkPage sdk = await stage.OpenAsync(context);
        await sdk.RequestAsync("iframe");
        await sdk.Field("iframe", "카드 번호").WaitForAsync();

        // The right flow, learnt from the frame's address, but from the wrong window: the shop's own.
        await sdk.Page.EvaluateAsync(
            """
            () => {
              const flow = new URL(document.querySelector('dialog iframe').src).searchParams.get('flow');
              for (const type of ['canceled', 'navigate']) {
                window.postMessage({ flow, type, url: window.location.origin + '/done?authKey=forged' }, window.location.origin);
              }
              return new Promise((resolve) => setTimeout(resolve, 0));
            }
            """);

        await sdk.FillCardAsync("iframe", ScriptedCards.AlwaysApproves);
        await sdk.EnterCodeAsync("iframe", "000000");
        Assert.DoesNotContain("forged", (await sdk.LandedAsync("done")).Query, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_test_card_fills_the_form_and_the_keyboard_does_the_rest()
    {
        await using IBrowserContext context = await chromium.DesktopAsync("en-US");
        SdkPage sdk = await stage.OpenAsync(context);
        await sdk.RequestAsync("iframe");
        await sdk.Frame.GetByText("Fill in a test card").ClickAsync();
        await Chromium.PictureAsync(sdk.Page, "sdk-test-cards-en");
        await sdk.Frame.GetByText("Always approves (Hana, credit)").ClickAsync();
        await Assertions.Expect(sdk.Frame.GetByLabel("Card number")).ToHaveValueAsync("9410 0012 3456 7890");
        await sdk.Page.Keyboard.PressAsync("Space"); // Consent has the focus.
        await sdk.Page.Keyboard.PressAsync("Enter");
        await sdk.Frame.GetByLabel("Code").WaitForAsync();
        await Assertions.Expect(sdk.Frame.GetByLabel("Code")).ToBeFocusedAsync();
        await sdk.Page.Keyboard.TypeAsync("000000");
        await sdk.Page.Keyboard.PressAsync("Enter");

        await sdk.LandedAsync("done");
    }

    [Fact]
    public async Task Mistakes_are_named_beside_their_fields_and_the_first_one_gets_the_focus()
    {
        await using IBrowserContext context = await chromium.DesktopAsync();
        SdkPage sdk = await stage.OpenAsync(context);
        await sdk.RequestAsync("self");
        await sdk.Field("self", "카드 번호").FillAsync("9410001234567890");
        await sdk.Field("self", "유효기간").FillAsync("1325");
        await sdk.Button("self", "다음").ClickAsync();

        await Assertions.Expect(sdk.Page.Locator("#expiry-error")).ToHaveTextAsync("유효기간을 MM/YY로 입력해 주세요.");
        await Assertions.Expect(sdk.Page.Locator("#identity-error")).ToBeVisibleAsync();
        await Assertions.Expect(sdk.Page.Locator("#agreed-error")).ToBeVisibleAsync();
        await Assertions.Expect(sdk.Page.Locator("#number-error")).ToHaveCountAsync(0);
        await Assertions.Expect(sdk.Field("self", "유효기간")).ToBeFocusedAsync();
        await Assertions.Expect(sdk.Field("self", "카드 번호")).ToHaveValueAsync("9410 0012 3456 7890");
        await Chromium.PictureAsync(sdk.Page, "sdk-card-errors");
    }

    [Fact]
    public async Task The_full_page_needs_no_script()
    {
        await using IBrowserContext context = await chromium.DesktopAsync();
        SdkPage sdk = await stage.OpenAsync(context);
        await sdk.RequestAsync("self");
        await sdk.Field("self", "카드 번호").WaitForAsync();
        string window = sdk.Page.Url;
        await using IBrowserContext plain = await chromium.DesktopAsync(scripts: false);
        SdkPage bare = new(await plain.NewPageAsync(), stage);
        await bare.Page.GotoAsync(window);
        await bare.FillCardAsync("self", ScriptedCards.AlwaysApproves);
        await bare.EnterCodeAsync("self", "000000");

        await bare.LandedAsync("done");
    }

    [Fact]
    public async Task A_corporate_card_asks_for_the_business_number()
    {
        await using IBrowserContext context = await chromium.DesktopAsync();
        SdkPage sdk = await stage.OpenAsync(context);
        await sdk.RequestAsync("iframe", extra: """{ "selectableCardTypes": ["CORPORATE", "PERSONAL"] }""");

        await sdk.Field("iframe", "사업자등록번호 10자리").WaitForAsync();
        await sdk.Frame.GetByText("개인카드").ClickAsync();
        await sdk.Field("iframe", "생년월일 6자리").WaitForAsync();
    }

    private static void AssertFailure(Uri landed, string code, string message)
    {
        Dictionary<string, StringValues> query = QueryHelpers.ParseQuery(landed.Query);
        Assert.Equal((code, message), (query["code"].ToString(), query["message"].ToString()));
    }
}
