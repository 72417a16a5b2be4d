using NodaTime;
using OrleansBilling.Domain;
using OrleansBilling.Simulation.Chance;
using OrleansBilling.Simulation.World;

namespace OrleansBilling.Simulation.Engine;

/// <summary>
/// Reminders as Orleans keeps them: stored apart from the state, ticking first at their start and then with a fixed period. A tick that nobody was there to receive is not
/// made up for; the next one comes at start + k × period.
/// </summary>
internal sealed class ReminderTable(Cluster cluster, Scheduler time, Chaos chaos, Trace? trace)
{
    private static readonly Duration Period = ChargePolicy.Default.CatchUpPeriod;

    private int _generation;

    /// <param name="start">By the clocks of the silos.</param>
    public void Set(Subject subject, Instant start, string who)
    {
        int generation = ++_generation;
        subject.Reminder = new ReminderRow(start, generation);
        trace?.Add(who, $"sets the reminder to {start}");
        Schedule(subject, generation, start);
        if (chaos.Strikes(Fault.ReminderRowLost, out Dice dice))
        {
            time.After(dice.Magnitude(Duration.FromSeconds(1), Duration.FromDays(30)), () => Lose(subject, generation));
        }
    }

    public void Remove(Subject subject, string who)
    {
        if (subject.Reminder is not null)
        {
            subject.Reminder = null;
            trace?.Add(who, "removes the reminder");
            cluster.Watchdog.Missing(subject);
        }
    }

    /// <summary>Silos that come up read the table, and tick for what is past at the next whole period.</summary>
    public void Reload(Subject subject)
    {
        if (subject.Reminder is { } row && row.Start <= time.Now)
        {
            subject.Reminder = row with { Generation = ++_generation };
            Schedule(subject, _generation, row.Start + (Period * (Math.Floor((time.Now - row.Start) / Period) + 1)));
        }
    }

    private void Schedule(Subject subject, int generation, Instant start)
    {
        // It fires by the clock of the silo that hosts it, which need not be the one that set it.
        Silo host = cluster.AnySilo();
        time.At(start - host.Ahead, () => Tick(subject, generation, host));
    }

    private void Tick(Subject subject, int generation, Silo host)
    {
        if (subject.Reminder?.Generation != generation)
        {
            return;
        }

        if (!host.IsThere)
        {
            Silo next = cluster.AnySilo();
            Instant back = Instant.Max(time.Now, cluster.FirstUpAt);
            double periods = Math.Floor((back - time.Now) / Period) + 1;
            time.After(Period * periods, () => Tick(subject, generation, next));
            return;
        }

        time.After(Period, () => Tick(subject, generation, host));
        if (chaos.Strikes(Fault.TickMissing))
        {
            return;
        }

        if (chaos.Strikes(Fault.TickLate, out Dice late))
        {
            time.After(late.Magnitude(Duration.FromSeconds(1), Duration.FromMinutes(30)), () => Deliver(subject));
            return;
        }

        Deliver(subject);
        if (chaos.Strikes(Fault.TickDoubled, out Dice again))
        {
            time.After(again.Magnitude(Duration.FromMilliseconds(1), Duration.FromMinutes(1)), () => Deliver(subject));
        }
    }

    private void Deliver(Subject subject) => cluster.Deliver(subject, new Turn("tick", static a => a.Pump.TickAsync(), Activation.Quietly));

    private void Lose(Subject subject, int generation)
    {
        if (subject.Reminder?.Generation == generation)
        {
            subject.Reminder = null;
            trace?.Add("database", $"loses the reminder row of {subject.Id}");
            cluster.OnTrouble(null, Watchdog.LongestSilence);
            cluster.Watchdog.Missing(subject);
        }
    }
}
