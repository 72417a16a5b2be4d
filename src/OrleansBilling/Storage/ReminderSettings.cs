using Microsoft.Extensions.Options;

namespace OrleansBilling.Storage;

/// <summary>
/// Section <c>Reminders</c>: how often a silo looks for the subscriptions that will be due, and how far ahead. Scaled down together where cycles last
/// minutes (a test on real processes); the same in every silo of a cluster.
/// </summary>
public sealed class ReminderSettings
{
    public const string Section = "Reminders";

    private static readonly TimeSpan Longest = TimeSpan.FromDays(1);

    /// <summary>How often a silo reads the reminders of its share of the ring.</summary>
    public TimeSpan RefreshPeriod { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>
    /// What is due within this time waits in memory. Not below <see cref="RefreshPeriod"/>; the more it is above it, the longer the database may be away
    /// without anything being late. Nor below the period of the subscriptions' reminders: Orleans drops a tick that is due, but not yet under way, at the moment of a read if the
    /// following one lies beyond this; it then comes a period late.
    /// </summary>
    public TimeSpan LoadingWindow { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>The shortest time between two ticks of one reminder that a grain may ask for.</summary>
    public TimeSpan MinimumPeriod { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>
    /// What is added to <see cref="ReadAhead"/> for clocks: "soon" is decided by the database's, "due" by the silo's. A silo whose clock is off by more
    /// than two minutes does not charge.
    /// </summary>
    public TimeSpan ClockTolerance { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>
    /// How far ahead reminders are read; what is later costs nothing. Twice what one refresh needs, so that a read that is late or failed once still
    /// finds everything.
    /// </summary>
    internal static TimeSpan ReadAhead(ReminderOptions orleans, TimeSpan clockTolerance) =>
        2 * (orleans.ReminderLoadingWindow + orleans.RefreshReminderListPeriod) + clockTolerance;

    internal void ApplyTo(ReminderOptions orleans) =>
        (orleans.RefreshReminderListPeriod, orleans.ReminderLoadingWindow, orleans.MinimumReminderPeriod) = (RefreshPeriod, LoadingWindow, MinimumPeriod);

    internal sealed class Validation : IValidateOptions<ReminderSettings>
    {
        public ValidateOptionsResult Validate(string? name, ReminderSettings options)
        {
            if (options.RefreshPeriod <= TimeSpan.Zero || options.RefreshPeriod > Longest)
            {
                return Refused(nameof(RefreshPeriod), options.RefreshPeriod, "above zero and at most a day");
            }

            if (options.LoadingWindow < options.RefreshPeriod || options.LoadingWindow > Longest)
            {
                return Refused(nameof(LoadingWindow), options.LoadingWindow, $"at least {Section}:{nameof(RefreshPeriod)} ({options.RefreshPeriod}) and at most a day");
            }

            if (options.MinimumPeriod <= TimeSpan.Zero || options.MinimumPeriod > Longest)
            {
                return Refused(nameof(MinimumPeriod), options.MinimumPeriod, "above zero and at most a day");
            }

            return options.ClockTolerance < TimeSpan.Zero || options.ClockTolerance > Longest
                ? Refused(nameof(ClockTolerance), options.ClockTolerance, "not negative and at most a day")
                : ValidateOptionsResult.Success;
        }

        private static ValidateOptionsResult Refused(string setting, TimeSpan value, string mustBe) =>
            ValidateOptionsResult.Fail($"{Section}:{setting} is {value}; it must be {mustBe}.");
    }
}
