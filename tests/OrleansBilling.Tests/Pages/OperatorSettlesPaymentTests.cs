using System.Net.Http.Json;
using OrleansBilling.Accounts;
using OrleansBilling.Domain;
using OrleansBilling.Tests.Scenarios;
using OrleansBilling.Tests.Support;
using OrleansBilling.TossSimulator.State;

namespace OrleansBilling.Tests.Pages;

/// <summary>A payment of another amount stands under our order id at the provider: a person decides what it is, on the subscription's page.</summary>
public sealed class OperatorSettlesPaymentTests(FlowSite site) : IClassFixture<FlowSite>
{
    private const long OtherKrw = 5_000;

    [Fact]
    public async Task The_other_amount_is_taken_for_the_invoice()
    {
        Story story = await MismatchedAsync();
        using FlowVisitor visitor = new(site.Server.Address);
        await visitor.SignInAsync(SandboxAccount.All.Single(a => a.Role is not null));

        Assert.Equal($"{story.OrdersOf(2)}1", (await visitor.OpenAsync($"/operator/subscriptions/{story.Id}")).Document.QuerySelector("#order-id")?.TextContent);
        await SubmitAsync(visitor, story, "#adopt", ("amountKrw", "5000"), ("compared", "true"));

        await story.UntilAsync(v => v is { ParkedReason: null, OpenInvoice: null, Status: SubscriptionStatus.Active }, "the invoice is paid by it");
        Assert.Equal([OtherKrw], (await story.Provider.RowsAsync(story.OrdersOf(2))).Select(row => row.AmountKrw));
    }

    [Fact]
    public async Task Treated_as_not_charged_once_its_money_is_back_the_invoice_is_charged_by_another_order()
    {
        Story story = await MismatchedAsync();
        using FlowVisitor visitor = new(site.Server.Address);
        await visitor.SignInAsync(SandboxAccount.All.Single(a => a.Role is not null));

        await SubmitAsync(visitor, story, "#not-charged"); // The box is not ticked.
        Assert.NotNull((await story.ViewAsync()).ParkedReason);
        await SubmitAsync(visitor, story, "#not-charged", ("compared", "true"));
        await site.Server.WalkAsync(TimeSpan.FromMinutes(10));
        await story.UntilAsync(v => v.ParkedReason is not null, "the money is still there, so it is parked again");
        await story.Provider.CancelAsync((await story.Provider.RowsAsync(story.OrdersOf(2))).Single().PaymentKey, OtherKrw);
        await SubmitAsync(visitor, story, "#not-charged", ("compared", "true"));

        await story.UntilAsync(v => v.ParkedReason is null, "it goes on");
        IReadOnlyList<LedgerRow> rows = await Eventually.Async(() => story.Provider.RowsAsync($"{story.OrdersOf(2)}2"), r => r.Count == 1, "another order is charged");
        Assert.Equal(FlowSite.PriceKrw, rows[0].AmountKrw);
    }

    private async Task<Story> MismatchedAsync()
    {
        string customer = PrefixedId.New("cus", TimeProvider.System);
        Story story = new(site.Server, new ProviderBook(site.Server.Simulator), customer, await site.Server.SubscribeAsync(FlowSite.Plan, customerId: customer));
        await story.UntilAsync(v => v.Status == SubscriptionStatus.Active, "the first charge is approved");
        using HttpResponseMessage planted = await site.Server.Simulator.PostAsJsonAsync(
            "/simulator/ledger", new { orderId = $"{story.OrdersOf(2)}1", amountKrw = OtherKrw, customerKey = "somebody" }, TestContext.Current.CancellationToken);
        planted.EnsureSuccessStatusCode();
        await story.WalkPastDueAsync(TimeSpan.FromMinutes(30));
        await story.UntilAsync(v => v.ParkedReason == ParkingReasons.PaymentMismatch, "the mismatch parks it");
        return story;
    }

    private static async Task SubmitAsync(FlowVisitor visitor, Story story, string form, params (string Name, string Value)[] fields) =>
        await visitor.SubmitAsync(await visitor.OpenAsync($"/operator/subscriptions/{story.Id}"), form, fields);
}
