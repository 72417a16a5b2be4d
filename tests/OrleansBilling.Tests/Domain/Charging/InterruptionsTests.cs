using CsCheck;
using NodaTime;
using OrleansBilling.Domain.Charging;
using OrleansBilling.Tests.Support;

namespace OrleansBilling.Tests.Domain.Charging;

/// <summary>Time that does not count against customers. Drawn in minutes from a start: <c>[from, to)</c>.</summary>
public class InterruptionsTests
{
    private static readonly Gen<Interruptions> Some = Gen.Select(Gen.Int[0, 100], Gen.Int[0, 40], Gen.Int[1, 3]).Array[0, 6].Select(all => new Interruptions(
        [.. all.OrderBy(x => x.Item1).Select((x, i) => new Interruption(At(x.Item1), i == all.Length - 1 && x.Item2 > 35 ? null : At(x.Item1 + x.Item2), (InterruptionCause)x.Item3))]));

    private static Instant At(double minute) => A.Start + Duration.FromMinutes(minute);

    private static Interruptions Of(params (int From, int? To)[] parts) =>
        new([.. parts.Select(p => new Interruption(At(p.From), p.To is { } to ? At(to) : null, InterruptionCause.Provider))]);

    [Theory]
    [InlineData(0, 10, 0)] // before
    [InlineData(15, 25, 5)] // its beginning
    [InlineData(35, 45, 5)] // its end
    [InlineData(0, 100, 20)] // both of them, and what they share once
    [InlineData(22, 24, 2)] // inside
    [InlineData(50, 90, 0)] // after
    public void Overlap_counts_each_minute_once(int from, int to, int minutes)
    {
        Interruptions two = Of((20, 30), (25, 40));

        Assert.Equal(Duration.FromMinutes(minutes), two.Overlap(At(from), At(to)));
    }

    [Fact]
    public void One_that_lasts_reaches_to_the_end_of_what_is_asked_for() =>
        Assert.Equal(Duration.FromMinutes(30), Of((20, null)).Overlap(At(0), At(50)));

    // A wait of 30 minutes that begins at 0.
    [Fact]
    public void A_waits_clock_stands_while_charging_is_interrupted()
    {
        Assert.Equal(At(30), Interruptions.None.WhenOver(At(0), Duration.FromMinutes(30)));
        Assert.Equal(At(40), Of((10, 20)).WhenOver(At(0), Duration.FromMinutes(30)));
        Assert.Equal(At(50), Of((10, 20), (30, 40)).WhenOver(At(0), Duration.FromMinutes(30))); // The second only comes into it through the first.
        Assert.Equal(At(35), Of((-20, 5)).WhenOver(At(0), Duration.FromMinutes(30)));
        Assert.Equal(At(30), Of((-20, -5), (30, 90)).WhenOver(At(0), Duration.FromMinutes(30)));
        Assert.Null(Of((10, null)).WhenOver(At(0), Duration.FromMinutes(30)));
        Assert.Equal(At(30), Of((30, null)).WhenOver(At(0), Duration.FromMinutes(30))); // It was over before.
    }

    [Fact]
    public void The_end_of_any_wait_is_its_length_and_what_stood_still_in_between() => Gen.Select(Some, Gen.Int[0, 120], Gen.Int[0, 120]).Sample((known, since, length) =>
    {
        Duration wait = Duration.FromMinutes(length);
        if (known.WhenOver(At(since), wait) is { } over)
        {
            return over - At(since) == wait + known.Overlap(At(since), over);
        }

        Interruption open = known.Known.First(i => i.To is null);
        return open.From - At(since) - known.Overlap(At(since), open.From) < wait;
    });

    [Fact]
    public void What_begins_again_within_minutes_is_the_same_one()
    {
        Interruptions once = Interruptions.None.Begin(InterruptionCause.Provider, At(0)).End(InterruptionCause.Provider, At(5));

        Assert.Equal(new Interruption(At(0), null, InterruptionCause.Provider), once.Begin(InterruptionCause.Provider, At(15)).Known.Single());
        Assert.Equal(2, once.Begin(InterruptionCause.Provider, At(16)).Known.Length);
        Assert.Equal(2, once.Begin(InterruptionCause.Account, At(6)).Known.Length);
    }

    [Fact]
    public void They_stand_in_the_order_of_their_beginning_even_when_one_is_told_late()
    {
        Interruptions known = Interruptions.None.Begin(InterruptionCause.Provider, At(10)).Begin(InterruptionCause.Account, At(4));

        Assert.Equal([InterruptionCause.Account, InterruptionCause.Provider], known.Known.Select(i => i.Cause));
        Assert.True(known.IsOpen);
        Assert.True(known.Covers(At(4), InterruptionCause.Account));
        Assert.False(known.Covers(At(4), InterruptionCause.Provider));
    }

    [Fact]
    public void An_end_ends_only_its_own_cause_and_forgets_what_is_sixty_days_old()
    {
        Interruptions old = Of((0, 1)).Begin(InterruptionCause.Account, At(60)).Begin(InterruptionCause.Operator, At(60));
        Instant later = At(1) + Interruptions.Kept;

        Interruptions known = old.End(InterruptionCause.Operator, later);

        Assert.Equal([(InterruptionCause.Account, null), (InterruptionCause.Operator, (Instant?)later)], known.Known.Select(i => (i.Cause, i.To)));
    }
}
