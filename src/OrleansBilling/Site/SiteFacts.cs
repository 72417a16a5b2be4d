using Microsoft.Extensions.Options;
using OrleansBilling.Toss;

namespace OrleansBilling.Site;

/// <summary>What every page has to know about this installation. Nothing here is secret.</summary>
public sealed class SiteFacts(IOptions<TossOptions> toss, IOptions<BusinessOptions> business, IOptions<MerchantOptions> merchant)
{
    public TossEnvironment Environment { get; } = toss.Value.Environment;

    /// <summary>No real money moves: the banner is shown and the test clock exists.</summary>
    public bool IsSandbox => Environment != TossEnvironment.Live;

    public BusinessOptions Business { get; } = business.Value;

    /// <summary>The simulator's own page; null with a real provider. By the browser's address of the script: the API may have one that only servers reach.</summary>
    public Uri? SimulatorPage { get; } = toss.Value.Environment == TossEnvironment.Simulator ? new Uri(toss.Value.SdkUrl, "/") : null;

    public string MerchantId { get; } = merchant.Value.Id;

    /// <summary>IANA zone for instants that belong to no subscription.</summary>
    public string ZoneId { get; } = merchant.Value.ZoneId;
}
