using System.Text.RegularExpressions;
using Microsoft.Playwright;
using OrleansBilling.Domain;
using OrleansBilling.Subscriptions;
using OrleansBilling.Tests.Pages;
using OrleansBilling.Tests.Support;
using OrleansBilling.TossSimulator.Cards;

namespace OrleansBilling.Tests.Browser;

/// <summary>
/// A subscriber's life in a real browser against the whole program:
/// sign up → subscribe → a month passes and the card is declined → another card → cancel at period end → nothing is charged any more.
/// </summary>
public sealed partial class SubscriberJourneyTests(Chromium chromium, FlowSite site) : IClassFixture<FlowSite>
{
    [Theory]
    [InlineData("desktop", "ko")]
    [InlineData("phone", "en")]
    public async Task A_subscriber_signs_up_pays_fails_replaces_the_card_and_cancels(string device, string language)
    {
        await using IBrowserContext context = await chromium.OpenAsync(device, language);
        Journey journey = new(await context.NewPageAsync(), site, $"{device}-{language}");

        await journey.SignUpAsync($"{device}@example.com");
        await journey.OrderAsync();
        await journey.CancelCardWindowAsync();
        await journey.RegisterCardAsync(ScriptedCards.FirstApprovedThenDeclines);
        await journey.PictureAsync("result");
        string id = await journey.OpenSubscriptionAsync();
        Assert.Equal(SubscriptionStatus.Active, (await site.Server.ViewAsync(id)).Status);

        await site.Server.WalkAsync(TimeSpan.FromDays(31.5));
        await site.Server.UntilAsync(id, view => view.Status == SubscriptionStatus.PastDue, "the renewal is declined");
        await journey.ReloadUntilAsync(".alert-bad");
        await journey.PictureAsync("past-due");

        await journey.ReplaceCardAsync(ScriptedCards.AlwaysApproves);
        await journey.PictureAsync("card-replaced");
        await site.Server.UntilAsync(id, view => view.Status == SubscriptionStatus.Active, "the new card pays what was due");
        Assert.Equal(2, (await site.ApprovalsOfAsync(id)).Count);

        await journey.CancelAtPeriodEndAsync(id);
        await journey.PictureAsync("cancelling");
        SubscriptionView canceling = await site.Server.ViewAsync(id);
        await site.Server.WalkToAsync(canceling.CancelsAt!.Value.AddDays(40));
        await site.Server.UntilAsync(id, view => view.Status == SubscriptionStatus.Ended, "the cancelled subscription ends");
        await journey.OpenAsync($"/subscriptions/{id}");
        await journey.PictureAsync("ended");

        Assert.Equal(2, (await site.ApprovalsOfAsync(id)).Count);
        Assert.True(journey.Complaints.Count == 0, string.Join(Environment.NewLine, journey.Complaints));
    }

    /// <summary>One person at one browser, acting by what the page offers: roles, labels, forms.</summary>
    private sealed partial class Journey
    {
        private readonly IPage _page;
        private readonly FlowSite _site;
        private readonly string _name;

        public Journey(IPage page, FlowSite site, string name)
        {
            (_page, _site, _name) = (page, site, name);
            page.Console += (_, message) =>
            {
                if (message.Type == "error" || message.Text.Contains("Content Security Policy", StringComparison.Ordinal))
                {
                    Complaints.Add($"{message.Location} {message.Text}");
                }
            };
            page.PageError += (_, error) => Complaints.Add(error);
        }

        /// <summary>What the browser found fault with: scripts, policy, missing files.</summary>
        public List<string> Complaints { get; } = [];

        private bool OnPhone => _name.StartsWith("phone", StringComparison.Ordinal);

        public async Task OpenAsync(string path) => await _page.GotoAsync(new Uri(_site.Server.Address, path).ToString());

        public Task PictureAsync(string name) => Chromium.PictureAsync(_page, $"{_name}-{name}");

        public async Task SignUpAsync(string email)
        {
            await OpenAsync($"/order/{FlowSite.Plan}"); // Leads to the sign-in, and back here afterwards.
            await _page.Locator("a[href^='/account/sign-up']").ClickAsync();
            await _page.Locator("#Name").FillAsync("홍길동");
            await _page.Locator("#Email").FillAsync(email);
            await _page.Locator("#Password").FillAsync("correct horse battery");
            await _page.Locator("main form button[type=submit]").ClickAsync();
            await _page.WaitForURLAsync($"**/order/{FlowSite.Plan}");
        }

        public async Task OrderAsync()
        {
            await PictureAsync("order");
            await _page.Locator("#Consent").CheckAsync();
            await _page.Locator("main form button[type=submit]").ClickAsync();
            await _page.WaitForURLAsync(RegisterUrl());
        }

        /// <summary>Whoever closes the window stays on the page, is told so, and may open it again.</summary>
        public async Task CancelCardWindowAsync()
        {
            await OpenCardWindowAsync();
            await InWindow("form.cancel button").ClickAsync();
            ILocator said = _page.Locator(OnPhone ? "main .alert" : "#register-status");
            await Assertions.Expect(said).ToContainTextAsync(_name.EndsWith("ko", StringComparison.Ordinal) ? "취소하셨습니다" : "You cancelled");
            await PictureAsync("card-cancelled");
            if (OnPhone)
            {
                await _page.Locator("main a.button").ClickAsync(); // The window had the whole screen and led to the fail page.
                await _page.WaitForURLAsync(RegisterUrl());
            }
        }

        public async Task RegisterCardAsync(string number)
        {
            await PictureAsync("register");
            await OpenCardWindowAsync();
            await InWindow("#number").FillAsync(number);
            await InWindow("#expiry").FillAsync("1239");
            await InWindow("#password").FillAsync("12");
            await InWindow("#identity").FillAsync("900101");
            await InWindow("input[name=agreed]").CheckAsync();
            await PictureAsync("window");
            await InWindow("button.primary").ClickAsync();
            await InWindow("#code").FillAsync("000000");
            await InWindow("button.primary").ClickAsync();
            await _page.WaitForURLAsync("**/register/*/result");
        }

        public async Task<string> OpenSubscriptionAsync()
        {
            await _page.Locator("main a[href^='/subscriptions/sub_']").First.ClickAsync();
            await _page.WaitForURLAsync("**/subscriptions/sub_*");
            await ReloadUntilAsync("main table a"); // The payment and its receipt follow the grain by moments.
            await PictureAsync("subscription");
            return new Uri(_page.Url).Segments[^1];
        }

        public async Task ReloadUntilAsync(string selector) => await Eventually.Async(
            async () =>
            {
                await _page.ReloadAsync();
                return await _page.Locator(selector).CountAsync();
            },
            found => found > 0, $"{selector} is on the page");

        public async Task ReplaceCardAsync(string number)
        {
            await _page.Locator("form[action*='handler=ReplaceCard'] button").ClickAsync();
            await _page.WaitForURLAsync(RegisterUrl());
            await RegisterCardAsync(number);
        }

        public async Task CancelAtPeriodEndAsync(string id)
        {
            await OpenAsync($"/subscriptions/{id}");
            await _page.Locator($"main a[href$='{id}/cancel']").ClickAsync();
            await _page.Locator("#when-end").CheckAsync();
            await PictureAsync("cancel");
            await _page.Locator("main form button[type=submit]").ClickAsync();
            await _page.WaitForURLAsync($"**/subscriptions/{id}");
            await Assertions.Expect(_page.Locator("form[action*='handler=Undo']")).ToBeVisibleAsync();
        }

        private async Task OpenCardWindowAsync()
        {
            await _page.Locator("#register button").ClickAsync();
            await InWindow("#number").WaitForAsync();
        }

        // On a computer the window is a frame over the page, on a phone it takes the page's place.
        private ILocator InWindow(string selector) => OnPhone ? _page.Locator(selector) : _page.FrameLocator("dialog iframe").Locator(selector);

        [GeneratedRegex("/register/reg_[0-9a-z]+$")]
        private static partial Regex RegisterUrl();
    }
}
