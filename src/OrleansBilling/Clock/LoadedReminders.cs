using Microsoft.Extensions.Options;
using OrleansBilling.Storage;

namespace OrleansBilling.Clock;

/// <summary>
/// Watches what Orleans' reminder service reads, and so knows until when it has loaded what is due. A reminder that is not loaded when its time
/// passes does not fire: its next tick is a whole period later. So the walk lets everything be loaded before it goes on.
/// What is read ends further ahead than what is loaded (<see cref="ReminderSettings.ReadAhead"/>), by the database's clock, which moves before this silo's.
/// </summary>
internal sealed class LoadedReminders(TimeProvider clock, IOptions<ReminderOptions> options)
{
    private readonly Lock _gate = new();
    private int _reading;
    private bool _failed;
    private DateTimeOffset _begun;
    private long _untilTicks;

    /// <summary>Everything that is due before this instant, by the billing clock, waits in memory or has fired.</summary>
    public DateTimeOffset Until => new(Volatile.Read(ref _untilTicks), TimeSpan.Zero);

    // One refresh reads several hash ranges at the same time; it counts when all are there.
    private void Begin()
    {
        lock (_gate)
        {
            if (_reading++ == 0)
            {
                _begun = clock.GetUtcNow();
                _failed = false;
            }
        }
    }

    private void End(bool failed)
    {
        lock (_gate)
        {
            _failed |= failed;
            if (--_reading == 0 && !_failed)
            {
                Volatile.Write(ref _untilTicks, (_begun + options.Value.ReminderLoadingWindow).UtcTicks);
            }
        }
    }

    /// <summary>Orleans' table, unchanged but for the watching.</summary>
    internal sealed class Table(IReminderTable inner, LoadedReminders loaded) : IReminderTable
    {
        public Task StartAsync(CancellationToken cancellationToken = default) => inner.StartAsync(cancellationToken);

        public Task StopAsync(CancellationToken cancellationToken = default) => inner.StopAsync(cancellationToken);

        public Task<ReminderTableData> ReadRows(GrainId grainId) => inner.ReadRows(grainId);

        public Task<ReminderTableData> ReadRows(GrainId grainId, CancellationToken cancellationToken) => inner.ReadRows(grainId, cancellationToken);

        public Task<ReminderTableData> ReadRows(uint begin, uint end) => ReadRows(begin, end, CancellationToken.None);

        public Task<ReminderTableData> ReadRows(uint begin, uint end, CancellationToken cancellationToken) => IsDashboard(begin, end)
            ? inner.ReadRows(begin, end, cancellationToken)
            : WatchedAsync(() => inner.ReadRows(begin, end, cancellationToken));

        public Task<ReminderEntry?> ReadRow(GrainId grainId, string reminderName) => inner.ReadRow(grainId, reminderName);

        public Task<ReminderEntry?> ReadRow(GrainId grainId, string reminderName, CancellationToken cancellationToken) =>
            inner.ReadRow(grainId, reminderName, cancellationToken);

        public Task<string?> UpsertRow(ReminderEntry entry) => inner.UpsertRow(entry);

        public Task<string?> UpsertRow(ReminderEntry entry, CancellationToken cancellationToken) => inner.UpsertRow(entry, cancellationToken);

        public Task<bool> RemoveRow(GrainId grainId, string reminderName, string eTag) => inner.RemoveRow(grainId, reminderName, eTag);

        public Task<bool> RemoveRow(GrainId grainId, string reminderName, string eTag, CancellationToken cancellationToken) =>
            inner.RemoveRow(grainId, reminderName, eTag, cancellationToken);

        public Task TestOnlyClearTable() => inner.TestOnlyClearTable();

        public Task TestOnlyClearTable(CancellationToken cancellationToken) => inner.TestOnlyClearTable(cancellationToken);

        // Orleans' dashboard asks for exactly this. Whoever looks at its list has loaded nothing.
        private static bool IsDashboard(uint begin, uint end) => (begin, end) == (0, uint.MaxValue);

        private async Task<ReminderTableData> WatchedAsync(Func<Task<ReminderTableData>> read)
        {
            loaded.Begin();
            bool failed = true;
            try
            {
                ReminderTableData rows = await read();
                failed = false;
                return rows;
            }
            finally
            {
                loaded.End(failed);
            }
        }
    }
}
