using OrleansBilling.Storage;

namespace OrleansBilling.Installations;

/// <summary>Once per process, before the silo: storage, then the stamp, then the first check of everything that charging depends on.</summary>
public sealed class InstallationStartup
{
    private readonly Lazy<Task> _prepared;

    public InstallationStartup(StorageStartup storage, InstallationStamp stamp, ChargingGate gate) =>
        // On the pool: a caller that blocks on it must not be the one that would have to continue it.
        _prepared = new Lazy<Task>(() => Task.Run(async () =>
        {
            await storage.PrepareAsync();
            await stamp.PrepareAsync(CancellationToken.None);
            await gate.CheckAsync(CancellationToken.None);
        }));

    /// <summary>Repeating the call changes nothing.</summary>
    /// <exception cref="StorageException">See there; so <see cref="InstallationException"/> and <see cref="Security.KeyRingException"/>.</exception>
    public Task PrepareAsync() => _prepared.Value;
}
