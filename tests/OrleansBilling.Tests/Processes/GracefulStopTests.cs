using OrleansBilling.Domain;
using OrleansBilling.Subscriptions;
using OrleansBilling.Tests.Support;

namespace OrleansBilling.Tests.Processes;

public class GracefulStopTests
{
    [Fact]
    public async Task A_silo_that_is_asked_to_stop_waits_for_its_charge_and_stores_the_outcome()
    {
        await using Deployment deployment = await Deployment.CreateAsync();
        SiloProcess silo = await deployment.StartSiloAsync();
        await deployment.ConnectAsync();
        await deployment.Simulator.HoldChargesAsync(1, approved: true);
        Task<string> subscribing = deployment.SubscribeAsync("morning-letter-monthly", 4_900);
        await deployment.Simulator.HeldAsync(1);
        await subscribing;

        silo.Program.Terminate();
        using HttpClient site = new() { BaseAddress = await silo.SiteAsync() };
        await Eventually.Async(() => AnswersAsync(site), answers => !answers, "the stopping site takes no more requests");
        Assert.True(silo.Program.IsRunning, "It left a charge behind whose answer was on its way.");
        await deployment.Simulator.ReleaseAsync();

        Assert.Equal(0, await silo.Program.ExitAsync(TimeSpan.FromSeconds(30)));
        Assert.Single(await deployment.QueryAsync<string>("SELECT order_id FROM payments WHERE state = 'approved'"));
        await deployment.StartSiloAsync();
        await deployment.ConnectAsync();
        SubscriptionView view = await deployment.ViewAsync(await subscribing);
        Assert.Equal((SubscriptionStatus.Active, false), (view.Status, view.PaymentInProgress));
        // Asked for once: nothing had to be repeated after the restart.
        Assert.Single(await deployment.Simulator.ChargesAsync());
    }

    private static async Task<bool> AnswersAsync(HttpClient site)
    {
        try
        {
            using HttpResponseMessage answer = await site.GetAsync("/health/live", TestContext.Current.CancellationToken);
            return true;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }
}
