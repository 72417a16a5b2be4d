using System.Text.Json;
using Microsoft.Playwright;
using OrleansBilling.TossSimulator;

namespace OrleansBilling.Tests.Browser;

/// <summary>The shop's page as a test drives it: asks for a registration, fills the window, reads what came of it.</summary>
internal sealed class SdkPage
{
    public const string CustomerKey = "6e3bd1c8-9f0a-4c7d-8d5e-2b1f0a9c8e7d";

    private readonly SdkStage _stage;

    public SdkPage(IPage page, SdkStage stage)
    {
        (Page, _stage) = (page, stage);
        page.Console += (_, message) =>
        {
            if (message.Text.Contains("Content Security Policy", StringComparison.Ordinal))
            {
                PolicyViolations.Add(message.Text);
            }
        };
    }

    public IPage Page { get; }

    public List<string> PolicyViolations { get; } = [];

    /// <summary>The window inside the shop's page.</summary>
    public IFrameLocator Frame => Page.FrameLocator("dialog iframe");

    /// <summary>Calls requestBillingAuth and does not wait: its promise stays open while the window does.</summary>
    public Task RequestAsync(string target, string success = "done", string fail = "failed", string clientKey = SimulatorKeys.ClientKey, string extra = "{}") =>
        Page.EvaluateAsync(
            """
            async ([clientKey, customerKey, successUrl, failUrl, windowTarget, extra]) => {
              window.outcome = 'open';
              window.payment ??= (await window.load(clientKey)).payment({ customerKey });
              const request = { method: 'CARD', successUrl, failUrl, windowTarget, ...JSON.parse(extra) };
              window.payment.requestBillingAuth(request).then(
                () => { window.outcome = 'settled'; },
                (error) => { window.outcome = { code: error.code, message: error.message }; });
            }
            """,
            new object[] { clientKey, CustomerKey, new Uri(_stage.Shop, success).ToString(), new Uri(_stage.Shop, fail).ToString(), target, extra });

    /// <summary>Runs a piece of JavaScript with the loaded SDK and answers with the code and message of the error that it throws.</summary>
    public async Task<(string Code, string Message)> ErrorOfAsync(string script)
    {
        JsonElement error = (await Page.EvaluateAsync<JsonElement?>(
            $$"""
            async () => {
              const load = window.load;
              const origin = window.location.origin;
              try { await (async () => { {{script}} })(); } catch (error) { return { code: String(error.code), message: String(error.message) }; }
              return { code: 'none', message: '' };
            }
            """))!.Value;
        return (error.GetProperty("code").GetString()!, error.GetProperty("message").GetString()!);
    }

    public async Task<(string Code, string Message)> RejectionAsync()
    {
        await Page.WaitForFunctionAsync("() => window.outcome !== 'open'");
        JsonElement error = (await Page.EvaluateAsync<JsonElement?>("() => window.outcome"))!.Value;
        return (error.GetProperty("code").GetString()!, error.GetProperty("message").GetString()!);
    }

    /// <summary>The registration form, wherever it is.</summary>
    public ILocator Field(string target, string label) => target == "iframe" ? Frame.GetByLabel(label) : Page.GetByLabel(label);

    public ILocator Button(string target, string name)
    {
        return target == "iframe"
            ? Frame.GetByRole(AriaRole.Button, new FrameLocatorGetByRoleOptions { Name = name })
            : Page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = name });
    }

    public async Task FillCardAsync(string target, string number)
    {
        await Field(target, "카드 번호").FillAsync(number);
        await Field(target, "유효기간").FillAsync("1239");
        await Field(target, "비밀번호 앞 2자리").FillAsync("12");
        await Field(target, "생년월일 6자리").FillAsync("900101");
        await Field(target, "[필수]").CheckAsync();
        await Button(target, "다음").ClickAsync();
    }

    public async Task EnterCodeAsync(string target, string code)
    {
        await Field(target, "인증번호").FillAsync(code);
        await Button(target, "등록하기").ClickAsync();
    }

    /// <summary>Where the browser landed in the shop, once it did: path and query.</summary>
    public async Task<Uri> LandedAsync(string path)
    {
        await Page.WaitForURLAsync(new System.Text.RegularExpressions.Regex($"^{System.Text.RegularExpressions.Regex.Escape(new Uri(_stage.Shop, path).ToString())}"));
        return new Uri(Page.Url);
    }
}
