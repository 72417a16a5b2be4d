namespace OrleansBilling.Clock;

/// <summary>
/// What a person does with the test clock. Without a sandbox every method is there and refuses: the billing clock is then the system clock.
/// </summary>
public sealed class TestClockWalk
{
    /// <summary>One walk goes no further than this; a mistyped year would otherwise charge for a century.</summary>
    public static readonly TimeSpan LongestWalk = TimeSpan.FromDays(366 * 3);

    private readonly TestClock? _clock;
    private readonly TestClockStore? _store;
    private readonly TestClockWalker? _walker;
    private readonly DueReminders? _reminders;

    internal TestClockWalk()
    {
    }

    internal TestClockWalk(TestClock clock, TestClockStore store, TestClockWalker walker, DueReminders reminders) =>
        (_clock, _store, _walker, _reminders) = (clock, store, walker, reminders);

    /// <summary>True in a sandbox; pages show the clock's controls only then.</summary>
    public bool Exists => _clock is not null;

    /// <summary>Begins to walk to <paramref name="target"/> in the background; <see cref="StatusAsync"/> tells how far it is.</summary>
    public async Task<TestClockAnswer> StartAsync(DateTimeOffset target, CancellationToken cancellationToken)
    {
        if (_clock is null || _store is null || _walker is null)
        {
            return TestClockAnswer.NotASandbox;
        }

        TimeSpan ahead = target - _clock.GetUtcNow();
        if (ahead <= TimeSpan.Zero)
        {
            return TestClockAnswer.Backwards;
        }

        if (ahead > LongestWalk)
        {
            return TestClockAnswer.TooFar;
        }

        string walkId = TestClockWalker.NewId();
        if (!await _store.TryStartAsync(walkId, target, cancellationToken))
        {
            return TestClockAnswer.AlreadyWalking;
        }

        _walker.Begin(walkId, target, stops: 0);
        return TestClockAnswer.Started;
    }

    /// <summary>Ends the walk that is under way, wherever it runs; the clock stays where it is.</summary>
    public async Task<TestClockAnswer> StopAsync(CancellationToken cancellationToken)
    {
        if (_store is null)
        {
            return TestClockAnswer.NotASandbox;
        }

        await _store.EndAsync("stopped by a person", cancellationToken);
        return TestClockAnswer.Started;
    }

    /// <summary>When the next subscription wakes up: the target of "to the next charge". Null when none will, and without a sandbox.</summary>
    public async Task<DateTimeOffset?> NextDueAsync(CancellationToken cancellationToken) => _clock is null || _reminders is null
        ? null
        : (await _reminders.NextAsync(_clock.GetUtcNow(), DateTimeOffset.MaxValue.AddDays(-1), TimeSpan.Zero, cancellationToken))?.First;

    /// <summary>Null without a sandbox.</summary>
    public async Task<TestClockWalkStatus?> StatusAsync(CancellationToken cancellationToken)
    {
        if (_clock is null || _store is null)
        {
            return null;
        }

        TestClockStore.Row row = await _store.ReadAsync(cancellationToken);
        return new TestClockWalkStatus(
            _clock.GetUtcNow(),
            row.Offset,
            row.WalkId is null ? null : row.Target,
            (int)(row.Stops ?? 0),
            (int)(row.Waiting ?? 0),
            row.Note ?? "",
            Finished: !row.IsWalking);
    }
}
