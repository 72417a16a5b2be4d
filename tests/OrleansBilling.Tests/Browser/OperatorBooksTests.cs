using System.Globalization;
using System.Net.Http.Json;
using Microsoft.Playwright;
using OrleansBilling.Accounts;
using OrleansBilling.Domain;
using OrleansBilling.Tests.Pages;
using OrleansBilling.Tests.Scenarios;
using OrleansBilling.Tests.Support;

namespace OrleansBilling.Tests.Browser;

/// <summary>An operator's morning: the days that were compared, a difference that is explained, and a parked subscription that is taken up again.</summary>
public sealed class OperatorBooksTests(Chromium chromium, FlowSite site) : IClassFixture<FlowSite>
{
    [Theory]
    [InlineData("desktop", "ko")]
    [InlineData("desktop", "en")]
    [InlineData("phone", "ko")]
    [InlineData("phone", "en")]
    public async Task An_operator_explains_a_difference_and_takes_a_parked_subscription_up_again(string device, string language)
    {
        string parked = await ParkedAsync();
        string order = $"main-{Guid.NewGuid():N}-1-1";
        (await site.Server.Simulator.PostAsJsonAsync("/simulator/ledger", new { orderId = order, amountKrw = 12_345, customerKey = "somebody" }, TestContext.Current.CancellationToken)).EnsureSuccessStatusCode();
        string day = site.Server.Clock.GetUtcNow().ToOffset(TimeSpan.FromHours(9)).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        await site.Server.WalkAsync(TimeSpan.FromMinutes(70));
        await using IBrowserContext context = await chromium.OpenAsync(device, language, desktopScripts: false);
        IPage page = await context.NewPageAsync();
        await SignInAsync(page);

        await page.GotoAsync(new Uri(site.Server.Address, "/operator/reconciliation").ToString());
        await page.FillAsync("#day", day);
        await page.ClickAsync("form:has(#day) button");
        await Eventually.Async(async () =>
        {
            await page.GotoAsync(new Uri(site.Server.Address, $"/operator/reconciliation/{day}").ToString());
            return await page.Locator($"article:has-text('{order}')").CountAsync();
        }, found => found == 1, "the planted payment is listed");
        await LookAtAsync(page, $"reconciliation-day-{device}-{language}");
        ILocator difference = page.Locator($"article:has-text('{order}')");
        await difference.Locator("summary").ClickAsync();
        await difference.Locator("input[name=Reason]").FillAsync("charged by the old shop");
        await difference.Locator("form button").ClickAsync();
        Assert.Equal(1, await page.Locator(".alert-good").CountAsync());
        Assert.Contains("charged by the old shop", await page.Locator($"article:has-text('{order}')").InnerTextAsync(), StringComparison.Ordinal);
        await page.GotoAsync(new Uri(site.Server.Address, "/operator/reconciliation").ToString());
        await LookAtAsync(page, $"reconciliation-{device}-{language}");

        await page.GotoAsync(new Uri(site.Server.Address, "/operator/parked").ToString());
        await LookAtAsync(page, $"parked-{device}-{language}");
        await page.CheckAsync($"input[value={parked}]");
        await page.ClickAsync("main form .button-primary");
        await site.Server.UntilAsync(parked, v => v.ParkedReason is null, "the selected subscription is taken up again");
        await page.GotoAsync(new Uri(site.Server.Address, "/operator").ToString());
        await LookAtAsync(page, $"operator-{device}-{language}");
    }

    /// <summary>Parked by a fault in its row, which is then mended.</summary>
    private async Task<string> ParkedAsync()
    {
        string customer = PrefixedId.New("cus", TimeProvider.System);
        Story story = new(site.Server, new ProviderBook(site.Server.Simulator), customer, await site.Server.SubscribeAsync(FlowSite.Plan, customerId: customer));
        await story.UntilAsync(v => v.Status == SubscriptionStatus.Active, "the first charge is approved");
        await ReplaceInRowAsync(story, "Asia/Seoul", "Nowhere/City");
        await story.TickThroughAsync(story.WalkPastDueAsync(TimeSpan.FromMinutes(1)));
        await story.UntilAsync(v => v.ParkedReason is not null, "it is parked");
        await ReplaceInRowAsync(story, "Nowhere/City", "Asia/Seoul");
        await Eventually.Async(
            () => site.Server.RowsAsync<string>("SELECT parked_reason FROM subscriptions WHERE subscription_id = @Id AND parked_reason IS NOT NULL", new { story.Id }), rows => rows.Count == 1, "the list shows it");
        return story.Id;
    }

    private static async Task ReplaceInRowAsync(Story story, string old, string with)
    {
        await story.ForgetAsync();
        await story.Server.ExecuteAsync(
            "UPDATE OrleansStorage SET PayloadBinary = CAST(replace(CAST(PayloadBinary AS TEXT), @old, @with) AS BLOB) WHERE GrainIdExtensionString LIKE @key", new { old, with, key = $"%{story.Id}" });
    }

    private async Task SignInAsync(IPage page)
    {
        SandboxAccount account = SandboxAccount.All.Single(a => a.Role is not null);
        await page.GotoAsync(new Uri(site.Server.Address, "/account/sign-in").ToString());
        await page.FillAsync("input[name=Email]", account.Email);
        await page.FillAsync("input[name=Password]", account.Password);
        await page.ClickAsync("main form button[type=submit]");
    }

    private static async Task LookAtAsync(IPage page, string name)
    {
        await Chromium.PictureAsync(page, name);
        await Chromium.AssertFitsAsync(page);
    }
}
