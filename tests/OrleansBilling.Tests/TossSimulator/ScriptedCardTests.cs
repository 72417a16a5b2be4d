using OrleansBilling.TossSimulator.Cards;
using OrleansBilling.TossSimulator.Wire;

namespace OrleansBilling.Tests.TossSimulator;

public class ScriptedCardTests
{
    private const string Ok = "";

    [Theory]
    [InlineData(ScriptedCards.AlwaysApproves, Ok, Ok, Ok, Ok)]
    [InlineData("5555000011112222", Ok, Ok, Ok, Ok)] // Not in the table.
    [InlineData(ScriptedCards.AlwaysDeclines, "REJECT_CARD_PAYMENT", "REJECT_CARD_PAYMENT", "REJECT_CARD_PAYMENT", "REJECT_CARD_PAYMENT")]
    [InlineData("9410009000001001", "REJECT_CARD_PAYMENT", Ok, Ok, Ok)]
    [InlineData("9410009000001002", "REJECT_CARD_PAYMENT", "REJECT_CARD_PAYMENT", Ok, Ok)]
    [InlineData("9410009000001003", "REJECT_CARD_PAYMENT", "REJECT_CARD_PAYMENT", "REJECT_CARD_PAYMENT", Ok)]
    [InlineData(ScriptedCards.AlwaysStopped, "INVALID_STOPPED_CARD", "INVALID_STOPPED_CARD", "INVALID_STOPPED_CARD", "INVALID_STOPPED_CARD")]
    [InlineData("9410009000002002", "INVALID_CARD_LOST_OR_STOLEN", "INVALID_CARD_LOST_OR_STOLEN", "INVALID_CARD_LOST_OR_STOLEN", "INVALID_CARD_LOST_OR_STOLEN")]
    [InlineData(ScriptedCards.FirstApprovedThenDeclines, Ok, "REJECT_CARD_PAYMENT", "REJECT_CARD_PAYMENT", "REJECT_CARD_PAYMENT")]
    [InlineData(ScriptedCards.FirstApprovedThenStopped, Ok, "INVALID_STOPPED_CARD", "INVALID_STOPPED_CARD", "INVALID_STOPPED_CARD")]
    [InlineData(ScriptedCards.FirstApprovedThenTwoDeclines, Ok, "REJECT_CARD_PAYMENT", "REJECT_CARD_PAYMENT", Ok)]
    [InlineData("9410009000007002", "PROVIDER_ERROR", "PROVIDER_ERROR", Ok, Ok)]
    [InlineData("9410009000002007", "SOME_NEW_CODE_OF_TOSS", "SOME_NEW_CODE_OF_TOSS", "SOME_NEW_CODE_OF_TOSS", "SOME_NEW_CODE_OF_TOSS")]
    public async Task A_card_follows_its_script_charge_by_charge(string number, string first, string second, string third, string fourth)
    {
        await using RunningSimulator simulator = await RunningSimulator.StartAsync();
        string billingKey = await simulator.IssueAsync(number);

        List<string> codes = [];
        for (int charge = 1; charge <= 4; charge++)
        {
            WireReply reply = await simulator.ChargeAsync(billingKey, $"order-{charge}");
            codes.Add(reply.Code);
            Assert.Equal(reply.Code.Length == 0 ? 200 : TossErrors.Get(reply.Code).Status, reply.Status);
        }

        Assert.Equal([first, second, third, fourth], codes);
        Assert.Equal(codes.Count(code => code == Ok), simulator.State.ReadLedger().Count);
    }

    [Fact]
    public async Task Declines_are_counted_for_each_billing_key_and_only_when_the_card_is_reached()
    {
        await using RunningSimulator simulator = await RunningSimulator.StartAsync();
        string one = await simulator.IssueAsync(ScriptedCards.Declines(1));
        string two = await simulator.IssueAsync(ScriptedCards.Declines(1));

        Assert.Equal("BELOW_MINIMUM_AMOUNT", (await simulator.ChargeAsync(one, amount: 1)).Code);
        Assert.Equal("REJECT_CARD_PAYMENT", (await simulator.ChargeAsync(one)).Code);
        Assert.Equal("REJECT_CARD_PAYMENT", (await simulator.ChargeAsync(two)).Code);
        Assert.Equal(Ok, (await simulator.ChargeAsync(one)).Code);
    }

    [Fact]
    public async Task The_expiring_card_is_good_until_the_end_of_its_month_in_Korea()
    {
        await using RunningSimulator simulator = await RunningSimulator.StartAsync(
            time: new Microsoft.Extensions.Time.Testing.FakeTimeProvider(new(2026, 9, 1, 0, 0, 0, TimeSpan.Zero)));
        string billingKey = await simulator.IssueAsync(ScriptedCards.Expires, expiry: "0926");
        string other = await simulator.IssueAsync(expiry: "0926");
        DateTimeOffset start = new(2026, 9, 1, 0, 0, 0, TimeSpan.Zero);

        await simulator.AdvanceToAsync(new DateTimeOffset(2026, 9, 30, 23, 59, 59, TimeSpan.FromHours(9)) - start);
        Assert.Equal(Ok, (await simulator.ChargeAsync(billingKey, "order-1")).Code);
        await simulator.AdvanceToAsync(new DateTimeOffset(2026, 10, 1, 0, 0, 0, TimeSpan.FromHours(9)) - start);
        Assert.Equal("INVALID_CARD_EXPIRATION", (await simulator.ChargeAsync(billingKey, "order-2")).Code);

        Assert.Equal(Ok, (await simulator.ChargeAsync(other, "order-3")).Code); // The other cards expire only by knob.
        await simulator.ControlAsync("knobs", new { everyCardExpires = true });
        Assert.Equal("INVALID_CARD_EXPIRATION", (await simulator.ChargeAsync(other, "order-4")).Code);
    }

    [Fact]
    public async Task The_card_that_drops_after_commit_charges_and_the_replay_says_so()
    {
        await using RunningSimulator simulator = await RunningSimulator.StartAsync();
        string billingKey = await simulator.IssueAsync(ScriptedCards.DropsAfterCommit);

        await Assert.ThrowsAsync<HttpRequestException>(() => simulator.ChargeAsync(billingKey, idempotencyKey: "key-1"));

        Assert.Single(simulator.State.ReadLedger());
        Assert.Equal("DONE", (await simulator.ChargeAsync(billingKey, idempotencyKey: "key-1")).Text("status"));
        Assert.Single(simulator.State.ReadLedger());
    }

    [Fact]
    public async Task The_card_that_drops_before_commit_charges_at_the_second_request()
    {
        await using RunningSimulator simulator = await RunningSimulator.StartAsync();
        string billingKey = await simulator.IssueAsync(ScriptedCards.DropsBeforeCommitOnce);

        await Assert.ThrowsAsync<HttpRequestException>(() => simulator.ChargeAsync(billingKey, idempotencyKey: "key-1"));

        Assert.Empty(simulator.State.ReadLedger());
        Assert.Equal("DONE", (await simulator.ChargeAsync(billingKey, idempotencyKey: "key-1")).Text("status"));
    }

    [Fact]
    public async Task The_slow_card_that_commits_first_can_be_looked_up_before_it_answers()
    {
        await using RunningSimulator simulator = await RunningSimulator.StartAsync();
        string billingKey = await simulator.IssueAsync(ScriptedCards.AnswersAfter75SecondsButCommits);
        Task<WireReply> charge = simulator.ChargeAsync(billingKey, idempotencyKey: "key-1");

        await RunningSimulator.UntilAsync(
            async () => (await simulator.GetAsync("/v1/payments/orders/order-1")).Status == 200, "the payment can be looked up");

        Assert.False(charge.IsCompleted);
        Assert.Equal("IDEMPOTENT_REQUEST_PROCESSING", (await simulator.ChargeAsync(billingKey, idempotencyKey: "key-1")).Code);
        await simulator.DisposeAsync(); // Like a crash of the provider: the client learns nothing.
        await Assert.ThrowsAnyAsync<Exception>(() => charge);
    }

    [Fact]
    public void Every_number_is_listed_once_with_a_description_in_both_languages()
    {
        Assert.Equal(ScriptedCards.All.Count, ScriptedCards.All.Select(card => card.Number).Distinct().Count());
        Assert.All(ScriptedCards.All, card => Assert.Matches("^[0-9]{16}$", card.Number));
        Assert.All(ScriptedCards.All, card => Assert.True(card.DescriptionKo.Length > 0 && card.DescriptionEn.Length > 0, card.Number));
        Assert.NotNull(ScriptedCards.Find(ScriptedCards.Slow(3)));
        Assert.NotNull(ScriptedCards.Find(ScriptedCards.Declines(9)));
        Assert.NotNull(ScriptedCards.Find(ScriptedCards.ProviderErrors(3)));
    }
}
