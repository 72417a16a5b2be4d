using Microsoft.Extensions.Options;

namespace OrleansBilling.Storage;

/// <summary>
/// Lock, schema, installation, window of the reminders: once per process, before anything reads the database. The program awaits it before it runs; a host that does not
/// (a test cluster) gets it when Orleans first asks for its service id.
/// </summary>
public sealed class StorageStartup : IDisposable
{
    private readonly Database _database;
    private readonly SchemaMigrator _migrator;
    private readonly IOptions<ReminderOptions> _reminders;
    private readonly IOptions<ReminderSettings> _reminderSettings;
    private readonly TimeProvider _time;
    private readonly ILogger<StorageStartup> _logger;
    private readonly Lazy<Task<Installation>> _installation;
    private DirectoryLock? _lock;

    public StorageStartup(
        Database database,
        SchemaMigrator migrator,
        IOptions<ReminderOptions> reminders,
        IOptions<ReminderSettings> reminderSettings,
        TimeProvider time,
        ILogger<StorageStartup> logger)
    {
        _database = database;
        _migrator = migrator;
        _reminders = reminders;
        _reminderSettings = reminderSettings;
        _time = time;
        _logger = logger;
        // On the pool: the caller that blocks on it must not be the one that would have to continue it.
        _installation = new Lazy<Task<Installation>>(() => Task.Run(PrepareOnceAsync));
    }

    /// <summary>Repeating the call gives the same answer.</summary>
    /// <exception cref="StorageException">The storage cannot be used; the message is for the person who starts the program.</exception>
    /// <exception cref="OptionsValidationException">A value of section <c>Reminders</c> cannot be used; nothing was opened.</exception>
    public Task<Installation> PrepareAsync() => _installation.Value;

    public void Dispose()
    {
        // The file is closed before another process may open it.
        _database.Dispose();
        _lock?.Dispose();
    }

    private async Task<Installation> PrepareOnceAsync()
    {
        TimeSpan readAhead = ReminderSettings.ReadAhead(_reminders.Value, _reminderSettings.Value.ClockTolerance);
        if (_database.DataDirectory is { } directory)
        {
            _lock = DirectoryLock.Acquire(directory, _time);
        }

        await _migrator.ApplyAsync(CancellationToken.None);
        Installation installation = await Installation.ReadOrCreateAsync(_database, _time, CancellationToken.None);
        Log.RemindersReadAhead(_logger, await ReminderWindow.WidenAsync(_database, readAhead, CancellationToken.None));
        Log.StorageReady(_logger, _database.Engine, _database.DataDirectory is { } place ? $" in {place}" : "", installation.Id);
        return installation;
    }
}
