using Microsoft.Extensions.Options;
using OrleansBilling.Charging;
using OrleansBilling.Domain;
using OrleansBilling.Domain.Charging;
using OrleansBilling.Storage;
using OrleansBilling.Toss;

namespace OrleansBilling.Sandbox;

/// <summary>
/// Everything that waits for the provider or for a reminder, shortened by one number. They belong together: a look-up proves something only because it comes after the longest
/// time that a charge can take, and a reminder that is loaded too seldom is late. What finds dead silos and lost connections stays as it is.
/// </summary>
internal static class DividedWaits
{
    public static void AddDividedWaits(this IServiceCollection services, int divisor)
    {
        if (divisor is <= 1 or > SandboxOptions.MostDividedBy)
        {
            return; // 1 is the default; the rest is refused by the validator.
        }

        services.AddSingleton(ChargePolicy.Default.DividedBy(divisor));
        services.AddSingleton(provider => ChargingPolicy.Default.DividedBy(divisor) with { HighestRate = provider.GetRequiredService<IOptions<ChargingOptions>>().Value.HighestPerSecond });
        // Before the section is bound, so that a configured value stands.
        services.Configure<TossOptions>(toss =>
        {
            toss.ChargeTimeout /= divisor;
            toss.LeastChargeTimeout /= divisor;
        });
        // After everybody else has set them.
        services.PostConfigure<ReminderOptions>(reminders =>
        {
            reminders.MinimumReminderPeriod /= divisor;
            reminders.RefreshReminderListPeriod /= divisor;
            reminders.ReminderLoadingWindow /= divisor;
        });
        services.PostConfigure<ReminderSettings>(reminders => reminders.ClockTolerance /= divisor);
    }

    /// <summary>Says what is short, so that nobody wonders about the times in the log.</summary>
    public static void TellDividedWaits(this IServiceProvider services)
    {
        int divisor = services.GetRequiredService<IOptions<SandboxOptions>>().Value.WaitsDividedBy;
        if (divisor == 1)
        {
            return;
        }

        ChargePolicy policy = services.GetRequiredService<ChargePolicy>();
        ReminderOptions reminders = services.GetRequiredService<IOptions<ReminderOptions>>().Value;
        (string Name, TimeSpan Wait)[] waits =
        [
            ("charge timeout", services.GetRequiredService<IOptions<TossOptions>>().Value.ChargeTimeout),
            ("look-up after a send", policy.LookUpAfterSend.ToTimeSpan()),
            ("between look-ups", policy.BetweenLookUps.ToTimeSpan()),
            ("first repeat", policy.FirstRepeatWait.ToTimeSpan()),
            ("age limit of a send", policy.MaxSendAge.ToTimeSpan()),
            ("clock guard", policy.ClockGuard.ToTimeSpan()),
            ("freshness of state", policy.StateFreshness.ToTimeSpan()),
            ("freshness for a charge", policy.ChargeFreshness.ToTimeSpan()),
            ("freshness of a decision", policy.DecisionFreshness.ToTimeSpan()),
            ("catch-up period", policy.CatchUpPeriod.ToTimeSpan()),
            ("reminder refresh", reminders.RefreshReminderListPeriod),
            ("reminder loading window", reminders.ReminderLoadingWindow),
            ("reminders read ahead", ReminderSettings.ReadAhead(reminders, services.GetRequiredService<IOptions<ReminderSettings>>().Value.ClockTolerance)),
        ];
        Log.WaitsDivided(services.GetRequiredService<ILogger<SandboxOptions>>(), divisor, string.Join(", ", waits.Select(wait => $"{wait.Name} {wait.Wait.TotalSeconds:0.##} s")));
    }
}
