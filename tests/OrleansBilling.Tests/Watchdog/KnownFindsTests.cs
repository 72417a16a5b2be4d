using OrleansBilling.Watchdog;

namespace OrleansBilling.Tests.Watchdog;

public class KnownFindsTests
{
    private readonly KnownFinds _known = new();

    [Fact]
    public void A_charge_that_stays_late_in_a_long_wave_is_new_once()
    {
        Assert.Equal([true, false, false], Enumerable.Range(0, 3).Select(_ => Pass(Row("sub_1", 5))[0]));
    }

    [Fact]
    public void It_is_new_again_when_it_was_made_and_another_is_late() => Assert.Equal([true, true], [Pass(Row("sub_1", 5))[0], Pass(Row("sub_1", 9))[0]]);

    [Fact]
    public void What_a_pass_did_not_find_is_forgotten()
    {
        Pass(Row("sub_1", 5));
        Pass();

        Assert.Equal([true], Pass(Row("sub_1", 5)));
    }

    // Rows may be read twice in one pass that goes on in the next sweep.
    [Fact]
    public void Twice_in_one_pass_is_once() => Assert.Equal([true, false, true], Pass(Row("sub_1", 5), Row("sub_1", 5), Row("sub_2", 5)));

    private bool[] Pass(params DueRow[] rows)
    {
        _known.Begin();
        return [.. rows.Select(_known.IsNew)];
    }

    private static DueRow Row(string id, long dueAtMs) => new() { Id = id, DueAtMs = dueAtMs };
}
