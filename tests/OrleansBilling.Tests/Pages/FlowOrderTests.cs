using System.Net;
using AngleSharp.Html.Dom;

namespace OrleansBilling.Tests.Pages;

public sealed class FlowOrderTests(FlowSite site) : IClassFixture<FlowSite>
{
    [Fact]
    public async Task The_order_page_says_what_is_paid_when_and_asks_for_consent_that_is_not_ticked_yet()
    {
        using FlowVisitor visitor = await site.SignedUpAsync();

        FlowPage page = await visitor.GetAsync($"/order/{FlowSite.Plan}");

        Assert.Contains("4,455원", page.Text, StringComparison.Ordinal); // Net, as the provider splits 4,900.
        Assert.Contains("445원", page.Text, StringComparison.Ordinal);
        Assert.Equal(3, page.Document.QuerySelectorAll("main time").Length);
        IHtmlInputElement consent = (IHtmlInputElement)page.Document.QuerySelector("#Consent")!;
        Assert.False(consent.IsChecked);
        Assert.True(consent.IsRequired);
    }

    [Fact]
    public async Task A_trial_is_free_today_and_charged_first_at_its_end()
    {
        using FlowVisitor visitor = await site.SignedUpAsync();

        FlowPage page = await visitor.GetAsync("/order/hangul-note-monthly");

        Assert.Contains("0원", page.Document.QuerySelector("main .total dd")!.TextContent, StringComparison.Ordinal);
        DateTimeOffset first = DateTimeOffset.Parse(page.Document.QuerySelector("main time")!.GetAttribute("datetime")!, System.Globalization.CultureInfo.InvariantCulture);
        Assert.Equal(14, Math.Round((first - site.Server.Clock.GetUtcNow()).TotalDays, 1));
    }

    [Fact]
    public async Task Without_consent_no_registration_begins()
    {
        using FlowVisitor visitor = await site.SignedUpAsync();

        FlowPage answer = await visitor.SubmitAsync(await visitor.GetAsync($"/order/{FlowSite.Plan}"), "main form");

        Assert.Equal(HttpStatusCode.OK, answer.Status);
        Assert.NotNull(answer.Document.QuerySelector("#Consent-error"));
        Assert.Equal("true", answer.Document.QuerySelector("#Consent")!.GetAttribute("aria-invalid"));
    }

    [Fact]
    public async Task A_price_that_changed_since_the_page_was_opened_is_shown_and_asked_again()
    {
        using FlowVisitor visitor = await site.SignedUpAsync();

        FlowPage answer = await visitor.SubmitAsync(
            await visitor.GetAsync($"/order/{FlowSite.Plan}"), "main form", ("Consent", "true"), ("ShownPriceKrw", "3900"));

        Assert.Equal(HttpStatusCode.OK, answer.Status);
        Assert.False(((IHtmlInputElement)answer.Document.QuerySelector("#Consent")!).IsChecked);
        Assert.Equal("4900", answer.Document.QuerySelector("input[name=ShownPriceKrw]")!.GetAttribute("value"));
    }

    [Fact]
    public async Task Nobody_orders_without_signing_in_and_comes_back_afterwards()
    {
        using FlowVisitor visitor = new(site.Server.Address);

        FlowPage answer = await visitor.GetAsync($"/order/{FlowSite.Plan}");

        Assert.EndsWith($"/account/sign-in?returnUrl=%2Forder%2F{FlowSite.Plan}", answer.Location, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_form_without_the_sites_token_is_refused()
    {
        using FlowVisitor visitor = await site.SignedUpAsync();

        FlowPage answer = await visitor.SubmitAsync(
            await visitor.GetAsync($"/order/{FlowSite.Plan}"), "main form", ("Consent", "true"), ("__RequestVerificationToken", "forged"));

        Assert.Equal(HttpStatusCode.BadRequest, answer.Status);
    }

    [Fact]
    public async Task An_unknown_plan_is_not_found()
    {
        using FlowVisitor visitor = await site.SignedUpAsync();

        Assert.Equal(HttpStatusCode.NotFound, (await visitor.GetAsync("/order/no-such-plan")).Status);
    }

    [Fact]
    public async Task Whoever_has_the_product_is_offered_the_live_subscription_instead()
    {
        using FlowVisitor visitor = await site.SignedUpAsync();
        string subscription = FlowSite.SubscriptionIdOn(await site.SubscribeAsync(visitor));

        FlowPage page = await visitor.GetAsync("/order/morning-letter-weekly"); // Another plan of the same product.

        Assert.Equal(subscription, FlowSite.SubscriptionIdOn(page));
        Assert.Null(page.Document.QuerySelector("#Consent"));
    }
}
