using System.Data.Common;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace OrleansBilling.Installations;

/// <summary>Keeps <see cref="ChargingGate"/> up to date while the program runs.</summary>
internal sealed class ChargingGateChecks(
    ChargingGate gate, InstallationStartup startup, TimeProvider time, ILogger<ChargingGateChecks> logger) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await startup.PrepareAsync();
        using PeriodicTimer timer = new(ChargingGate.CheckPeriod, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await gate.CheckAsync(stoppingToken);
            }
            catch (Exception error) when (error is DbException or TimeoutException)
            {
                Log.GateCheckFailed(logger, error);
            }
        }
    }
}

/// <summary>Degraded while nothing may be charged: the site still serves, and an operator is needed.</summary>
internal sealed class ChargingGateHealth(ChargingGate gate) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(gate.MaySend() is { Allowed: false } no ? HealthCheckResult.Degraded(no.Reason) : HealthCheckResult.Healthy());
}
