using NodaTime;
using OrleansBilling.Charging;
using OrleansBilling.Domain.Charging;

namespace OrleansBilling.Tests.Charging;

public class AnswerTallyTests
{
    private static readonly Instant Now = Instant.FromUtc(2026, 11, 1, 0, 0);

    [Fact]
    public void A_report_holds_what_was_counted_since_the_last_one()
    {
        AnswerTally tally = new();
        tally.Count(ChargeAnswer.Definite, 1, "a", null, Now);
        tally.Count(ChargeAnswer.KeyGone, 1, "b", "NOT_FOUND_BILLING", Now);
        bool urgent = tally.Count(ChargeAnswer.AccountFault, 1, "c", "UNAUTHORIZED_KEY", Now);

        SiloReport report = tally.Take(1);

        Assert.True(urgent);
        Assert.Equal((1, 1, Now, 1), (report.Answered, report.KeyGone, report.FirstKeyGoneAt, report.AccountFaults.Length));
        Assert.Equal(0, tally.Take(1).Answered);
    }

    [Fact]
    public void A_report_that_did_not_arrive_is_in_the_next_one()
    {
        AnswerTally tally = new();
        tally.Count(ChargeAnswer.Transient, 1, "a", null, Now);
        SiloReport lost = tally.Take(1);
        tally.Count(ChargeAnswer.Transient, 1, "b", null, Now);

        tally.PutBack(lost);

        Assert.Equal(2, tally.Take(1).Transient);
    }

    [Fact]
    public void What_was_sent_before_a_stop_ended_is_not_counted_after_it()
    {
        AnswerTally tally = new();
        tally.Count(ChargeAnswer.Definite, 2, "a", null, Now);

        tally.Count(ChargeAnswer.Transient, 1, "b", null, Now);

        Assert.Equal((1, 0), (tally.Take(2) is var report ? report.Answered : 0, report.Transient));
    }

    [Fact]
    public void Ten_failures_do_not_wait_for_their_second()
    {
        AnswerTally tally = new();

        Assert.Equal(1, Enumerable.Range(0, 10).Count(_ => tally.Count(ChargeAnswer.Transient, 1, "a", null, Now)));
    }
}
