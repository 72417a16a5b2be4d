using System.Collections.Concurrent;
using System.Reflection;
using System.Text.Json.Serialization;
using CsCheck;
using NodaTime;
using OrleansBilling.Domain;
using OrleansBilling.Tests.Support;

namespace OrleansBilling.Tests.Domain;

/// <summary>What no history may break: commands, answers, lost answers, clocks that jump, second activations, old news, in any order.</summary>
public class SubscriptionPropertiesTests
{
    private static readonly BillingInterval[] Intervals =
    [
        new(IntervalUnit.Day, 1), new(IntervalUnit.Week, 1), new(IntervalUnit.Month, 1), new(IntervalUnit.Year, 1),
    ];

    private static readonly Gen<Plan> Plans = Gen.Select(Gen.Int[0, Intervals.Length - 1], Gen.Bool, Gen.Bool, (interval, trial, all) =>
        A.Plan(trialDays: trial ? 7 : 0, interval: Intervals[interval], catchUp: all ? CatchUp.CollectAll : CatchUp.LatestOnly));

    private static readonly Gen<(int Kind, int Arg)[]> Histories = Gen.Select(Gen.Int[0, 99], Gen.Int[0, 99]).Array[5, 60];

    [Fact]
    public void No_history_breaks_a_promise_and_all_of_them_settle_when_faults_stop()
    {
        ConcurrentDictionary<string, int> reached = [];
        Gen.Select(Plans, Histories).Sample((plan, history) =>
        {
            RandomLife life = new(plan);
            try
            {
                foreach ((int kind, int arg) in history)
                {
                    life.Do(kind, arg);
                }

                life.Settle(within: Duration.FromDays(40));
                foreach (string reach in life.Life.Events.Concat(life.Reached).Distinct())
                {
                    reached.AddOrUpdate(reach, 1, (_, n) => n + 1);
                }
            }
            catch (Exception broken)
            {
                throw new InvalidOperationException($"{broken.Message}\n{string.Join('\n', life.Story)}", broken);
            }
        }, iter: Math.Max(Check.Iter, 2_000)); // More by CsCheck_Iter.

        // Otherwise a history that never comes to anything would break nothing.
        string[] kinds = [.. typeof(EventData).GetCustomAttributes<JsonDerivedTypeAttribute>(inherit: false).Select(a => (string)a.TypeDiscriminator!)];
        Assert.Empty(kinds.Concat(RandomLife.Reachable).Except(reached.Keys));
    }
}
