using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Core.Internal;
using OrleansBilling.Domain;
using OrleansBilling.Security;
using OrleansBilling.Storage;
using OrleansBilling.Subscriptions;
using OrleansBilling.Tests.Support;
using OrleansBilling.TossSimulator.Cards;
using OrleansBilling.TossSimulator.State;

namespace OrleansBilling.Tests.Scenarios;

/// <summary>One running program for the stories of a class: each has a customer of its own, the clock is common and goes forwards only.</summary>
public sealed class Stage : IAsyncLifetime
{
    internal const string Monthly = "morning-letter-monthly";
    internal const long MonthlyKrw = 4_900;

    private readonly List<Story> _stories = [];

    internal BillingServer Server { get; private set; } = null!;

    internal WatchedStorage Storage { get; } = new();

    internal ProviderBook Provider => new(Server.Simulator);

    public async ValueTask InitializeAsync() => Server = await BillingServer.StartAsync(configure: Storage.Install);

    public async ValueTask DisposeAsync()
    {
        await Server.DisposeAsync();
        Assert.Empty(Storage.Breaches);
    }

    /// <summary>A subscriber whose first charge was approved.</summary>
    internal async Task<Story> SubscribedAsync(string planId = Monthly, string card = ScriptedCards.AlwaysApproves)
    {
        Story story = await BeginAsync(planId, card);
        await story.UntilAsync(v => v.Status is SubscriptionStatus.Active or SubscriptionStatus.Trialing, "the first charge is approved");
        return story;
    }

    /// <summary>A start for a card that the provider does not know.</summary>
    internal StartSubscription StartCommand(string customerId)
    {
        string methodId = PrefixedId.New("pm", TimeProvider.System);
        string key = Server.App.Services.GetRequiredService<BillingKeyCipher>().Encrypt(BillingServer.Merchant, methodId, new string('k', 43) + "=").ToStored();
        return new StartSubscription(
            new CommandInfo($"start-{methodId}", $"customer:{customerId}", null), customerId, Monthly, Server.PlanOf(Monthly).Version,
            new RegisteredCard(methodId, Guid.NewGuid().ToString(), key, null, new CardView("21", "94100012****789*", "신용", "개인")));
    }

    /// <summary>A subscriber whose first charge may have gone any way.</summary>
    internal async Task<Story> BeginAsync(string planId = Monthly, string card = ScriptedCards.AlwaysApproves)
    {
        foreach (Story earlier in _stories)
        {
            await earlier.Grain.CancelNowAsync(earlier.By()); // So that the walk of the clock has one story to stop at.
        }

        string customer = PrefixedId.New("cus", TimeProvider.System);
        Story story = new(Server, Provider, customer, await Server.SubscribeAsync(planId, card, customer));
        _stories.Add(story);
        return story;
    }
}

/// <summary>One subscriber's life, seen from the program and from the provider.</summary>
internal sealed record Story(BillingServer Server, ProviderBook Provider, string CustomerId, string Id)
{
    private int _commands;

    public ISubscriptionGrain Grain => Server.Subscription(Id);

    /// <summary>Every order id of this subscription begins so.</summary>
    public string Orders => $"{BillingServer.Merchant}-{Id[4..]}-";

    /// <summary>Every order id of one of its invoices begins so.</summary>
    public string OrdersOf(int invoice) => $"{Orders}{invoice}-";

    public Task<SubscriptionView> ViewAsync() => Server.ViewAsync(Id);

    public Task<SubscriptionView> UntilAsync(Func<SubscriptionView, bool> wanted, string what) => Server.UntilAsync(Id, wanted, what);

    public Task<IReadOnlyList<LedgerRow>> ApprovalsAsync() => Provider.ApprovalsAsync(Orders);

    public CommandInfo By(string? commandId = null) => new(commandId ?? $"cmd-{Id}-{++_commands}", $"customer:{CustomerId}", null);

    public async Task<DateTimeOffset> DueAsync() => (await ViewAsync()).NextChargeAt ?? throw new InvalidOperationException($"{Id}: no charge is planned.");

    public async Task WalkPastDueAsync(TimeSpan beyond) => await Server.WalkToAsync(await DueAsync() + beyond);

    /// <summary>As after a long idle time, or on another silo: the next call meets a new activation, which knows only what is stored.</summary>
    public async Task ForgetAsync() => await Grain.AsReference<IGrainManagementExtension>().DeactivateOnIdle();

    /// <summary>A tick of its reminder, as Orleans repeats it every few minutes. For faults that strand the walk of the clock, which would wait for real minutes.</summary>
    public Task TickAsync() => Grain.AsReference<IRemindable>().ReceiveReminder(SubscriptionGrain.ReminderName, default);

    /// <summary>Its reminder ticks until the walk has arrived.</summary>
    public async Task TickThroughAsync(Task walk)
    {
        await Eventually.Async(
            async () =>
            {
                await TickAsync();
                return await Task.WhenAny(walk, Task.Delay(TimeSpan.FromMilliseconds(200), TestContext.Current.CancellationToken)) == walk;
            },
            arrived => arrived,
            "the walk goes on after the fault");
        await walk;
    }

    public async Task<DateTimeOffset?> ReminderAsync()
    {
        IReminderTable table = Server.App.Services.GetRequiredService<IReminderTable>();
        ReminderEntry? row = await table.ReadRow(Grain.GetGrainId(), SubscriptionGrain.ReminderName);
        return row is null ? null : new DateTimeOffset(DateTime.SpecifyKind(row.StartAt, DateTimeKind.Utc));
    }

    /// <summary>The reminder is set for the next charge, to the rounding of the database.</summary>
    public async Task AssertWakesForNextChargeAsync() => Assert.InRange((await ReminderAsync() - await DueAsync())!.Value, TimeSpan.FromSeconds(-1), TimeSpan.FromSeconds(1));

    /// <summary>What is stored of it.</summary>
    public async Task<Subscription> StoredAsync()
    {
        byte[] row = Assert.Single(await Server.RowsAsync<byte[]>("SELECT PayloadBinary FROM OrleansStorage WHERE GrainIdExtensionString LIKE @key", new { key = $"%{Id}" }));
        return JsonSerializer.Deserialize<StoredSubscription>(row, StoredJson.Options)!.Subscription!;
    }

    public override string ToString() => Id;
}

internal static class Subscriptions
{
    /// <summary>The same subscription, with the same events, under another id.</summary>
    public static Subscription Renamed(this Subscription s, string id) => s with { Id = id, Outbox = [.. s.Outbox.Select(e => e with { Id = $"{e.Id}-{id}", Subscription = id })] };
}
