using System.Diagnostics;
using Npgsql;

namespace OrleansBilling.Chaos;

/// <summary>Does it to the processes. When the phase is over, whatever still lasts is undone at once.</summary>
internal sealed class Mischief(Installation installation, ChaosOptions options) : IDisposable
{
    // Orleans declares a silo dead that misses three probes of five seconds, and the others have to agree, which takes longer while one of them is away itself.
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(75);

    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan RestartTimeout = TimeSpan.FromSeconds(60);

    private readonly CancellationTokenSource _over = new();

    /// <summary>Silos that did not end in time, or with an error, when they were asked to.</summary>
    public int BadStops { get; private set; }

    /// <summary>Silos that the others declared dead while they were stopped.</summary>
    public int DeclaredDead { get; private set; }

    /// <summary>Reminders that were deleted behind the engine's back.</summary>
    public int LostReminders { get; private set; }

    /// <summary>Returns when everything that was broken is whole again, but for silos that are still starting.</summary>
    public async Task RunAsync()
    {
        long start = Stopwatch.GetTimestamp();
        List<Task> running = [];
        foreach (Blow blow in Schedule.Of(options.Seed, options.FaultyPhase))
        {
            await UntilAsync(start, blow.At);
            running.Add(DealAsync(blow));
        }

        await UntilAsync(start, options.FaultyPhase);
        await _over.CancelAsync();
        await Task.WhenAll(running);
    }

    public void Dispose() => _over.Dispose();

    private static async Task UntilAsync(long start, TimeSpan at)
    {
        TimeSpan wait = at - Stopwatch.GetElapsedTime(start);
        if (wait > TimeSpan.Zero)
        {
            await Task.Delay(wait);
        }
    }

    private Task DealAsync(Blow blow)
    {
        Silo silo = installation.Silos[blow.Lot % installation.Silos.Count];
        TimeSpan extra = TimeSpan.FromSeconds(blow.Lot / 7 % 10);
        return blow.Harm switch
        {
            Harm.KillSilo => AloneAsync(silo, () => KillAsync(silo, extra / 2)),
            Harm.PauseSilo => AloneAsync(silo, () => PauseAsync(silo)),
            Harm.RestartDatabase => RestartDatabaseAsync(),
            Harm.CutDatabase => AloneAsync(silo, () => CutAsync(silo, blow.Lot / 70 % 2 == 0 ? Link.Cut : Link.Silent, TimeSpan.FromSeconds(8) + extra)),
            Harm.RestartProvider => RestartProviderAsync(extra / 4),
            Harm.RollingRestart => RollAsync(),
            Harm.LoseReminders => LoseRemindersAsync(blow.Lot),
            _ => throw new InvalidOperationException($"Nobody knows how to do {blow.Harm}."),
        };
    }

    /// <summary>One harm at a time to a silo; what comes to it only when the phase is over does not come.</summary>
    private async Task AloneAsync(Silo silo, Func<Task> harm)
    {
        await silo.Alone.WaitAsync();
        try
        {
            if (!_over.IsCancellationRequested)
            {
                await harm();
            }
        }
        finally
        {
            silo.Alone.Release();
        }
    }

    private async Task KillAsync(Silo silo, TimeSpan pause)
    {
        Narrator.Say($"kill -9 silo {silo.Number}, started again after {pause.TotalSeconds:0.0} s");
        await silo.KillAsync();
        await LastAsync(pause);
        silo.Start();
        await silo.ReadyAsync(_over.Token);
    }

    /// <summary>Past its membership time-out: the others have declared it dead when it goes on, and its subscriptions live elsewhere.</summary>
    private async Task PauseAsync(Silo silo)
    {
        Narrator.Say($"SIGSTOP silo {silo.Number}");
        long start = Stopwatch.GetTimestamp();
        silo.Pause();
        bool dead = false;
        while (!dead && Stopwatch.GetElapsedTime(start) < LongestPause && !_over.IsCancellationRequested)
        {
            await LastAsync(LookEvery);
            dead = await installation.IsDeclaredDeadAsync(silo);
        }

        silo.Continue();
        DeclaredDead += dead ? 1 : 0;
        Narrator.Say($"SIGCONT silo {silo.Number} after {Stopwatch.GetElapsedTime(start).TotalSeconds:0} s; the others {(dead ? "have" : "have not")} declared it dead");
    }

    private async Task CutAsync(Silo silo, Link link, TimeSpan pause)
    {
        Narrator.Say($"silo {silo.Number} and the database: {(link == Link.Cut ? "cut" : "silent")} for {pause.TotalSeconds:0} s");
        silo.Proxy.Turn(link);
        await LastAsync(pause);
        silo.Proxy.Turn(Link.Up);
        Narrator.Say($"silo {silo.Number} and the database: up again");
    }

    private async Task RestartDatabaseAsync()
    {
        Narrator.Say($"PostgreSQL: restart, immediate");
        using Process restart = Process.Start(options.RestartPostgres, "immediate");
        using CancellationTokenSource limit = new(RestartTimeout);
        await restart.WaitForExitAsync(limit.Token);
        if (restart.ExitCode != 0)
        {
            throw new InvalidOperationException("PostgreSQL did not come back; see its log.");
        }

        Narrator.Say($"PostgreSQL: back");
    }

    private async Task LoseRemindersAsync(int lot)
    {
        try
        {
            int lost = await installation.LoseRemindersAsync(options.Subscriptions / 30 + 1, lot);
            LostReminders += lost;
            Narrator.Say($"{lost} reminders deleted by hand");
        }
        catch (NpgsqlException)
        {
            Narrator.Say($"no reminders deleted: the database is away");
        }
    }

    private async Task RestartProviderAsync(TimeSpan pause)
    {
        Narrator.Say($"kill -9 simulator, started again after {pause.TotalSeconds:0.0} s with its journal");
        await installation.Provider.RestartAsync(pause);
    }

    private async Task RollAsync()
    {
        Narrator.Say($"rolling restart begins");
        foreach (Silo silo in installation.Silos)
        {
            await AloneAsync(silo, () => RestartAsync(silo));
        }

        Narrator.Say($"rolling restart is through");
    }

    private async Task RestartAsync(Silo silo)
    {
        long start = Stopwatch.GetTimestamp();
        bool well = await silo.StopAsync();
        BadStops += well ? 0 : 1;
        Narrator.Say($"silo {silo.Number} stopped in {Stopwatch.GetElapsedTime(start).TotalSeconds:0.0} s{(well ? "" : ", badly")}");
        silo.Start();
        await silo.ReadyAsync(_over.Token);
    }

    /// <summary>This long, or until the phase is over.</summary>
    private Task LastAsync(TimeSpan time) => Task.Delay(time, _over.Token).ContinueWith(_ => { }, TaskScheduler.Default);
}
