using NodaTime;

namespace OrleansBilling.Domain.Charging;

/// <summary>The numbers of <see cref="ChargingHealth"/>. None of them is the provider's; each is a choice, with its reason.</summary>
public sealed record ChargingPolicy
{
    public static ChargingPolicy Default { get; } = new();

    /// <summary>In a wave an outage shows within seconds: this much time, and enough requests in it that chance cannot fail half of them.</summary>
    public Duration FastSpan { get; init; } = Duration.FromSeconds(30);
    public int FastSample { get; init; } = 20;

    /// <summary>Where little is charged, it takes longer to know. Fewer than this many requests prove nothing, so a failure in the night opens no breaker.</summary>
    public Duration SlowSpan { get; init; } = Duration.FromMinutes(5);
    public int SlowSample { get; init; } = 10;

    /// <summary>The part of the requests that fail transiently from which on the provider counts as out of order. Ordinary trouble is some per cent.</summary>
    public double OpensAt { get; init; } = 0.5;

    /// <summary>The wait before the first probe. It doubles with every probe that fails.</summary>
    public Duration FirstWait { get; init; } = Duration.FromSeconds(15);

    /// <summary>So that charging goes on within minutes of the provider's return.</summary>
    public Duration LongestWait { get; init; } = Duration.FromMinutes(2);

    /// <summary>Probes in a row that the provider has to answer: one answer may be luck.</summary>
    public int ProbesToClose { get; init; } = 3;

    /// <summary>Between two probes of an account fault. Each costs one subscription's attempt a quarter of an hour of look-ups.</summary>
    public Duration AccountProbeEvery { get; init; } = Duration.FromMinutes(3);

    /// <summary>How long one prober may keep the others waiting: a charge takes up to 70 s. A silo that died returns nothing.</summary>
    public Duration ProbeLasts { get; init; } = Duration.FromMinutes(2);

    /// <summary>
    /// Key-gone answers are counted over this time. Shorter than the time in which the first of them could be proven not charged and be applied as a decline (12 minutes), with time left
    /// for the news to reach every silo.
    /// </summary>
    public Duration KeyGoneSpan { get; init; } = Duration.FromMinutes(9);

    /// <summary>This many key-gone answers, and more than this part of all answers, are no coincidence of dead keys but a wrong MID.</summary>
    public int KeyGoneAtLeast { get; init; } = 20;
    public double KeyGoneAbove { get; init; } = 0.05;

    /// <summary>A subscription that alone meets account faults, while others are charged, does not stop the merchant again for so long.</summary>
    public Duration SuspectFor { get; init; } = Duration.FromHours(24);

    /// <summary>Requests a second and merchant that are never gone below, or charging would not end.</summary>
    public double LowestRate { get; init; } = 1;

    /// <summary>Requests a second and merchant over the whole cluster; null for as many as the silos' slots allow, until the provider throttles.</summary>
    public double? HighestRate { get; init; }

    /// <summary>One burst of throttled answers halves the rate once: those that were on their way say nothing new.</summary>
    public Duration LowersAtMostEvery { get; init; } = Duration.FromSeconds(5);

    /// <summary>The rate grows by a tenth in this time: back at the double in 37 s, so that throttling is met about twice a minute at worst.</summary>
    public Duration GrowsEvery { get; init; } = Duration.FromSeconds(5);
    public double Growth { get; init; } = 1.1;

    /// <summary>After a stop it begins with this part of what flowed before, and is back there in two minutes: a provider that has just come back is not flooded.</summary>
    public double SlowStart { get; init; } = 0.1;

    /// <summary>Without a highest rate, so long after the last throttled answer nothing limits it any more.</summary>
    public Duration ForgetsThrottlingAfter { get; init; } = Duration.FromHours(1);

    /// <summary>All times shorter by the same factor, together with those of <see cref="ChargePolicy"/>. Never for real money.</summary>
    /// <param name="n">At least 1.</param>
    public ChargingPolicy DividedBy(int n) => this with
    {
        FastSpan = FastSpan / n,
        SlowSpan = SlowSpan / n,
        FirstWait = FirstWait / n,
        LongestWait = LongestWait / n,
        AccountProbeEvery = AccountProbeEvery / n,
        ProbeLasts = ProbeLasts / n,
        KeyGoneSpan = KeyGoneSpan / n,
        SuspectFor = SuspectFor / n,
        LowersAtMostEvery = LowersAtMostEvery / n,
        GrowsEvery = GrowsEvery / n,
        ForgetsThrottlingAfter = ForgetsThrottlingAfter / n,
    };
}
