using OrleansBilling.Subscriptions;

namespace OrleansBilling.Charging;

/// <summary>One merchant's charging over the whole cluster. Key: the merchant's id. Its silos report to it what the provider answers, and are told whether and how fast they may charge.</summary>
[Alias("OrleansBilling.IMerchantChargingGrain")]
internal interface IMerchantChargingGrain : IGrainWithStringKey
{
    /// <summary>Takes a silo's report and says how things stand. A report that is repeated counts twice, which does no harm.</summary>
    [Alias("Report")] Task<ChargingNews> ReportAsync(ChargingReport report);

    /// <summary>Takes the one probe of the cluster; null when there is none to be had. To be ended in a report.</summary>
    [Alias("TakeProbe")] Task<long?> TakeProbeAsync(string silo);

    /// <summary>An operator's command: nothing is charged until <see cref="ResumeAsync"/>. Again, it changes nothing.</summary>
    [Alias("Stop")] Task StopAsync(CommandInfo command);

    /// <summary>An operator's command: every stop ends at once. Where its cause is still there, the next answers stop charging again.</summary>
    [Alias("Resume")] Task ResumeAsync(CommandInfo command);

    /// <summary>For the operator's page.</summary>
    [Alias("Status")] Task<ChargingStatus> StatusAsync();
}
