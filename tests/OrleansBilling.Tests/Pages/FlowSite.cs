using System.Text.Json;
using OrleansBilling.Tests.Support;
using OrleansBilling.TossSimulator.Cards;

namespace OrleansBilling.Tests.Pages;

/// <summary>The whole program with the simulator inside, for all tests of one class. Each test signs up a person of its own.</summary>
public sealed class FlowSite : IAsyncLifetime
{
    public const string Plan = "morning-letter-monthly";
    public const long PriceKrw = 4_900;

    private int _people;

    internal BillingServer Server { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Server = await BillingServer.StartAsync();

    public ValueTask DisposeAsync() => Server.DisposeAsync();

    internal async Task<FlowVisitor> SignedUpAsync()
    {
        FlowVisitor visitor = new(Server.Address);
        await visitor.SignUpAsync($"person{Interlocked.Increment(ref _people)}@example.com");
        return visitor;
    }

    /// <summary>From the order page to the card page.</summary>
    internal static async Task<CardPage> OrderAsync(FlowVisitor visitor, string plan = Plan)
    {
        FlowPage order = await visitor.OpenAsync($"/order/{plan}");
        FlowPage ordered = await visitor.SubmitAsync(order, "main form", ("Consent", "true"));
        return CardPage.Of(await visitor.OpenAsync(ordered.Location!));
    }

    /// <summary>What the provider's window does: registers the card and says where it sends the browser.</summary>
    internal async Task<string> CardWindowAsync(CardPage page, string cardNumber = ScriptedCards.AlwaysApproves)
    {
        string authKey = await Server.AuthKeyAsync(page.CustomerKey, cardNumber, "1230");
        return $"{page.SuccessPath}?customerKey={page.CustomerKey}&authKey={authKey}";
    }

    /// <summary>Order, card, confirmation: the way of a person without scripts. Answers the result page.</summary>
    internal async Task<FlowPage> SubscribeAsync(FlowVisitor visitor, string cardNumber = ScriptedCards.AlwaysApproves, string plan = Plan) =>
        await ConfirmAsync(visitor, await CardWindowAsync(await OrderAsync(visitor, plan), cardNumber));

    internal static async Task<FlowPage> ConfirmAsync(FlowVisitor visitor, string returnAddress)
    {
        FlowPage confirm = await visitor.OpenAsync(returnAddress);
        FlowPage sent = await visitor.SubmitAsync(confirm, "#confirm");
        return await visitor.OpenAsync(sent.Location!);
    }

    /// <summary>Order ids that the provider approved for this customer.</summary>
    internal Task<IReadOnlyList<string>> ApprovalsAsync(string customerKey) => ApprovalsAsync(row => row.GetProperty("customerKey").GetString() == customerKey);

    /// <summary>Order ids that the provider approved for this subscription.</summary>
    internal Task<IReadOnlyList<string>> ApprovalsOfAsync(string subscriptionId) =>
        ApprovalsAsync(row => row.GetProperty("orderId").GetString()!.Contains($"-{subscriptionId["sub_".Length..]}-", StringComparison.Ordinal));

    private async Task<IReadOnlyList<string>> ApprovalsAsync(Func<JsonElement, bool> wanted) =>
    [
        .. (await Server.LedgerAsync()).GetProperty("rows").EnumerateArray()
            .Where(row => row.GetProperty("kind").GetString() == "Approval" && wanted(row))
            .Select(row => row.GetProperty("orderId").GetString()!),
    ];

    internal static string SubscriptionIdOn(FlowPage page) =>
        page.Document.QuerySelectorAll("main a[href^='/subscriptions/sub_']").Select(a => a.GetAttribute("href")!["/subscriptions/".Length..]).First();
}

/// <summary>What the card page tells its script.</summary>
internal sealed record CardPage(string Address, string ClientKey, string CustomerKey, string SuccessPath, string FailPath)
{
    public string ResultPath => $"{Address}/result";

    public static CardPage Of(FlowPage page)
    {
        AngleSharp.Dom.IElement panel = page.Document.QuerySelector("#register") ?? throw new InvalidOperationException($"No card page at {page.Address}: {page.Text}");
        string Data(string name) => panel.GetAttribute($"data-{name}")!;
        return new CardPage(page.Address.AbsolutePath, Data("client-key"), Data("customer-key"), Data("success-path"), Data("fail-path"));
    }
}
