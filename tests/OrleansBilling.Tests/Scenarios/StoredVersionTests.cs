using System.Text;
using System.Text.Json.Nodes;
using Orleans.Core.Internal;
using OrleansBilling.Registrations;
using OrleansBilling.Tests.Support;

namespace OrleansBilling.Tests.Scenarios;

/// <summary>Two releases in one cluster: an older silo meets rows of a newer one.</summary>
public class StoredVersionTests(Stage stage) : IClassFixture<Stage>
{
    private const string OneRow = "WHERE GrainTypeString LIKE '%' || @type || '%' AND GrainIdExtensionString LIKE '%' || @id";

    [Theory, InlineData("subscription"), InlineData("registration"), InlineData("customer")]
    public async Task A_row_that_needs_a_newer_reader_is_refused_and_not_touched(string state)
    {
        Story story = await stage.SubscribedAsync();
        string id = state == "customer" ? story.CustomerId : story.Id;
        Func<Task> act = () => story.Grain.CancelNowAsync(story.By());
        if (state == "registration")
        {
            RegistrationView view = await stage.Server.TrySubscribeAsync("daily-stretch-monthly", story.CustomerId);
            id = view.RegistrationId;
            act = () => stage.Server.Grains.Registration(BillingServer.Merchant, id).CompleteAsync(story.CustomerId);
        }
        else if (state == "customer")
        {
            act = () => stage.Server.Grains.Customer(BillingServer.Merchant, id).ReleaseAsync("morning-letter", story.Id);
        }

        await ForgetAsync(state, id);
        await ChangeAsync(state, id, row => row["minReader"] = 2);
        string before = await ReadAsync(state, id);

        await Assert.ThrowsAnyAsync<Exception>(act);
        if (state == "subscription")
        {
            await stage.Server.WalkAsync(TimeSpan.FromDays(1));
        }

        Assert.Equal(before, await ReadAsync(state, id));
        await ChangeAsync(state, id, row => row["minReader"] = 1);
        await act(); // The upgraded silo goes on.
    }

    [Fact]
    public async Task Members_that_this_version_does_not_know_survive_a_rewrite()
    {
        Story story = await stage.SubscribedAsync();
        await ForgetAsync("subscription", story.Id);
        await ChangeAsync("subscription", story.Id, row =>
        {
            row["fromTheFuture"] = "root";
            row["subscription"]!["fromTheFuture"] = new JsonObject { ["deep"] = 1 };
            row["subscription"]!["terms"]!["fromTheFuture"] = "terms";
            row["subscription"]!["paymentMethods"]![0]!["fromTheFuture"] = "card";
        });

        await story.WalkPastDueAsync(TimeSpan.FromMinutes(1));
        await story.Grain.CancelAtPeriodEndAsync(story.By());

        JsonNode row = JsonNode.Parse(await ReadAsync("subscription", story.Id))!;
        Assert.Equal(2, (await story.ApprovalsAsync()).Count);
        Assert.Equal("root", (string?)row["fromTheFuture"]);
        Assert.Equal(1, (int?)row["subscription"]!["fromTheFuture"]!["deep"]);
        Assert.Equal("terms", (string?)row["subscription"]!["terms"]!["fromTheFuture"]);
        Assert.Equal("card", (string?)row["subscription"]!["paymentMethods"]![0]!["fromTheFuture"]);
    }

    private async Task ForgetAsync(string state, string id)
    {
        IGrain grain = state switch
        {
            "customer" => stage.Server.Grains.Customer(BillingServer.Merchant, id),
            "registration" => stage.Server.Grains.Registration(BillingServer.Merchant, id),
            _ => stage.Server.Subscription(id),
        };
        await grain.AsReference<IGrainManagementExtension>().DeactivateOnIdle();
    }

    private async Task<string> ReadAsync(string state, string id) => Encoding.UTF8.GetString(Assert.Single(await stage.Server.RowsAsync<byte[]>(
        $"SELECT PayloadBinary FROM OrleansStorage {OneRow}", new { type = state, id })));

    private async Task ChangeAsync(string state, string id, Action<JsonNode> change)
    {
        JsonNode row = JsonNode.Parse(await ReadAsync(state, id))!;
        change(row);
        await stage.Server.ExecuteAsync(
            $"UPDATE OrleansStorage SET PayloadBinary = @payload {OneRow}", new { type = state, id, payload = Encoding.UTF8.GetBytes(row.ToJsonString()) });
    }
}
