using System.Collections.Immutable;
using System.Text.Json.Serialization;
using NodaTime;

namespace OrleansBilling.Domain;

/// <summary>What is sold: a price, an interval and the rules around them. A changed price is a new version; a version never changes.</summary>
public sealed record Plan : StoredRecord
{
    public required string Id { get; init; }
    public required int Version { get; init; }
    public required string ProductId { get; init; }

    /// <summary>Shown to people, and on the card slip as the order name (Korean).</summary>
    public required LocalizedText Name { get; init; }

    /// <summary>What one period costs, VAT included. At least 100, the provider's minimum for cards.</summary>
    public required long PriceKrw { get; init; }

    /// <summary>The part of the price that carries no VAT; 0 for ordinary merchants.</summary>
    public long TaxFreeKrw { get; init; }
    public required BillingInterval Interval { get; init; }

    /// <summary>Free days before the first charge; 0 means charged at once.</summary>
    public int TrialDays { get; init; }
    public DunningSchedule Dunning { get; init; } = DunningSchedule.Default;
    public CatchUp CatchUp { get; init; } = CatchUp.LatestOnly;

    /// <summary>When a subscription that starts now is charged, without end: at the start or the end of the trial, then at each renewal.</summary>
    public IEnumerable<Instant> ChargesFrom(Instant start, DateTimeZone zone)
    {
        BillingCalendar calendar = BillingCalendar.StartingAt(start, Interval, zone, TrialDays);
        for (Period period = calendar.FirstPeriod; ; period = calendar.After(period))
        {
            yield return period.Start;
        }
    }
}

public sealed record LocalizedText(string Ko, string En);

/// <summary>How often, and when, a declined renewal is tried again.</summary>
/// <param name="Waits">Waits between one decline and the next try. After the last of them fails the subscription ends.</param>
public sealed record DunningSchedule(ImmutableArray<Duration> Waits) : StoredRecord
{
    public static DunningSchedule Default { get; } =
        new([Duration.FromDays(1), Duration.FromDays(3), Duration.FromDays(5), Duration.FromDays(7)]);

    /// <summary>How long dunning lasts in all, from the first decline to the last try.</summary>
    [JsonIgnore] public Duration Total => Waits.Aggregate(Duration.Zero, (sum, wait) => sum + wait);

    /// <summary>When to try again after this many declines; null when that was the last try.</summary>
    public Instant? RetryAfter(int failedTries, Instant declinedAt) => failedTries <= Waits.Length ? declinedAt + Waits[failedTries - 1] : null;
}

/// <summary>What happens to periods that went by uncharged through our or the provider's fault. The names are stored.</summary>
public enum CatchUp
{
    /// <summary>Charge the period that runs now; the missed ones are waived, with an event. The customer is not to pay for our halt.</summary>
    LatestOnly = 1,

    /// <summary>Charge every missed period, one invoice a day.</summary>
    CollectAll = 2,
}
