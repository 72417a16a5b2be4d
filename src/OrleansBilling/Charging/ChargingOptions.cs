using System.ComponentModel.DataAnnotations;

namespace OrleansBilling.Charging;

/// <summary>How much of a wave is carried out at once. Section <c>Charging</c>.</summary>
public sealed class ChargingOptions
{
    public const string Section = "Charging";

    /// <summary>Requests of renewals, retries and look-ups that one silo has at the provider at the same time. Default: 256.</summary>
    [Range(1, 10_000)] public int InFlight { get; set; } = 256;

    /// <summary>The same for people who have just pressed a button. Theirs alone: they never wait behind a wave. Default: 32.</summary>
    [Range(1, 1_000)] public int PersonInFlight { get; set; } = 32;

    /// <summary>
    /// Subscriptions that may wait on one silo, 45 bytes each. What does not fit stays with its reminder, which comes again within minutes. Default: 200,000.
    /// </summary>
    [Range(1_000, 10_000_000)] public int QueueLength { get; set; } = 200_000;

    /// <summary>Requests a second and merchant over the whole cluster; null (the default) for as many as the slots allow until the provider throttles.</summary>
    [Range(1, 100_000)] public double? HighestPerSecond { get; set; }

    /// <summary>
    /// Renewals that begin at one instant (midnight of the first) fall due spread over this time after it, each subscription always at the same place. At most a quarter of its period; first
    /// charges are not spread. Default: zero, up to 24 hours.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00", "1.00:00:00")] public TimeSpan SpreadOver { get; set; } = TimeSpan.Zero;
}
