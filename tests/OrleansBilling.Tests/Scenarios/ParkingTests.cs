using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using OrleansBilling.Domain;
using OrleansBilling.Reports;
using OrleansBilling.Subscriptions;
using OrleansBilling.Tests.Support;
using OrleansBilling.TossSimulator.State;

namespace OrleansBilling.Tests.Scenarios;

/// <summary>A subscription that cannot go on by its own fault is parked with its reason, listed, and taken up again by a command. It holds nobody else up.</summary>
public class ParkingTests(Stage stage) : IClassFixture<Stage>
{
    [Fact]
    public async Task A_billing_key_that_cannot_be_read_parks_its_subscription_until_it_can()
    {
        Story story = await stage.SubscribedAsync();
        string key = (await story.StoredAsync()).PaymentMethods[0].EncryptedBillingKey!;
        string other = (key[^1] == 'A' ? 'B' : 'A').ToString();
        await ChangeAsync(story, s => s["paymentMethods"]![0]!["encryptedBillingKey"] = key[..^20] + other + key[^19..]);

        await story.TickThroughAsync(story.WalkPastDueAsync(TimeSpan.FromMinutes(1)));

        SubscriptionView parked = await story.UntilAsync(v => v.ParkedReason is not null, "it is parked");
        Assert.Equal(ParkingReasons.KeyUnreadable, parked.ParkedReason);
        Assert.Equal((ParkingReasons.KeyUnreadable, "SecretUnreadableException"), await ListedAsync(story) is { } row ? (row.Reason, row.Failure) : default);
        Assert.Empty(await story.Provider.RowsAsync(story.OrdersOf(2)));

        await ChangeAsync(story, s => s["paymentMethods"]![0]!["encryptedBillingKey"] = key);
        Assert.Null(await UnparkAsync(story));

        await Eventually.Async(() => story.Provider.RowsAsync(story.OrdersOf(2)), rows => rows.Count == 1, "what was due is charged");
        await Eventually.Async(() => ListedAsync(story), row => row is null, "it leaves the list");
    }

    [Fact]
    public async Task A_card_that_is_not_in_the_state_any_more_parks_its_subscription_as_one_whose_key_cannot_be_read()
    {
        Story story = await stage.SubscribedAsync();
        string whole = await ChangeAsync(story, s => s["paymentMethods"] = new JsonArray());

        await story.TickThroughAsync(story.WalkPastDueAsync(TimeSpan.FromMinutes(1)));

        Assert.Equal(ParkingReasons.KeyUnreadable, (await story.UntilAsync(v => v.ParkedReason is not null, "it is parked")).ParkedReason);
        Assert.Empty(await story.Provider.RowsAsync(story.OrdersOf(2)));

        await ChangeAsync(story, s => s["paymentMethods"] = JsonNode.Parse(whole)!["subscription"]!["paymentMethods"]!.DeepClone());
        Assert.Null(await UnparkAsync(story));

        await Eventually.Async(() => story.Provider.RowsAsync(story.OrdersOf(2)), rows => rows.Count == 1, "what was due is charged");
    }

    [Fact]
    public async Task Rules_that_throw_park_their_subscription_and_the_payment_in_progress_is_settled_when_it_goes_on()
    {
        Story story = await stage.SubscribedAsync();
        await ChangeAsync(story, s => s["terms"]!["zoneId"] = "Nowhere/City");

        await story.TickThroughAsync(story.WalkPastDueAsync(TimeSpan.FromMinutes(1)));

        SubscriptionView parked = await story.UntilAsync(v => v.ParkedReason is not null, "it is parked");
        Assert.Equal(ParkingReasons.RulesFailed, parked.ParkedReason);
        Assert.Equal("DateTimeZoneNotFoundException", (await ListedAsync(story))?.Failure);

        await ChangeAsync(story, s => s["terms"]!["zoneId"] = "Asia/Seoul");
        Assert.Null(await UnparkAsync(story));

        await story.UntilAsync(v => v is { ParkedReason: null, PaymentInProgress: false, OpenInvoice: null }, "the payment is settled");
        Assert.Equal(LedgerKind.Approval, Assert.Single(await story.Provider.RowsAsync(story.OrdersOf(2))).Kind); // Asked for again and again under one key, and charged once.
        await story.AssertNoEventIsMissingAsync(atLeast: 8);
    }

    [Fact]
    public async Task A_state_that_cannot_be_read_is_listed_left_as_it_is_and_holds_nobody_up()
    {
        Story story = await stage.SubscribedAsync();
        string status = await ChangeAsync(story, s => s["status"] = "nonsense");
        string before = await ReadAsync(story);

        for (int looks = 0; looks < 3; looks++)
        {
            await Assert.ThrowsAnyAsync<Exception>(story.TickAsync);
        }

        Assert.Equal((ParkingReasons.StateUnreadable, "JsonException"), await ListedAsync(story) is { } row ? (row.Reason, row.Failure) : default);
        Assert.NotNull(await UnparkAsync(story)); // Not yet.
        Assert.NotNull(await ListedAsync(story));
        Assert.Equal(before, await ReadAsync(story));

        await WriteAsync(story, status);
        await UnparkAsync(story);

        Assert.Null(await ListedAsync(story));
        Assert.Equal(SubscriptionStatus.Active, (await story.ViewAsync()).Status);
    }

    private static async Task<ParkedRow?> ListedAsync(Story story) =>
        (await story.Server.App.Services.GetRequiredService<ParkedSubscriptions>().ReadAsync(BillingServer.Merchant, TestContext.Current.CancellationToken))
            .Rows.FirstOrDefault(row => row.SubscriptionId == story.Id);

    private static Task<string?> UnparkAsync(Story story) =>
        story.Server.App.Services.GetRequiredService<UnparkCommand>().TryAsync(story.Id, new CommandInfo(PrefixedId.New("cmd", TimeProvider.System), "operator:usr_1", null));

    /// <summary>Answers what stood there before.</summary>
    private static async Task<string> ChangeAsync(Story story, Action<JsonNode> change)
    {
        string before = await ReadAsync(story);
        JsonNode row = JsonNode.Parse(before)!;
        change(row["subscription"]!);
        await WriteAsync(story, row.ToJsonString());
        return before;
    }

    private static async Task<string> ReadAsync(Story story) => Encoding.UTF8.GetString(
        Assert.Single(await story.Server.RowsAsync<byte[]>("SELECT PayloadBinary FROM OrleansStorage WHERE GrainIdExtensionString LIKE @key", new { key = $"%{story.Id}" })));

    private static async Task WriteAsync(Story story, string payload)
    {
        try
        {
            await story.ForgetAsync();
        }
        catch (Exception)
        {
            // It cannot be read, so there is no activation to forget.
        }

        await story.Server.ExecuteAsync("UPDATE OrleansStorage SET PayloadBinary = @payload WHERE GrainIdExtensionString LIKE @key", new { payload = Encoding.UTF8.GetBytes(payload), key = $"%{story.Id}" });
    }
}
