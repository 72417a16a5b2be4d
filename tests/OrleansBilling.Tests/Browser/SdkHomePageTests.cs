using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using OrleansBilling.Tests.Support;
using OrleansBilling.TossSimulator;
using OrleansBilling.TossSimulator.Cards;
using OrleansBilling.TossSimulator.Faults;
using OrleansBilling.TossSimulator.State;
using OrleansBilling.TossSimulator.Wire;

namespace OrleansBilling.Tests.Browser;

/// <summary>The simulator's own page at "/".</summary>
public sealed class SdkHomePageTests(Chromium chromium) : IAsyncLifetime
{
    private const string BillingKey = "Zx9_kQ2mT7rV5wYbN1cD3eF6gH8jK0lM-nPqRsTuVwXy=";
    private const string CustomerKey = "6e3bd1c8-9f0a-4c7d-8d5e-2b1f0a9c8e7d";

    private static readonly CardOnFile Card = new(ScriptedCards.FirstApprovedThenDeclines, "94100090****300*", "3012", "21", "31", "신용", "개인");

    private readonly WebApplication _simulator = TossSimulatorHost.Build(new TossSimulatorOptions { Urls = "http://127.0.0.1:0" });

    private SimulatorState State => _simulator.Services.GetRequiredService<SimulatorState>();

    private Uri Address => TossSimulatorHost.AddressOf(_simulator);

    public async ValueTask InitializeAsync() => await _simulator.StartAsync(TestContext.Current.CancellationToken);

    public ValueTask DisposeAsync() => _simulator.DisposeAsync();

    [Fact]
    public async Task The_page_tells_what_happened_and_hides_the_billing_key()
    {
        Happen();
        using HttpClient client = new() { BaseAddress = Address };
        string page = await client.GetStringAsync("/", TestContext.Current.CancellationToken);

        Assert.DoesNotContain(BillingKey, page, StringComparison.Ordinal);
        Assert.DoesNotContain(BillingKey[..8], page, StringComparison.Ordinal);
        Assert.DoesNotContain(SimulatorKeys.SecretKey, page, StringComparison.Ordinal);
        Assert.Contains("Zx9_••••", page, StringComparison.Ordinal);
        Assert.Contains("2026-03-01 00:00:05", page, StringComparison.Ordinal); // 15:00:05 UTC of the day before, in Korea.
        Assert.Contains("9,900원", page, StringComparison.Ordinal);
        Assert.Contains("첫 결제만 승인, 이후 한도초과", page, StringComparison.Ordinal);
        Assert.Contains("HTTP 500, 응답 없음", page, StringComparison.Ordinal);
        Assert.True(page.IndexOf("sub_2-1-1", StringComparison.Ordinal) < page.LastIndexOf("sub_1-1-1", StringComparison.Ordinal), "The newest is not first.");
    }

    [Fact]
    public async Task What_a_caller_wrote_is_never_markup()
    {
        State.Commit(_ => [new JournalEntry.PaymentApproved(Payment("<img src=x>", "<script>alert(1)</script>", 1_000))]);
        using HttpClient client = new() { BaseAddress = Address };
        string page = await client.GetStringAsync("/", TestContext.Current.CancellationToken);

        Assert.DoesNotContain("<script>alert", page, StringComparison.Ordinal);
        Assert.DoesNotContain("<img", page, StringComparison.Ordinal);
        Assert.Contains("&lt;script&gt;alert(1)&lt;/script&gt;", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_button_moves_the_virtual_clock()
    {
        await using IBrowserContext context = await chromium.DesktopAsync();
        IPage page = await context.NewPageAsync();
        await page.GotoAsync(Address.ToString());
        await page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "+1일" }).ClickAsync();

        await Assertions.Expect(page.Locator("#clock b")).ToHaveTextAsync("1일 00:00:00");
        Assert.Equal(TimeSpan.FromDays(1), State.Clock.Offset);
    }

    [Fact]
    public async Task A_fault_is_ordered_shown_and_removed()
    {
        FaultPlan faults = _simulator.Services.GetRequiredService<FaultPlan>();
        await using IBrowserContext context = await chromium.DesktopAsync("en-US");
        IPage page = await context.NewPageAsync();
        await page.GotoAsync(Address.ToString());
        await page.GetByLabel("Fault", new PageGetByLabelOptions { Exact = true }).SelectOptionAsync("Drop after work");
        await page.GetByLabel("Request", new PageGetByLabelOptions { Exact = true }).SelectOptionAsync("Charge");
        await page.GetByLabel("Times").FillAsync("3");
        await page.GetByLabel("Order id begins with").FillAsync("sub_1-");
        await page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Add" }).ClickAsync();

        await Assertions.Expect(page.Locator("#faults tbody tr")).ToContainTextAsync("sub_1-");
        Assert.Equal(new FaultRule(new Fault(FaultKind.DropAfterCommit), WireOperation.Charge, "sub_1-", null, 3), Assert.Single(faults.Rules));

        await page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Remove all" }).ClickAsync();
        await Assertions.Expect(page.Locator("#faults .empty")).ToBeVisibleAsync();
        Assert.Empty(faults.Rules);
    }

    [Fact]
    public async Task Knobs_are_turned_by_the_form_and_those_untouched_stay()
    {
        await using IBrowserContext context = await chromium.DesktopAsync();
        IPage page = await context.NewPageAsync();
        await page.GotoAsync(Address.ToString());
        await page.GetByText("설정 바꾸기").ClickAsync();
        await page.GetByLabel("5xx 응답도 멱등키에 묶기").CheckAsync();
        await page.GetByLabel("authKey 수명").FillAsync("00:03:00");
        await page.GetByLabel("웹훅 받을 주소").FillAsync("http://127.0.0.1:9/one\n\nhttp://127.0.0.1:9/two");
        await page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "적용" }).ClickAsync();
        await Assertions.Expect(page.Locator("#knobs details[open]")).ToHaveCountAsync(0); // The page came again, folded.

        SimulatorKnobs expected = new() { BindsServerErrors = true, AuthKeyLifetime = TimeSpan.FromMinutes(3), WebhookUrls = State.Knobs.WebhookUrls };
        Assert.Equal(expected, State.Knobs);
        Assert.Equal(["http://127.0.0.1:9/one", "http://127.0.0.1:9/two"], State.Knobs.WebhookUrls);
    }

    [Fact]
    public async Task A_request_that_the_control_api_refuses_is_explained_on_the_page()
    {
        await using IBrowserContext context = await chromium.DesktopAsync();
        IPage page = await context.NewPageAsync();
        await page.GotoAsync(Address.ToString());
        Assert.True(State.TryMoveClock(TimeSpan.FromDays(30))); // Meanwhile somebody else moved it further.
        await page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "+1일" }).ClickAsync();

        await Assertions.Expect(page.GetByRole(AriaRole.Status)).ToContainTextAsync("HTTP 409");
    }

    [Theory]
    [InlineData("ko-KR", "phone")]
    [InlineData("en-US", "phone")]
    [InlineData("ko-KR", "desktop")]
    [InlineData("en-US", "desktop")]
    public async Task The_page_fits_its_screen(string locale, string device)
    {
        Happen();
        await using IBrowserContext context = device == "phone" ? await chromium.PhoneAsync(locale) : await chromium.DesktopAsync(locale);
        IPage page = await context.NewPageAsync();
        await page.GotoAsync(Address.ToString());
        await page.EvaluateAsync("() => document.querySelectorAll('details').forEach((details) => { details.open = true; })");
        await Chromium.PictureAsync(page, $"simulator-home-{device}-{locale}");

        await Chromium.AssertFitsAsync(page);
    }

    private void Happen()
    {
        DateTimeOffset issued = new(2026, 2, 28, 15, 0, 3, TimeSpan.Zero);
        State.Commit(_ =>
        [
            new JournalEntry.BillingKeyIssued(new BillingKeyRecord(BillingKey, SimulatorKeys.MerchantId, CustomerKey, Card, issued), null),
            new JournalEntry.CardReached(BillingKey),
            new JournalEntry.PaymentApproved(Payment("sub_1-1-1", CustomerKey, 9_900)),
            new JournalEntry.BillingKeyIssued(new BillingKeyRecord("Ab" + BillingKey[2..], SimulatorKeys.MerchantId, CustomerKey, Card, issued), null),
            new JournalEntry.BillingKeyRemoved("Ab" + BillingKey[2..], issued.AddDays(1)),
            new JournalEntry.PaymentApproved(Payment("sub_2-1-1", CustomerKey, 129_000)),
            new JournalEntry.PaymentCanceled("simbi20260301000005sub_1-1-1", new CancelRecord("txrd_a01cancel", 4_900, 0, 0, 5_000, "부분 환불", issued.AddHours(2))),
            new JournalEntry.WebhookQueued(new WebhookRecord(
                "whtrans_a01", "https://shop.example/webhooks/toss", "PAYMENT_STATUS_CHANGED", Encoding.UTF8.GetBytes("{}"), issued, [500, 0], NextAt: new(2099, 1, 1, 0, 0, 0, TimeSpan.Zero))),
        ]);
    }

    private static PaymentRecord Payment(string orderId, string customerKey, long amountKrw)
    {
        DateTimeOffset at = new(2026, 2, 28, 15, 0, 5, TimeSpan.Zero);
        return new("simbi20260301000005" + orderId, SimulatorKeys.MerchantId, orderId, "월 구독", customerKey, Card, amountKrw, 0, 0, at, at, "txrd_a01" + orderId, "ps_1");
    }
}
