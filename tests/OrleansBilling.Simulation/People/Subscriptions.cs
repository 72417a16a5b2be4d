using System.Collections.Immutable;
using NodaTime;
using OrleansBilling.Domain;
using OrleansBilling.Simulation.Chance;

namespace OrleansBilling.Simulation.People;

/// <summary>What people subscribe to: mostly by the month, from Korea, without a trial.</summary>
internal static class Subscriptions
{
    public const string Merchant = "m1";

    public static Terms TermsFor(ref Dice dice) => new()
    {
        PlanId = "plan",
        PlanVersion = 1,
        ProductId = "product",
        OrderName = "구독",
        PriceKrw = 100 * (1 + dice.Below(500)),
        Interval = IntervalFor(ref dice),
        TrialDays = dice.Chance(0.3) ? dice.Pick(1, 7, 14, 30) : 0,
        ZoneId = dice.Chance(0.7) ? "Asia/Seoul" : dice.Pick("America/New_York", "Europe/Berlin", "Pacific/Apia"),
        Dunning = dice.Chance(0.7) ? DunningSchedule.Default : new DunningSchedule(WaitsFor(ref dice)),
        CatchUp = dice.Chance(0.8) ? CatchUp.LatestOnly : CatchUp.CollectAll,
    };

    private static BillingInterval IntervalFor(ref Dice dice) => dice.Next() switch
    {
        < 0.01 => new(IntervalUnit.Day, 1),
        < 0.04 => new(IntervalUnit.Week, 1),
        < 0.05 => new(IntervalUnit.Day, 10),
        < 0.08 => new(IntervalUnit.Month, 3),
        < 0.11 => new(IntervalUnit.Year, 1),
        _ => new(IntervalUnit.Month, 1),
    };

    private static ImmutableArray<Duration> WaitsFor(ref Dice dice)
    {
        ImmutableArray<Duration>.Builder waits = ImmutableArray.CreateBuilder<Duration>();
        for (int i = dice.Below(4); i > 0; i--)
        {
            waits.Add(dice.Magnitude(Duration.FromHours(1), Duration.FromDays(7)));
        }

        return waits.ToImmutable();
    }
}
