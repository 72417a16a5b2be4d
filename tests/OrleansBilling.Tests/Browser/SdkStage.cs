using Microsoft.AspNetCore.Builder;
using Microsoft.Playwright;
using OrleansBilling.TossSimulator;

namespace OrleansBilling.Tests.Browser;

/// <summary>A simulator and a shop that uses its SDK, for all tests of one class.</summary>
public sealed class SdkStage : IAsyncLifetime
{
    private WebApplication _simulator = null!;
    private SdkShop _shop = null!;

    public Uri Simulator => TossSimulatorHost.AddressOf(_simulator);

    public Uri Shop => _shop.Address;

    public async ValueTask InitializeAsync()
    {
        _simulator = TossSimulatorHost.Build(new TossSimulatorOptions { Urls = "http://127.0.0.1:0" });
        await _simulator.StartAsync(TestContext.Current.CancellationToken);
        _shop = await SdkShop.StartAsync(Simulator);
    }

    public async ValueTask DisposeAsync()
    {
        await _shop.DisposeAsync();
        await _simulator.DisposeAsync();
    }

    /// <summary>The shop's page with the SDK by "plain" script tag or "npm" loader.</summary>
    internal async Task<SdkPage> OpenAsync(IBrowserContext context, string loader = "npm")
    {
        IPage page = await context.NewPageAsync();
        SdkPage sdk = new(page, this);
        await page.GotoAsync(new Uri(Shop, loader).ToString());
        await page.WaitForFunctionAsync("() => window.load !== undefined");
        return sdk;
    }
}
