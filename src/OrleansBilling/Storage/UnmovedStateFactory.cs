using Orleans.Core;
using Orleans.Storage;

namespace OrleansBilling.Storage;

/// <summary>
/// Grain states that stay behind when Orleans moves an activation to another silo, as it does with one that still has calls to answer when its silo stops. The new activation reads the database,
/// as every activation does: how old a state in memory may be before money moves on it is counted from that read. Orleans' own factory hands the state over, and logs an error for each type that
/// it has no codec for, as for all of ours, which are stored as JSON and never cross a call.
/// </summary>
internal sealed class UnmovedStateFactory : IPersistentStateFactory
{
    private readonly PersistentStateFactory _orleans = new();

    public IPersistentState<TState> Create<TState>(IGrainContext context, IPersistentStateConfiguration configuration) =>
        configuration.StorageName == StorageNames.Billing
            ? new State<TState>(configuration.StateName, context, context.ActivationServices.GetRequiredKeyedService<IGrainStorage>(StorageNames.Billing))
            : _orleans.Create<TState>(context, configuration);

    private sealed class State<TState> : StateStorageBridge<TState>, IPersistentState<TState>, ILifecycleObserver
    {
        public State(string name, IGrainContext context, IGrainStorage storage)
            : base(name, context, storage) => context.ObservableLifecycle.Subscribe(nameof(UnmovedStateFactory), GrainLifecycleStage.SetupState, this);

        public Task OnStart(CancellationToken cancellationToken = default) => cancellationToken.IsCancellationRequested ? Task.CompletedTask : ReadStateAsync();

        public Task OnStop(CancellationToken cancellationToken = default) => Task.CompletedTask;
    }
}
