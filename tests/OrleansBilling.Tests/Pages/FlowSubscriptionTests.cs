using System.Net;
using OrleansBilling.Accounts;
using OrleansBilling.Domain;
using OrleansBilling.Subscriptions;
using OrleansBilling.TossSimulator.Cards;

namespace OrleansBilling.Tests.Pages;

public sealed class FlowSubscriptionTests(FlowSite site) : IClassFixture<FlowSite>
{
    [Fact]
    public async Task A_subscription_shows_what_comes_next_its_card_and_what_was_paid()
    {
        using FlowVisitor visitor = await site.SignedUpAsync();
        string id = FlowSite.SubscriptionIdOn(await site.SubscribeAsync(visitor));
        Assert.Contains(id, (await visitor.GetAsync("/subscriptions")).Html, StringComparison.Ordinal);

        FlowPage page = await UntilPaymentIsListedAsync(visitor, id);

        Assert.Contains("이용 중", page.Text, StringComparison.Ordinal);
        Assert.Contains("하나 94100012****789*", page.Text, StringComparison.Ordinal);
        Assert.Contains("4,455원", page.Text, StringComparison.Ordinal);
        Assert.StartsWith("http", page.Document.QuerySelector("main table a")!.GetAttribute("href"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Somebody_elses_subscription_looks_like_none_at_all()
    {
        using FlowVisitor owner = await site.SignedUpAsync();
        using FlowVisitor stranger = await site.SignedUpAsync();
        string id = FlowSite.SubscriptionIdOn(await site.SubscribeAsync(owner));
        FlowPage ownCancel = await owner.GetAsync($"/subscriptions/{id}/cancel");

        FlowPage foreign = await stranger.GetAsync($"/subscriptions/{id}");
        FlowPage none = await stranger.GetAsync("/subscriptions/sub_00000000000000000000000000");

        Assert.Equal(HttpStatusCode.NotFound, foreign.Status);
        Assert.Equal(none.Document.QuerySelector("h1")!.TextContent, foreign.Document.QuerySelector("h1")!.TextContent);
        Assert.Equal(HttpStatusCode.NotFound, (await stranger.GetAsync($"/subscriptions/{id}/cancel")).Status);
        Assert.NotEqual(HttpStatusCode.Redirect, (await stranger.SubmitAsync(ownCancel, "main form", ("When", "Now"))).Status);
        Assert.Equal(SubscriptionStatus.Active, (await site.Server.ViewAsync(id)).Status);
    }

    [Fact]
    public async Task Cancelling_at_period_end_takes_one_step_and_can_be_undone()
    {
        using FlowVisitor visitor = await site.SignedUpAsync();
        string id = FlowSite.SubscriptionIdOn(await site.SubscribeAsync(visitor));

        FlowPage form = await visitor.GetAsync($"/subscriptions/{id}/cancel");
        FlowPage sent = await visitor.SubmitAsync(form, "main form", ("When", "PeriodEnd"), ("Reason", "not_using"));
        await visitor.SubmitAsync(form, "main form", ("When", "PeriodEnd"), ("Reason", "not_using")); // The same command again: one cancellation.
        SubscriptionView canceling = await site.Server.ViewAsync(id);
        FlowPage page = await visitor.OpenAsync(sent.Location!);
        Assert.Contains("해지를 예약했습니다", page.Text, StringComparison.Ordinal);
        Assert.Contains("해지 예정", page.Text, StringComparison.Ordinal);
        FlowPage undone = await visitor.OpenAsync((await visitor.SubmitAsync(page, "form[action*='handler=Undo']")).Location!);

        Assert.Equal(canceling.CurrentPeriod!.End, canceling.CancelsAt);
        Assert.Contains("해지를 취소했습니다", undone.Text, StringComparison.Ordinal);
        Assert.Null((await site.Server.ViewAsync(id)).CancelsAt);
    }

    [Fact]
    public async Task Cancelling_now_ends_it_and_makes_room_for_a_new_order()
    {
        using FlowVisitor visitor = await site.SignedUpAsync();
        string id = FlowSite.SubscriptionIdOn(await site.SubscribeAsync(visitor));

        FlowPage sent = await visitor.SubmitAsync(await visitor.GetAsync($"/subscriptions/{id}/cancel"), "main form", ("When", "Now"));
        FlowPage page = await visitor.OpenAsync(sent.Location!);

        Assert.Contains("구독을 해지했습니다", page.Text, StringComparison.Ordinal);
        Assert.Contains("종료됨", page.Text, StringComparison.Ordinal);
        Assert.Null(page.Document.QuerySelector("main form"));
        Assert.NotNull((await visitor.GetAsync($"/order/{FlowSite.Plan}")).Document.QuerySelector("#Consent"));
    }

    [Fact]
    public async Task A_cancellation_without_a_choice_is_asked_again()
    {
        using FlowVisitor visitor = await site.SignedUpAsync();
        string id = FlowSite.SubscriptionIdOn(await site.SubscribeAsync(visitor));

        FlowPage answer = await visitor.SubmitAsync(await visitor.GetAsync($"/subscriptions/{id}/cancel"), "main form");

        Assert.NotNull(answer.Document.QuerySelector("#When-error"));
        Assert.Null((await site.Server.ViewAsync(id)).CancelsAt);
    }

    [Fact]
    public async Task A_card_that_will_not_work_again_is_said_so_with_what_to_do()
    {
        using FlowVisitor visitor = await site.SignedUpAsync();
        string id = FlowSite.SubscriptionIdOn(await site.SubscribeAsync(visitor, ScriptedCards.AlwaysStopped));

        FlowPage page = await visitor.GetAsync($"/subscriptions/{id}");

        Assert.Contains("정지된 카드입니다", page.Document.QuerySelector("main [role=alert]")!.TextContent, StringComparison.Ordinal);
        Assert.Contains("새 카드를 등록하면 바로 결제됩니다", page.Text, StringComparison.Ordinal);
        Assert.Contains("button-primary", page.Document.QuerySelector("form[action*='handler=ReplaceCard'] button")!.ClassName, StringComparison.Ordinal);
    }

    [Fact]
    public async Task English_readers_get_English_pages()
    {
        using FlowVisitor visitor = await site.SignedUpAsync();
        string id = FlowSite.SubscriptionIdOn(await site.SubscribeAsync(visitor));

        await visitor.GetAsync("/language/en?returnUrl=%2F");
        FlowPage page = await visitor.GetAsync($"/subscriptions/{id}");

        Assert.Equal("en", page.Document.DocumentElement.GetAttribute("lang"));
        Assert.DoesNotMatch("[가-힣]", page.Text);
        Assert.Contains("₩4,900", page.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Only_operators_see_the_operators_pages()
    {
        using FlowVisitor customer = await site.SignedUpAsync();
        string id = FlowSite.SubscriptionIdOn(await site.SubscribeAsync(customer));
        using FlowVisitor anonymous = new(site.Server.Address);

        foreach (string path in (string[])["/operator", $"/operator/subscriptions/{id}", "/operator/installation", "/operator/read-side", "/operator/charging", "/operator/parked", "/operator/reconciliation", "/operator/reconciliation/2026-11-01"])
        {
            Assert.Equal(HttpStatusCode.Forbidden, (await customer.GetAsync(path)).Status);
            Assert.Contains("/account/sign-in", (await anonymous.GetAsync(path)).Location, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task An_operator_stops_charging_and_resumes_it()
    {
        using FlowVisitor @operator = new(site.Server.Address);
        await @operator.SignInAsync(SandboxAccount.All.Single(a => a.Role is not null));

        await @operator.SubmitAsync(await @operator.OpenAsync("/operator/charging"), "form[action*=Stop]", ("Reason", "maintenance"));
        FlowPage stopped = await @operator.OpenAsync("/operator/charging");
        FlowPage overview = await @operator.OpenAsync("/operator");
        await @operator.SubmitAsync(stopped, "form[action*=Resume]", ("Reason", "mended"));
        FlowPage resumed = await @operator.OpenAsync("/operator/charging");

        Assert.Contains("중지됨", overview.Text, StringComparison.Ordinal);
        Assert.Contains("중지됨", stopped.Text, StringComparison.Ordinal);
        Assert.Contains("operator:", stopped.Text, StringComparison.Ordinal);
        Assert.Contains("점검", stopped.Text, StringComparison.Ordinal);
        Assert.Contains("결제 요청을 보내는 중", resumed.Text, StringComparison.Ordinal);
        Assert.Null(resumed.Document.QuerySelector("form[action*=Resume]"));
    }

    [Fact]
    public async Task The_dashboard_is_for_operators_and_shows_no_stored_state()
    {
        using FlowVisitor owner = await site.SignedUpAsync();
        string id = FlowSite.SubscriptionIdOn(await site.SubscribeAsync(owner));
        string state = $"/operator/dashboard/GrainState?grainId=main%2F{id}&grainType=OrleansBilling.Subscriptions.SubscriptionGrain";
        FlowPage refused = await owner.GetAsync(state);

        using FlowVisitor @operator = new(site.Server.Address);
        await @operator.SignInAsync(SandboxAccount.All.Single(a => a.Role is not null));
        FlowPage dashboard = await @operator.OpenAsync("/operator/dashboard/");
        FlowPage shown = await @operator.GetAsync(state);

        Assert.Equal(HttpStatusCode.Forbidden, refused.Status);
        Assert.Equal(HttpStatusCode.OK, dashboard.Status);
        Assert.Contains("font-src 'self' data:", dashboard.Headers["Content-Security-Policy"], StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, shown.Status);
        Assert.DoesNotContain("v1.k", shown.Html, StringComparison.Ordinal);
        Assert.DoesNotContain("encryptedBillingKey", shown.Html, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task An_operator_sees_the_installation_and_that_it_may_charge()
    {
        using FlowVisitor @operator = new(site.Server.Address);
        await @operator.SignInAsync(SandboxAccount.All.Single(a => a.Role is not null));

        FlowPage page = await @operator.OpenAsync("/operator/installation");

        Assert.Contains("Simulator", page.Text, StringComparison.Ordinal);
        Assert.Contains("system:start", page.Text, StringComparison.Ordinal);
        Assert.Null(page.Document.QuerySelector("main form")); // Armed: nothing to confirm.
    }

    [Fact]
    public async Task An_operator_finds_a_subscription_and_its_story_and_tries_again()
    {
        using FlowVisitor customer = await site.SignedUpAsync();
        string id = FlowSite.SubscriptionIdOn(await site.SubscribeAsync(customer));
        await UntilPaymentIsListedAsync(customer, id);
        using FlowVisitor @operator = new(site.Server.Address);
        await @operator.SignInAsync(SandboxAccount.All.Single(a => a.Role is not null));

        FlowPage found = await @operator.OpenAsync($"/operator?subscription={id}");
        FlowPage answered = await @operator.OpenAsync((await @operator.SubmitAsync(found, "form[action*='handler=Retry']")).Location!);
        FlowPage missing = await @operator.OpenAsync("/operator?subscription=sub_none");

        Assert.Contains("subscription.activated", found.Text, StringComparison.Ordinal);
        Assert.Contains(nameof(Refusal.NothingToRetry), answered.Text, StringComparison.Ordinal);
        Assert.NotNull(missing.Document.QuerySelector("#subscription-error"));
    }

    [Fact]
    public async Task An_operator_rebuilds_the_read_side_and_sees_how_far_it_is()
    {
        using FlowVisitor @operator = new(site.Server.Address);
        await @operator.SignInAsync(SandboxAccount.All.Single(a => a.Role is not null));

        FlowPage before = await @operator.OpenAsync("/operator/read-side");
        await @operator.SubmitAsync(before, "form[action*='handler=Rebuild']");

        FlowPage after = await Support.Eventually.Async(
            () => @operator.OpenAsync("/operator/read-side"), page => page.Document.QuerySelector("form[action*='handler=Rebuild'] button:not([disabled])") is not null, "the rebuild is over");
        Assert.DoesNotContain("operator:", before.Text, StringComparison.Ordinal);
        Assert.Contains("operator:", after.Text, StringComparison.Ordinal);
    }

    // The read side follows the grain by moments.
    private static Task<FlowPage> UntilPaymentIsListedAsync(FlowVisitor visitor, string id) => Support.Eventually.Async(
        () => visitor.GetAsync($"/subscriptions/{id}"), page => page.Document.QuerySelector("main table a") is not null, "the payment and its receipt are listed");
}
