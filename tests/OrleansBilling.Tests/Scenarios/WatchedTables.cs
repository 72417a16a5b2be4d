using Orleans.Storage;

namespace OrleansBilling.Tests.Scenarios;

/// <summary>The program's grain storage, as <see cref="WatchedStorage"/> lets it be.</summary>
internal sealed class WatchedGrainStorage(IGrainStorage inner, WatchedStorage watch) : IGrainStorage, ILifecycleParticipant<ISiloLifecycle>
{
    public void Participate(ISiloLifecycle lifecycle) => (inner as ILifecycleParticipant<ISiloLifecycle>)?.Participate(lifecycle);

    public Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        watch.Counted($"{stateName}-read", grainId);
        return inner.ReadStateAsync(stateName, grainId, grainState);
    }

    public async Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        WriteFault? fault = watch.Begin(stateName, grainId);
        if (fault == WriteFault.NotWritten)
        {
            throw new SabotagedException();
        }

        string? etag = grainState.ETag;
        await inner.WriteStateAsync(stateName, grainId, grainState);
        watch.Counted(stateName, grainId);
        watch.Stored(grainId, grainState.State);
        if (fault == WriteFault.WrittenButReportedAsFailed)
        {
            grainState.ETag = etag; // The writer never learnt of it.
            throw new SabotagedException();
        }
    }

    public Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) => inner.ClearStateAsync(stateName, grainId, grainState);
}

/// <summary>The program's reminder table, as <see cref="WatchedStorage"/> lets it be.</summary>
internal sealed class WatchedReminders(IReminderTable inner, WatchedStorage watch) : IReminderTable
{
    public Task StartAsync(CancellationToken cancellationToken = default) => inner.StartAsync(cancellationToken);

    public Task StopAsync(CancellationToken cancellationToken = default) => inner.StopAsync(cancellationToken);

    public Task<ReminderTableData> ReadRows(GrainId grainId) => inner.ReadRows(grainId);

    public Task<ReminderTableData> ReadRows(uint begin, uint end) => inner.ReadRows(begin, end);

    public Task<ReminderEntry?> ReadRow(GrainId grainId, string reminderName)
    {
        watch.Counted("reminder-read", grainId);
        return inner.ReadRow(grainId, reminderName);
    }

    public async Task<string?> UpsertRow(ReminderEntry entry)
    {
        WriteFault? fault = watch.Begin("reminder", entry.GrainId);
        if (fault == WriteFault.NotWritten)
        {
            throw new SabotagedException();
        }

        string? etag = await inner.UpsertRow(entry);
        watch.Counted("reminder", entry.GrainId);
        watch.Reminded(entry.GrainId, entry.StartAt);
        return fault is null ? etag : throw new SabotagedException();
    }

    public async Task<bool> RemoveRow(GrainId grainId, string reminderName, string eTag)
    {
        bool removed = await inner.RemoveRow(grainId, reminderName, eTag);
        watch.Counted("reminder-removal", grainId);
        watch.Reminded(grainId, null);
        return removed;
    }

    public Task TestOnlyClearTable() => inner.TestOnlyClearTable();
}
