using System.Net;
using OrleansBilling.Tests.Support;
using OrleansBilling.TossSimulator.Cards;

namespace OrleansBilling.Tests.Pages;

/// <summary>The way back from the provider: exchanged and charged once, whoever looks, reloads, or guesses.</summary>
public sealed class FlowRegistrationTests(FlowSite site) : IClassFixture<FlowSite>
{
    [Fact]
    public async Task The_return_page_keeps_the_key_and_leads_to_a_clean_address()
    {
        using FlowVisitor visitor = await site.SignedUpAsync();
        CardPage card = await FlowSite.OrderAsync(visitor);

        FlowPage answer = await visitor.GetAsync(await site.CardWindowAsync(card));

        Assert.Equal(HttpStatusCode.SeeOther, answer.Status);
        Assert.Equal($"{card.Address}/confirm", answer.Location);
        Assert.Equal("no-referrer", answer.Headers["Referrer-Policy"]);
        Assert.Equal("no-store", answer.Headers["Cache-Control"]);
        Assert.Equal("", answer.Document.Body!.TextContent);
    }

    [Fact]
    public async Task Looking_at_the_pages_charges_nothing_and_the_button_charges_once()
    {
        using FlowVisitor visitor = await site.SignedUpAsync();
        CardPage card = await FlowSite.OrderAsync(visitor);
        string returnAddress = await site.CardWindowAsync(card);

        FlowPage confirm = await visitor.OpenAsync(returnAddress);
        await visitor.GetAsync(confirm.Address.AbsolutePath);
        await visitor.HeadAsync(confirm.Address.AbsolutePath);
        Assert.Empty(await site.ApprovalsAsync(card.CustomerKey));

        // Two tabs at once, then a double click, then a reload of everything.
        await Task.WhenAll(visitor.SubmitAsync(confirm, "#confirm"), visitor.SubmitAsync(confirm, "#confirm"));
        FlowPage sent = await visitor.SubmitAsync(confirm, "#confirm");
        FlowPage result = await visitor.OpenAsync(sent.Location!);
        await visitor.OpenAsync(returnAddress);
        await visitor.OpenAsync(result.Address.AbsolutePath);

        Assert.Equal($"{card.Address}/result", sent.Location);
        Assert.Single(await site.ApprovalsAsync(card.CustomerKey));
        Assert.StartsWith("sub_", FlowSite.SubscriptionIdOn(result), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_scanners_HEAD_does_not_use_the_key_up()
    {
        using FlowVisitor visitor = await site.SignedUpAsync();
        CardPage card = await FlowSite.OrderAsync(visitor);

        FlowPage head = await visitor.HeadAsync($"{card.SuccessPath}?customerKey={card.CustomerKey}&authKey=bln_otherKey000");

        Assert.Equal(HttpStatusCode.NoContent, head.Status);
        Assert.Contains("구독이 시작되었습니다", (await FlowSite.ConfirmAsync(visitor, await site.CardWindowAsync(card))).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_foreign_return_is_refused_and_the_registration_stays_open()
    {
        using FlowVisitor owner = await site.SignedUpAsync();
        using FlowVisitor stranger = await site.SignedUpAsync();
        CardPage card = await FlowSite.OrderAsync(owner);
        CardPage strangersCard = await FlowSite.OrderAsync(stranger);
        string address = await site.CardWindowAsync(card);

        string wrongNonce = address.Replace("/return/", "/return/0", StringComparison.Ordinal);
        string foreignKey = await site.CardWindowAsync(strangersCard);
        string stolen = card.SuccessPath + foreignKey[foreignKey.IndexOf('?', StringComparison.Ordinal)..];
        (FlowVisitor Who, string Address)[] attempts =
        [
            (owner, wrongNonce), (owner, stolen), (owner, card.SuccessPath), (stranger, address), (stranger, address.Replace(card.CustomerKey, strangersCard.CustomerKey, StringComparison.Ordinal)),
        ];
        foreach ((FlowVisitor who, string tried) in attempts)
        {
            FlowPage answer = await who.GetAsync(tried);
            Assert.Equal(HttpStatusCode.SeeOther, answer.Status);
            FlowPage refusal = await who.GetAsync(answer.Location!);
            Assert.Equal(HttpStatusCode.Forbidden, refusal.Status);
            Assert.Contains("처리할 수 없습니다", refusal.Text, StringComparison.Ordinal);
            Assert.DoesNotContain("bln_", refusal.Html, StringComparison.Ordinal);
        }

        CardPage still = CardPage.Of(await owner.GetAsync(card.Address));
        Assert.Equal(card, still);
        Assert.Equal(HttpStatusCode.NotFound, (await stranger.GetAsync(card.Address)).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await stranger.GetAsync($"{card.Address}/confirm")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await stranger.GetAsync($"{card.Address}/result")).Status);
    }

    [Fact]
    public async Task Whoever_was_signed_out_meanwhile_signs_in_and_registers_again()
    {
        using FlowVisitor owner = await site.SignedUpAsync();
        using FlowVisitor signedOut = new(site.Server.Address);
        CardPage card = await FlowSite.OrderAsync(owner);

        FlowPage page = await signedOut.OpenAsync(await site.CardWindowAsync(card));
        FlowPage signIn = await signedOut.GetAsync(page.Document.QuerySelector("main a.button")!.GetAttribute("href")!);

        Assert.Equal($"{card.Address}/signed-out", page.Address.PathAndQuery);
        Assert.DoesNotContain("bln_", page.Html, StringComparison.Ordinal);
        Assert.EndsWith($"/account/sign-in?returnUrl={Uri.EscapeDataString(card.Address)}", signIn.Location, StringComparison.Ordinal);
        Assert.Equal(card, CardPage.Of(await owner.GetAsync(card.Address)));
    }

    [Fact]
    public async Task The_fail_page_has_our_words_and_never_the_querys()
    {
        using FlowVisitor visitor = await site.SignedUpAsync();
        CardPage card = await FlowSite.OrderAsync(visitor);

        FlowPage known = await visitor.GetAsync($"{card.FailPath}?code=REJECT_CARD_COMPANY&message=Call+this+number");
        FlowPage unknown = await visitor.GetAsync($"{card.FailPath}?code=CALL_THIS_NUMBER&message=%3Cscript%3E");
        FlowPage again = await visitor.GetAsync(known.Document.QuerySelector("main a.button")!.GetAttribute("href")!);

        Assert.Contains("카드사가 이 카드를 거절했습니다", known.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("this number", known.Html, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("카드를 등록하지 못했습니다", unknown.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("CALL_THIS_NUMBER", unknown.Html, StringComparison.Ordinal);
        Assert.Contains("카드사가 이 카드를 거절했습니다", again.Text, StringComparison.Ordinal);
        Assert.Equal(card, CardPage.Of(again));
    }

    [Fact]
    public async Task A_key_that_the_provider_does_not_know_is_refused_and_nothing_is_charged()
    {
        using FlowVisitor visitor = await site.SignedUpAsync();
        CardPage card = await FlowSite.OrderAsync(visitor);

        FlowPage result = await FlowSite.ConfirmAsync(visitor, $"{card.SuccessPath}?customerKey={card.CustomerKey}&authKey=bln_unknownKey1");

        Assert.Contains("시간이 지났거나", result.Text, StringComparison.Ordinal);
        Assert.Equal($"/order/{FlowSite.Plan}", result.Document.QuerySelector("main a.button")!.GetAttribute("href"));
        Assert.Empty(await site.ApprovalsAsync(card.CustomerKey));
    }

    [Fact]
    public async Task A_second_tab_is_told_of_the_subscription_that_was_first()
    {
        using FlowVisitor visitor = await site.SignedUpAsync();
        CardPage first = await FlowSite.OrderAsync(visitor);
        CardPage second = await FlowSite.OrderAsync(visitor);
        string subscription = FlowSite.SubscriptionIdOn(await FlowSite.ConfirmAsync(visitor, await site.CardWindowAsync(first)));

        FlowPage result = await FlowSite.ConfirmAsync(visitor, await site.CardWindowAsync(second));

        Assert.Contains("이미 이 상품을 구독하고 있어", result.Text, StringComparison.Ordinal);
        Assert.Equal(subscription, FlowSite.SubscriptionIdOn(result));
        Assert.Single(await site.ApprovalsAsync(first.CustomerKey));
    }

    [Fact]
    public async Task A_declined_first_charge_is_explained_and_another_card_pays()
    {
        using FlowVisitor visitor = await site.SignedUpAsync();

        FlowPage declined = await site.SubscribeAsync(visitor, ScriptedCards.AlwaysDeclines);
        Assert.Contains("한도 초과 또는 잔액 부족", declined.Text, StringComparison.Ordinal);
        string subscription = FlowSite.SubscriptionIdOn(declined);
        FlowPage registration = await visitor.SubmitAsync(declined, "main form");
        CardPage other = CardPage.Of(await visitor.OpenAsync(registration.Location!));
        FlowPage replaced = await FlowSite.ConfirmAsync(visitor, await site.CardWindowAsync(other));

        Assert.Equal(subscription, FlowSite.SubscriptionIdOn(replaced));
        Assert.Single(await site.ApprovalsAsync(other.CustomerKey));
        Assert.Contains("이용 중", (await visitor.GetAsync($"/subscriptions/{subscription}")).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task While_the_first_charge_has_no_outcome_the_result_looks_again_by_itself()
    {
        using FlowVisitor visitor = await site.SignedUpAsync();

        FlowPage waiting = await site.SubscribeAsync(visitor, ScriptedCards.Slow(10));
        Assert.Contains("결제를 확인하고 있습니다", waiting.Text, StringComparison.Ordinal);
        Assert.Equal($"2; url={waiting.Address.AbsolutePath}?look=1", waiting.Headers["Refresh"]);
        FlowPage done = await Eventually.Async(
            () => visitor.GetAsync($"{waiting.Address.AbsolutePath}?look=1"), page => !page.Headers.ContainsKey("Refresh"), "the slow charge has an outcome");

        Assert.Contains("구독이 시작되었습니다", done.Text, StringComparison.Ordinal);
    }
}
