using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace OrleansBilling.Health;

/// <summary>Healthy while this silo is an active member of its cluster: not before it joined, not once it began to stop, not when the others declared it dead.</summary>
internal sealed class SiloHealth(ISiloStatusOracle oracle) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(oracle.CurrentStatus == SiloStatus.Active
            ? HealthCheckResult.Healthy()
            : HealthCheckResult.Unhealthy($"The silo is {oracle.CurrentStatus}."));
}
