using Microsoft.Extensions.Time.Testing;
using OrleansBilling.Clock;

namespace OrleansBilling.Tests.Clock;

public class TestClockTests
{
    private readonly FakeTimeProvider _real = new(new DateTimeOffset(2026, 1, 31, 0, 0, 0, TimeSpan.Zero));
    private int _fired;

    [Fact]
    public void Now_is_the_real_clock_plus_the_offset()
    {
        TestClock clock = new(_real);
        Assert.True(clock.TryMoveTo(TimeSpan.FromDays(28)));
        _real.Advance(TimeSpan.FromHours(1));

        Assert.Equal(new DateTimeOffset(2026, 2, 28, 1, 0, 0, TimeSpan.Zero), clock.GetUtcNow());
    }

    [Theory]
    [InlineData(5)]
    [InlineData(4)]
    [InlineData(-1)]
    public void The_clock_never_goes_back(int days)
    {
        TestClock clock = new(_real);
        clock.TryMoveTo(TimeSpan.FromDays(5));

        Assert.False(clock.TryMoveTo(TimeSpan.FromDays(days)));
        Assert.Equal(TimeSpan.FromDays(5), clock.Offset);
    }

    [Theory]
    [InlineData(40, 40)]
    [InlineData(3, 28)]
    public void A_tick_of_a_silo_that_is_ahead_brings_the_clock_up_to_it_and_one_that_is_behind_changes_nothing(int tickedAfterDays, int offsetDays)
    {
        TestClock clock = new(_real);
        clock.TryMoveTo(TimeSpan.FromDays(28));

        BillingClock.CatchUp(clock, _real.GetUtcNow().UtcDateTime.AddDays(tickedAfterDays));

        Assert.Equal(TimeSpan.FromDays(offsetDays), clock.Offset);
    }

    [Fact]
    public void A_tick_does_not_move_a_clock_that_is_real()
    {
        BillingClock.CatchUp(_real, _real.GetUtcNow().UtcDateTime.AddDays(40));

        Assert.Equal(new DateTimeOffset(2026, 1, 31, 0, 0, 0, TimeSpan.Zero), _real.GetUtcNow());
    }

    [Fact]
    public void A_jump_over_the_due_time_fires_the_timer_at_once()
    {
        TestClock clock = new(_real);
        using ITimer timer = clock.CreateTimer(_ => _fired++, null, TimeSpan.FromDays(31), Timeout.InfiniteTimeSpan);

        clock.TryMoveTo(TimeSpan.FromDays(32));
        _real.Advance(TimeSpan.FromMilliseconds(1));

        Assert.Equal(1, _fired);
    }

    [Fact]
    public void A_jump_before_the_due_time_leaves_only_the_rest_to_wait()
    {
        TestClock clock = new(_real);
        using ITimer timer = clock.CreateTimer(_ => _fired++, null, TimeSpan.FromDays(31), Timeout.InfiniteTimeSpan);

        clock.TryMoveTo(TimeSpan.FromDays(31) - TimeSpan.FromSeconds(2));
        _real.Advance(TimeSpan.FromSeconds(1.9));
        Assert.Equal(0, _fired);
        _real.Advance(TimeSpan.FromSeconds(0.1));

        Assert.Equal(1, _fired);
    }

    [Fact]
    public void Without_a_jump_a_wait_longer_than_the_runtime_allows_ends_on_time()
    {
        TestClock clock = new(_real);
        using ITimer timer = clock.CreateTimer(_ => _fired++, null, TimeSpan.FromDays(60), Timeout.InfiniteTimeSpan);

        _real.Advance(TimeSpan.FromDays(59.9));
        Assert.Equal(0, _fired);
        _real.Advance(TimeSpan.FromDays(0.1));

        Assert.Equal(1, _fired);
    }

    [Fact]
    public void A_periodic_timer_fires_once_for_a_jump_and_keeps_its_beat()
    {
        TestClock clock = new(_real);
        using ITimer timer = clock.CreateTimer(_ => _fired++, null, TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(5));

        clock.TryMoveTo(TimeSpan.FromMinutes(5 * 1000 + 1));
        _real.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal(1, _fired);
        _real.Advance(TimeSpan.FromMinutes(4));

        Assert.Equal(2, _fired);
    }

    [Fact]
    public void A_disposed_or_stopped_timer_does_not_fire_on_a_jump()
    {
        TestClock clock = new(_real);
        ITimer disposed = clock.CreateTimer(_ => _fired++, null, TimeSpan.FromDays(1), Timeout.InfiniteTimeSpan);
        using ITimer stopped = clock.CreateTimer(_ => _fired++, null, TimeSpan.FromDays(1), Timeout.InfiniteTimeSpan);
        disposed.Dispose();
        stopped.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);

        clock.TryMoveTo(TimeSpan.FromDays(2));
        _real.Advance(TimeSpan.FromDays(2));

        Assert.Equal(0, _fired);
        Assert.False(disposed.Change(TimeSpan.Zero, TimeSpan.Zero));
    }

    [Fact]
    public async Task A_delay_of_a_month_on_the_system_clock_ends_when_the_clock_moved()
    {
        TestClock clock = new(TimeProvider.System);
        Task month = Task.Delay(TimeSpan.FromDays(31), clock, TestContext.Current.CancellationToken);

        clock.TryMoveTo(TimeSpan.FromDays(31));

        await month.WaitAsync(TimeSpan.FromSeconds(5), TestContext.Current.CancellationToken);
    }
}
