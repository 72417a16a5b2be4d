using OrleansBilling.Domain;
using OrleansBilling.Registrations;
using OrleansBilling.Tests.Support;
using OrleansBilling.TossSimulator.Cards;
using OrleansBilling.TossSimulator.Control;
using OrleansBilling.TossSimulator.Faults;
using OrleansBilling.TossSimulator.Wire;

namespace OrleansBilling.Tests.Scenarios;

/// <summary>The provider's request log is the judge: however a return is repeated or broken off, one exchange makes one billing key and one charge.</summary>
public class RegistrationTests(Stage stage) : IClassFixture<Stage>
{
    [Fact]
    public async Task Reloads_double_clicks_and_two_tabs_exchange_once()
    {
        Return given = await ReturnAsync();

        StoreAuthKeyAnswer[] stored = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => given.StoreAsync()));
        RegistrationView[] completed = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => given.Grain.CompleteAsync(given.CustomerId)));
        RegistrationView later = await given.Grain.CompleteAsync(given.CustomerId);

        Assert.Equal([StoreAuthKeyAnswer.Stored, StoreAuthKeyAnswer.AlreadyStored, StoreAuthKeyAnswer.AlreadyStored], stored.Order());
        Assert.All([.. completed, later], view => Assert.Equal(RegistrationStatus.Completed, view.Status));
        await AssertExchangedOnceAndChargedOnceAsync(given);
        Assert.Single(await stage.Provider.RequestsAsync(WireOperation.Issue, customerKey: given.Opened.CustomerKey));
    }

    [Theory]
    [InlineData("registration", WriteFault.NotWritten, 0)] // "confirmed"
    [InlineData("registration", WriteFault.WrittenButReportedAsFailed, 0)]
    [InlineData("registration", WriteFault.NotWritten, 1)] // "exchanged"
    [InlineData("registration", WriteFault.WrittenButReportedAsFailed, 1)]
    [InlineData("registration", WriteFault.NotWritten, 2)] // "done"
    [InlineData("registration", WriteFault.WrittenButReportedAsFailed, 2)]
    [InlineData("reminder", WriteFault.NotWritten, 0)] // the wake-up that carries it through
    [InlineData("customer", WriteFault.NotWritten, 0)] // the claim of the product
    [InlineData("customer", WriteFault.WrittenButReportedAsFailed, 0)]
    public async Task A_crash_between_two_steps_is_taken_up_again_and_exchanges_once(string what, WriteFault fault, int skip)
    {
        Return given = await ReturnAsync();
        await given.StoreAsync();
        stage.Storage.Fail(what, what == "customer" ? given.CustomerId : given.Opened.RegistrationId, fault, skip);

        await TryAsync(() => given.Grain.CompleteAsync(given.CustomerId));
        Assert.False(stage.Storage.IsArmed);
        RegistrationView view = await Eventually.Async(
            () => given.Grain.CompleteAsync(given.CustomerId), v => v.Status == RegistrationStatus.Completed, "the registration is completed");

        Assert.NotNull(view.SubscriptionId);
        await AssertExchangedOnceAndChargedOnceAsync(given);
    }

    [Fact]
    public async Task A_registration_that_was_confirmed_is_carried_through_although_nobody_looks()
    {
        Return given = await ReturnAsync();
        await given.StoreAsync();
        await stage.Provider.FailAsync(new FaultRequest(FaultKind.DropAfterCommit, WireOperation.Issue, CustomerKey: given.Opened.CustomerKey)); // The key is made; its answer is lost.

        RegistrationView unanswered = await given.Grain.CompleteAsync(given.CustomerId);
        Assert.Equal(RegistrationStatus.Charging, unanswered.Status);
        await stage.Server.WalkAsync(TimeSpan.FromMinutes(6));

        await Eventually.Async(() => given.ViewAsync(), v => v!.Status == RegistrationStatus.Completed, "its reminder has carried it through");
        await AssertExchangedOnceAndChargedOnceAsync(given);
    }

    [Fact]
    public async Task Pages_answer_while_the_provider_thinks_however_many_tabs_wait()
    {
        Return given = await ReturnAsync();
        await given.StoreAsync();
        await stage.Provider.FailAsync(new FaultRequest(FaultKind.Hold, WireOperation.Issue, CustomerKey: given.Opened.CustomerKey));

        Task<RegistrationView>[] tabs = [.. Enumerable.Range(0, 8).Select(_ => given.Grain.CompleteAsync(given.CustomerId))];
        await stage.Provider.UntilHeldAsync();
        RegistrationView? seen = await given.ViewAsync().WaitAsync(TimeSpan.FromSeconds(3), TestContext.Current.CancellationToken);
        RegistrationView[] answered = await Task.WhenAll(tabs).WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken); // They wait together, not one after the other.
        await stage.Provider.ReleaseAsync();

        Assert.All([seen, .. answered], view => Assert.Equal(RegistrationStatus.Charging, view!.Status));
        await Eventually.Async(() => given.ViewAsync(), v => v!.Status == RegistrationStatus.Completed, "the registration is completed");
        await AssertExchangedOnceAndChargedOnceAsync(given);
    }

    [Fact]
    public async Task A_registration_that_was_held_up_for_hours_does_not_begin_a_second_subscription_of_the_product()
    {
        Return stuck = await ReturnAsync();
        string never = PrefixedId.Derive("sub", stuck.Opened.RegistrationId);
        await stuck.StoreAsync();
        for (int i = 0; i < 100; i++)
        {
            stage.Storage.Fail("subscription", never, WriteFault.NotWritten); // The key is there; its subscription cannot be stored.
        }

        await stuck.Grain.CompleteAsync(stuck.CustomerId);
        await new Story(stage.Server, stage.Provider, stuck.CustomerId, never).TickThroughAsync(stage.Server.WalkAsync(TimeSpan.FromMinutes(70)));
        RegistrationView other = await stage.Server.TrySubscribeAsync(Stage.Monthly, stuck.CustomerId);
        Assert.Equal(RegistrationStatus.Completed, other.Status);
        stage.Storage.Relent();

        RegistrationView late = await Eventually.Async(
            () => stuck.Grain.CompleteAsync(stuck.CustomerId), v => v.Status != RegistrationStatus.Charging, "the registration that was held up has ended");

        Assert.Equal((RegistrationStatus.Refused, "ALREADY_SUBSCRIBED", other.SubscriptionId), (late.Status, late.FailureCode, late.ExistingSubscriptionId));
        Assert.Null(await stage.Server.Subscription(never).ViewAsync());
        Assert.Single(await stage.Provider.RequestsAsync(WireOperation.Delete, customerKey: stuck.Opened.CustomerKey)); // Its key does not stay behind.
    }

    [Fact]
    public async Task Another_persons_nonce_key_or_account_gets_nothing_and_sends_nothing()
    {
        Return given = await ReturnAsync();
        Return other = await ReturnAsync();
        RegistrationView mine = given.Opened;

        Assert.Equal(StoreAuthKeyAnswer.NotYours, await given.Grain.StoreAuthKeyAsync(new StoreAuthKey(other.CustomerId, mine.Nonce, mine.CustomerKey, given.AuthKey)));
        Assert.Equal(StoreAuthKeyAnswer.NotYours, await given.Grain.StoreAuthKeyAsync(new StoreAuthKey(given.CustomerId, other.Opened.Nonce, mine.CustomerKey, given.AuthKey)));
        Assert.Equal(StoreAuthKeyAnswer.NotYours, await given.Grain.StoreAuthKeyAsync(new StoreAuthKey(given.CustomerId, mine.Nonce, other.Opened.CustomerKey, other.AuthKey)));
        Assert.Null(await given.Grain.ViewAsync(other.CustomerId));
        await Assert.ThrowsAsync<UnauthorizedAccessException>(() => given.Grain.CompleteAsync(other.CustomerId));

        Assert.Equal(RegistrationStatus.Open, (await given.Grain.CompleteAsync(given.CustomerId)).Status);
        Assert.Empty(await stage.Provider.RequestsAsync(WireOperation.Issue, customerKey: mine.CustomerKey));
    }

    [Fact]
    public async Task A_used_authKey_is_refused_and_the_product_stays_free()
    {
        Return given = await ReturnAsync();
        await given.StoreAsync();
        RegistrationView first = await given.Grain.CompleteAsync(given.CustomerId);
        await stage.Server.Subscription(first.SubscriptionId!).CancelNowAsync(new("done", $"customer:{given.CustomerId}", null));

        Return again = await ReturnAsync(given.CustomerId);
        await again.Grain.StoreAuthKeyAsync(new StoreAuthKey(again.CustomerId, again.Opened.Nonce, again.Opened.CustomerKey, given.AuthKey));
        RegistrationView refused = await again.Grain.CompleteAsync(again.CustomerId);

        Assert.Equal((RegistrationStatus.Refused, "NOT_FOUND_BILLING", null), (refused.Status, refused.FailureCode, refused.SubscriptionId));
        RegistrationView third = await stage.Server.TrySubscribeAsync(Stage.Monthly, given.CustomerId);
        Assert.Equal(RegistrationStatus.Completed, third.Status);
    }

    [Fact]
    public async Task A_card_cannot_be_registered_for_another_customers_subscription()
    {
        Story story = await stage.SubscribedAsync();
        string stranger = PrefixedId.New("cus", TimeProvider.System);

        await Assert.ThrowsAsync<ArgumentException>(() => stage.Server.RegisterAsync(
            new OpenRegistration(RegistrationPurpose.ReplaceCard, stranger, story.Id, null, 0, 0, "v1"), ScriptedCards.AlwaysApproves, "1230"));
    }

    [Fact]
    public async Task A_card_for_a_subscription_that_ended_meanwhile_does_not_stay_at_the_provider()
    {
        Story story = await stage.SubscribedAsync();
        Return given = await ReturnAsync(story.CustomerId, story.Id);
        await given.StoreAsync();
        await story.Grain.CancelNowAsync(story.By());
        await story.UntilAsync(v => v.Card is null, "the old key is deleted");

        RegistrationView refused = await given.Grain.CompleteAsync(given.CustomerId);

        Assert.Equal((RegistrationStatus.Refused, nameof(Refusal.AlreadyEnded)), (refused.Status, refused.FailureCode));
        IReadOnlyList<RequestRow> deletions = await stage.Provider.RequestsAsync(WireOperation.Delete, customerKey: given.Opened.CustomerKey);
        Assert.Equal(2, deletions.Count(row => row.Status == 200));
        Assert.Equal(2, deletions.Select(row => row.Resource).Distinct().Count());
    }

    private async Task AssertExchangedOnceAndChargedOnceAsync(Return given)
    {
        IReadOnlyList<RequestRow> exchanges = await stage.Provider.RequestsAsync(WireOperation.Issue, customerKey: given.Opened.CustomerKey);
        Assert.Single(exchanges, row => !row.IsReplay && row.Status is 200 or 0);
        Assert.Equal(given.Opened.RegistrationId, Assert.Single(exchanges.Select(row => row.IdempotencyKey).Distinct()));

        string id = (await given.ViewAsync())!.SubscriptionId!;
        Story story = new(stage.Server, stage.Provider, given.CustomerId, id);
        await story.UntilAsync(v => v.Status == SubscriptionStatus.Active, "the first charge is approved");
        Assert.Single(await story.ApprovalsAsync());
        Assert.Single((await stage.Provider.RequestsAsync(WireOperation.Charge, customerKey: given.Opened.CustomerKey)).Select(row => row.Resource).Distinct());
    }

    private async Task<Return> ReturnAsync(string? customerId = null, string? replacesCardOf = null)
    {
        string customer = customerId ?? PrefixedId.New("cus", TimeProvider.System);
        IRegistrationGrain grain = stage.Server.Grains.Registration(BillingServer.Merchant, PrefixedId.New("reg", TimeProvider.System));
        RegistrationView opened = await grain.OpenAsync(replacesCardOf is null
            ? new OpenRegistration(RegistrationPurpose.Subscribe, customer, null, Stage.Monthly, stage.Server.PlanOf(Stage.Monthly).Version, Stage.MonthlyKrw, "v1")
            : new OpenRegistration(RegistrationPurpose.ReplaceCard, customer, replacesCardOf, null, 0, 0, "v1"));
        return new Return(grain, customer, opened, await stage.Server.AuthKeyAsync(opened.CustomerKey, ScriptedCards.AlwaysApproves, "1230"));
    }

    private static async Task TryAsync(Func<Task> act)
    {
        try
        {
            await act();
        }
        catch (Exception error) when (error is SabotagedException or Orleans.Runtime.OrleansException)
        {
            // The person sees an error page and presses the button again.
        }
    }

    /// <summary>A person who comes back from the provider's window.</summary>
    private sealed record Return(IRegistrationGrain Grain, string CustomerId, RegistrationView Opened, string AuthKey)
    {
        public Task<StoreAuthKeyAnswer> StoreAsync() => Grain.StoreAuthKeyAsync(new StoreAuthKey(CustomerId, Opened.Nonce, Opened.CustomerKey, AuthKey));

        public Task<RegistrationView?> ViewAsync() => Grain.ViewAsync(CustomerId);
    }
}
