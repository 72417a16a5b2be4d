using Microsoft.Extensions.Options;
using OrleansBilling.Clock;

namespace OrleansBilling.Tests.Clock;

public sealed class LoadedRemindersTests
{
    private readonly TestClock _clock = new(TimeProvider.System);
    private readonly ReminderOptions _options = new();
    private readonly HeldTable _inner = new();
    private readonly LoadedReminders _loaded;
    private readonly LoadedReminders.Table _table;

    public LoadedRemindersTests()
    {
        _loaded = new LoadedReminders(_clock, Options.Create(_options));
        _table = new LoadedReminders.Table(_inner, _loaded);
    }

    [Fact]
    public async Task A_clock_that_moves_during_a_read_has_not_loaded_what_is_due_by_then()
    {
        DateTimeOffset begun = _clock.GetUtcNow();
        Task<ReminderTableData> read = _table.ReadRows(1, 2, TestContext.Current.CancellationToken);
        _clock.TryMoveTo(TimeSpan.FromDays(31));
        _inner.Answer();
        await read;

        Assert.InRange(_loaded.Until, begun + _options.ReminderLoadingWindow, begun + _options.ReminderLoadingWindow + TimeSpan.FromHours(1));
    }

    [Fact]
    public async Task A_refresh_counts_when_the_last_of_its_ranges_is_read_and_none_failed()
    {
        Task<ReminderTableData> first = _table.ReadRows(1, 2, TestContext.Current.CancellationToken);
        Task<ReminderTableData> second = _table.ReadRows(2, 3, TestContext.Current.CancellationToken);
        _inner.Answer();
        await first;
        Assert.Equal(DateTimeOffset.MinValue, _loaded.Until);
        _inner.Fail();
        await Assert.ThrowsAsync<TimeoutException>(() => second);
        Assert.Equal(DateTimeOffset.MinValue, _loaded.Until);

        Task<ReminderTableData> next = _table.ReadRows(1, 3, TestContext.Current.CancellationToken);
        _inner.Answer();
        await next;
        Assert.True(_loaded.Until > _clock.GetUtcNow());
    }

    [Fact]
    public async Task A_person_who_looks_at_the_dashboard_has_loaded_nothing()
    {
        Task<ReminderTableData> look = _table.ReadRows(0, uint.MaxValue, TestContext.Current.CancellationToken);
        _inner.Answer();
        await look;

        Assert.Equal(DateTimeOffset.MinValue, _loaded.Until);
    }

    /// <summary>Answers the oldest read when it is told to.</summary>
    private sealed class HeldTable : IReminderTable
    {
        private readonly Queue<TaskCompletionSource<ReminderTableData>> _reads = new();

        public void Answer() => _reads.Dequeue().SetResult(new ReminderTableData());

        public void Fail() => _reads.Dequeue().SetException(new TimeoutException("The database did not answer."));

        public Task<ReminderTableData> ReadRows(uint begin, uint end)
        {
            TaskCompletionSource<ReminderTableData> read = new(TaskCreationOptions.RunContinuationsAsynchronously);
            _reads.Enqueue(read);
            return read.Task;
        }

        public Task<ReminderTableData> ReadRows(GrainId grainId) => throw new NotSupportedException();

        public Task<ReminderEntry?> ReadRow(GrainId grainId, string reminderName) => throw new NotSupportedException();

        public Task<string?> UpsertRow(ReminderEntry entry) => throw new NotSupportedException();

        public Task<bool> RemoveRow(GrainId grainId, string reminderName, string eTag) => throw new NotSupportedException();

        public Task TestOnlyClearTable() => throw new NotSupportedException();
    }
}
