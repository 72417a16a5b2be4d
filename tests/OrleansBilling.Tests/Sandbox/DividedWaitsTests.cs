using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using OrleansBilling.Domain;
using OrleansBilling.Subscriptions;
using OrleansBilling.Tests.Support;
using OrleansBilling.Toss;

namespace OrleansBilling.Tests.Sandbox;

/// <summary>The whole program with all waits divided and without a test clock, as tests with real processes start it: a plan by the minute, unanswered once, settled in seconds.</summary>
public class DividedWaitsTests
{
    private const string Plan = "by-the-minute";

    private static readonly string[] Settings =
    [
        "--Sandbox:WaitsDividedBy=60", "--Sandbox:TestClock=false", "--Catalog:Products:3:Id=minutes", "--Catalog:Products:3:Name:Ko=분", "--Catalog:Products:3:Description:Ko=분마다",
        $"--Catalog:Products:3:Plans:0:Id={Plan}", "--Catalog:Products:3:Plans:0:Name:Ko=분", "--Catalog:Products:3:Plans:0:PriceKrw=100", "--Catalog:Products:3:Plans:0:Unit=Minute",
    ];

    [Fact]
    public async Task Every_wait_is_shorter_by_the_same_number()
    {
        await using BillingServer server = await BillingServer.StartAsync(settings: Settings);
        IServiceProvider services = server.App.Services;

        ReminderOptions reminders = services.GetRequiredService<IOptions<ReminderOptions>>().Value;
        Assert.Equal(ChargePolicy.Default.LookUpAfterSend / 60, services.GetRequiredService<ChargePolicy>().LookUpAfterSend);
        Assert.Equal(new ReminderOptions().RefreshReminderListPeriod / 60, reminders.RefreshReminderListPeriod);
        Assert.Equal(new ReminderOptions().ReminderLoadingWindow / 60, reminders.ReminderLoadingWindow);
        Assert.Equal(TimeSpan.FromSeconds(70) / 60, services.GetRequiredService<IOptions<TossOptions>>().Value.ChargeTimeout);
        Assert.Same(TimeProvider.System, server.Clock);
        using HttpClient site = new() { BaseAddress = server.Address };
        Assert.Equal(HttpStatusCode.NotFound, (await site.GetAsync("/sandbox/clock", TestContext.Current.CancellationToken)).StatusCode);
    }

    // Unhurried, the first repeat alone takes a minute.
    [Fact]
    public async Task A_lost_answer_is_settled_within_seconds()
    {
        await using BillingServer server = await BillingServer.StartAsync(settings: Settings);
        await server.Simulator.PostAsync("/simulator/faults", System.Net.Http.Json.JsonContent.Create(new { kind = "drop-after-commit", operation = "charge" }), TestContext.Current.CancellationToken);

        string id = await server.SubscribeAsync(Plan);
        SubscriptionView paid = await server.UntilAsync(id, view => view is { Status: SubscriptionStatus.Active, PaymentInProgress: false }, "the charge is settled");

        Assert.Equal(paid.CurrentPeriod!.Start + TimeSpan.FromMinutes(1), paid.CurrentPeriod.End);
        Assert.Equal(1, (await server.LedgerAsync()).GetProperty("rows").GetArrayLength());
    }
}
