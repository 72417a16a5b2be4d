using OrleansBilling.Clock;
using OrleansBilling.Tests.Support;

namespace OrleansBilling.Tests.Processes;

/// <summary>
/// Moves the test clock from outside, by the same rows and in the same order as the program's own walk, but without its waiting for charges: the
/// tests of this folder kill processes while those are in flight.
/// </summary>
internal sealed class ClockHand(Deployment deployment)
{
    /// <summary>Orleans loads a reminder well before it is due; the walk stops as long before.</summary>
    public static readonly TimeSpan Margin = TimeSpan.FromMinutes(1);

    private readonly TestClockStore _store = new(deployment.Database);

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    /// <summary>To the instant at which something is due, after every silo has loaded its reminders.</summary>
    public async Task ArriveAsync(DateTimeOffset due, int silos)
    {
        string walk = await BeginAsync(due);
        long version = await MoveAsync(walk, due - Margin, due);
        await Eventually.Async(
            async () =>
            {
                // Keeps the lease, so that no silo takes the walk over.
                await _store.ReportAsync(walk, 0, 0, "", finished: false, Cancelled);
                return (await _store.AcknowledgedByAsync(version, Cancelled)).Count;
            },
            ready => ready >= silos,
            "all silos have loaded what is due",
            TimeSpan.FromSeconds(60));
        await MoveAsync(walk, due, due);
        await _store.EndAsync("arrived", Cancelled);
    }

    /// <summary>Lets a stretch of time pass.</summary>
    public async Task PassAsync(TimeSpan time)
    {
        DateTimeOffset to = TimeProvider.System.GetUtcNow() + (await _store.ReadAsync(Cancelled)).Offset + time;
        string walk = await BeginAsync(to);
        await MoveAsync(walk, to, to);
        await _store.EndAsync("arrived", Cancelled);
    }

    private async Task<string> BeginAsync(DateTimeOffset target)
    {
        string walk = Guid.NewGuid().ToString("N");
        Assert.True(await _store.TryStartAsync(walk, target, Cancelled), "Another walk is under way.");
        return walk;
    }

    private async Task<long> MoveAsync(string walk, DateTimeOffset to, DateTimeOffset wantedUntil)
    {
        TimeSpan offset = TimeSpan.FromMilliseconds(Math.Ceiling((to - TimeProvider.System.GetUtcNow()).TotalMilliseconds));
        await ProviderClock.MoveAsync(deployment.Simulator.Http, offset, Cancelled);
        return await _store.MoveAsync(walk, offset, wantedUntil, Cancelled);
    }
}
