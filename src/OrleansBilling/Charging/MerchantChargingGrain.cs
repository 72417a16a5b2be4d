using NodaTime;
using OrleansBilling.Clock;
using OrleansBilling.Domain.Charging;
using OrleansBilling.Storage;
using OrleansBilling.Subscriptions;

namespace OrleansBilling.Charging;

/// <summary>Runs <see cref="ChargingRules"/> for one merchant, stores what they decide, and tells people once. Decides nothing itself.</summary>
internal sealed class MerchantChargingGrain(
    [PersistentState("charging", StorageNames.Billing)] IPersistentState<StoredCharging> stored,
    ChargingPolicy policy,
    [FromKeyedServices(BillingClock.Key)] TimeProvider billingClock,
    TimeProvider realTime,
    ILogger<MerchantChargingGrain> logger)
    : Grain, IMerchantChargingGrain
{
    // A silo reports every second; one that has not for so long is gone.
    private static readonly TimeSpan Forgotten = TimeSpan.FromSeconds(10);

    private readonly Dictionary<string, (long At, int InFlight, int Waiting)> _silos = [];
    private ChargingHealth _health = ChargingHealth.New;

    private Instant Now => Instant.FromDateTimeOffset(billingClock.GetUtcNow());

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        StoredForm.Check(this.GetPrimaryKeyString(), stored.State.MinReader, StoredCharging.CurrentVersion);
        _health = stored.State.Health;
        return Task.CompletedTask;
    }

    public async Task<ChargingNews> ReportAsync(ChargingReport report)
    {
        _silos[report.Silo] = (realTime.GetTimestamp(), report.InFlight, report.Waiting);
        if (report.Credential is { } credential)
        {
            await MoveAsync(_health.UseCredential(credential, Now));
        }

        if (report.EndedProbe is { } ended)
        {
            await MoveAsync(_health.EndProbe(ended.Number, ended.Answer, ended.OrderId, ended.Code, Now, policy));
        }

        await MoveAsync(_health.Report(report.ToReport(), Now, policy));
        return ChargingNews.Of(_health.View(Now, policy));
    }

    public async Task<long?> TakeProbeAsync(string silo)
    {
        (ChargingChange change, long? probe) = _health.TakeProbe(silo, Now, policy);
        await MoveAsync(change);
        return probe;
    }

    public Task StopAsync(CommandInfo command) => MoveAsync(_health.Stop(command.Actor, command.Reason, Now, policy));

    public Task ResumeAsync(CommandInfo command) => MoveAsync(_health.Resume(command.Actor, command.Reason, Now, policy));

    public Task<ChargingStatus> StatusAsync()
    {
        (long At, int InFlight, int Waiting)[] silos = [.. _silos.Values.Where(silo => realTime.GetElapsedTime(silo.At) < Forgotten)];
        return Task.FromResult(new ChargingStatus(
            ChargingNews.Of(_health.View(Now, policy)), silos.Sum(silo => silo.InFlight), silos.Sum(silo => silo.Waiting), silos.Length, _health.Operator?.Actor, _health.Operator?.Reason));
    }

    /// <summary>Stored before it is told, so that a stop is told once: by whoever stored it.</summary>
    private async Task MoveAsync(ChargingChange change)
    {
        if (change.MustStore)
        {
            stored.State = stored.State with { Version = StoredCharging.CurrentVersion, MinReader = StoredCharging.CurrentVersion, Health = change.Next };
            try
            {
                await stored.WriteStateAsync();
            }
            catch
            {
                DeactivateOnIdle(); // Memory may be ahead of the database; the silos report again to the next activation.
                throw;
            }
        }

        _health = change.Next;
        foreach (ChargingEvent happened in change.Events)
        {
            Tell(happened);
        }
    }

    private void Tell(ChargingEvent happened)
    {
        string merchant = this.GetPrimaryKeyString();
        Action tell = happened switch
        {
            ChargingEvent.AccountStopped e => () => Log.AccountStopped(logger, merchant, e.Code, e.OrderId),
            ChargingEvent.KeysGone e => () => Log.KeysGone(logger, merchant, e.KeyGone, e.Answers),
            ChargingEvent.OneSubscriptionFaults e => () => Log.OneSubscriptionFaults(logger, merchant, e.OrderId, e.Code),
            ChargingEvent.AccountResumed e => () => Log.AccountResumed(logger, merchant, e.StoppedAt),
            ChargingEvent.BreakerOpened e => () => Log.BreakerOpened(logger, merchant, e.Failed, e.Sent, e.ProbesFrom),
            ChargingEvent.BreakerClosed e => () => Log.BreakerClosed(logger, merchant, e.OpenedAt),
            ChargingEvent.ProbeFailed e => () => Log.ProbeFailed(logger, merchant, e.Answer, e.NextAt),
            ChargingEvent.StoppedByOperator e => () => Log.StoppedByOperator(logger, merchant, e.Actor, e.Reason),
            ChargingEvent.ResumedByOperator e => () => Log.ResumedByOperator(logger, merchant, e.Actor, e.Reason),
            ChargingEvent.RateLowered e => () => Log.RateLowered(logger, merchant, e.PerSecond),
            _ => () => Log.Happened(logger, merchant, happened),
        };
        tell();
    }
}
