using OrleansBilling.Charging;

namespace OrleansBilling.Tests.Charging;

public class WaitingIdsTests
{
    [Fact]
    public void First_come_first_served_and_each_once()
    {
        WaitingIds ids = new(10);

        Assert.True(ids.TryAdd(Id("a")) && ids.TryAdd(Id("b")) && ids.TryAdd(Id("a")));

        Assert.Equal(2, ids.Count);
        Assert.Equal(["a", "b"], Drain(ids));
        Assert.True(ids.TryAdd(Id("a"))); // Out of the queue it may wait again.
    }

    [Fact]
    public void What_does_not_fit_is_refused_and_what_waits_already_is_not()
    {
        WaitingIds ids = new(2);
        ids.TryAdd(Id("a"));
        ids.TryAdd(Id("b"));

        Assert.False(ids.TryAdd(Id("c")));
        Assert.True(ids.TryAdd(Id("b")));
        Assert.Equal(["a", "b"], Drain(ids));
    }

    private static IdSpan Id(string key) => IdSpan.Create(key);

    private static IEnumerable<string> Drain(WaitingIds ids)
    {
        while (ids.TryTake(out IdSpan id))
        {
            yield return id.ToString();
        }
    }
}
