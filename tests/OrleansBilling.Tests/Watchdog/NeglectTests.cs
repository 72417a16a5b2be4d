using NodaTime;
using OrleansBilling.Domain;
using OrleansBilling.Reports;
using OrleansBilling.Tests.Support;
using OrleansBilling.Watchdog;

namespace OrleansBilling.Tests.Watchdog;

public class NeglectTests
{
    private static readonly Duration Late = new WatchdogWaits(ChargePolicy.Default).Late;

    [Fact]
    public void Late_is_what_two_ticks_of_a_reminder_did_not_mend() => Assert.Equal(Duration.FromMinutes(10), Late);

    //   due ────── 10 min ──────┤ found
    [Theory]
    [InlineData(9, null, null)]
    [InlineData(10, null, Neglect.NoReminder)]
    [InlineData(10, -10, Neglect.NotCharged)]
    [InlineData(10, 1, Neglect.LateReminder)]
    public void A_charge_that_is_due_for_long_is_found_with_its_cause(int minutesDue, int? reminderInMinutes, string? cause)
    {
        Life life = Due().In(Duration.FromMinutes(minutesDue));

        Assert.Equal(cause, Neglect.CauseOf(RowOf(life.S, reminderInMinutes is { } m ? life.Now + Duration.FromMinutes(m) : null), Stored(life.S), life.Now, Late));
    }

    //   needed ────── 10 min ──────┤ too late
    [Theory]
    [InlineData(null, 0, Neglect.NoReminder)]
    [InlineData(null, null, null)]
    [InlineData(-60, 0, null)]
    [InlineData(10, 0, null)]
    [InlineData(11, 0, Neglect.LateReminder)]
    [InlineData(11, null, null)]
    public void A_reminder_is_compared_with_whatever_is_needed_next(int? reminderInMinutes, int? neededInMinutes, string? cause) => Assert.Equal(cause, Neglect.CauseOf(
        reminderInMinutes is { } r ? (A.Start + Duration.FromMinutes(r)).ToUnixTimeMilliseconds() : null,
        neededInMinutes is { } n ? A.Start + Duration.FromMinutes(n) : null,
        Late));

    [Fact]
    public void An_unknown_charge_that_waits_for_its_look_up_is_being_settled_and_not_found()
    {
        Life life = Life.Unknown();
        Duration waits = life.Attempt.NextAt - life.Now;

        Assert.Null(Neglect.CauseOf(RowOf(life.S, null), Stored(life.S), life.Now, Late));
        life.In(waits + Late);
        Assert.Equal(Neglect.NoReminder, Neglect.CauseOf(RowOf(life.S, null), Stored(life.S), life.Now, Late));
    }

    [Fact]
    public void A_read_side_that_lags_by_moments_is_no_find_and_one_that_lags_for_long_is()
    {
        Life life = Due();
        DueRow before = RowOf(life.S, null);
        life.Approve();

        Assert.Null(Neglect.CauseOf(before, Stored(life.S), life.Now, Late));
        Assert.Equal(Neglect.StaleRow, Neglect.CauseOf(before, Stored(life.S), life.Now + Late, Late));
        Assert.Equal(Neglect.StaleRow, Neglect.CauseOf(before, Stored(life.Forget().S), life.Now, Late));
    }

    [Fact]
    public void What_cannot_be_read_is_found_and_nobody_is_asked()
    {
        Life life = Due();
        DueRow row = RowOf(life.S, null);

        Assert.Equal(Neglect.NoState, Neglect.CauseOf(row, null, life.Now, Late));
        Assert.Equal(Neglect.Unreadable, Neglect.CauseOf(row, new StoredState("main/x", 1, null, new InvalidOperationException("newer")), life.Now, Late));
    }

    private static Life Due()
    {
        Life life = Life.Active();
        life.UntilCharge();
        return life;
    }

    private static StoredState Stored(Subscription s) => new($"{s.Merchant}/{s.Id}", 1, s, null);

    private static DueRow RowOf(Subscription s, Instant? reminder) => new()
    {
        Id = s.Id,
        DueAtMs = s.Invoice!.Attempt!.NotBefore.ToUnixTimeMilliseconds(),
        Sequence = s.LastSequence,
        ReminderAtMs = reminder?.ToUnixTimeMilliseconds(),
    };
}
