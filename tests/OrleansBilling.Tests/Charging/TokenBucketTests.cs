using Microsoft.Extensions.Time.Testing;
using OrleansBilling.Charging;

namespace OrleansBilling.Tests.Charging;

public class TokenBucketTests
{
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public void Without_a_rate_there_is_always_one() => Assert.Equal(10_000, Taken(new TokenBucket(_time), 10_000));

    [Theory, InlineData(0.5), InlineData(7), InlineData(200)]
    public void Over_a_minute_no_more_than_the_rate_and_hardly_less(double perSecond)
    {
        TokenBucket bucket = new(_time) { PerSecond = perSecond };
        int taken = 0;
        for (int i = 0; i < 6_000; i++)
        {
            taken += Taken(bucket, 1_000);
            _time.Advance(TimeSpan.FromMilliseconds(10));
        }

        Assert.InRange(taken, perSecond * 60 * 0.98, perSecond * 60 + 1 + perSecond / 10);
    }

    [Fact]
    public void Who_has_to_wait_is_told_how_long()
    {
        TokenBucket bucket = new(_time) { PerSecond = 2 };
        Assert.True(bucket.TryTake(out _));

        Assert.False(bucket.TryTake(out TimeSpan wait));
        _time.Advance(wait);

        Assert.InRange(wait, TimeSpan.FromMilliseconds(500), TimeSpan.FromMilliseconds(510));
        Assert.True(bucket.TryTake(out _));
    }

    [Fact]
    public void What_a_person_sends_the_wave_waits_for_but_not_for_ever()
    {
        TokenBucket bucket = new(_time) { PerSecond = 10 };
        for (int i = 0; i < 1_000; i++)
        {
            bucket.Take();
        }

        Assert.False(bucket.TryTake(out TimeSpan wait));
        Assert.InRange(wait, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1.2));
    }

    [Fact]
    public void Changing_the_rate_gives_nobody_more()
    {
        TokenBucket bucket = new(_time) { PerSecond = 1_000 };
        Taken(bucket, 1_000);

        for (int i = 0; i < 50; i++)
        {
            bucket.PerSecond = 1 + i % 2;
        }

        Assert.False(bucket.TryTake(out _));
    }

    private static int Taken(TokenBucket bucket, int tries) => Enumerable.Range(0, tries).Count(n => bucket.TryTake(out TimeSpan wait));
}
