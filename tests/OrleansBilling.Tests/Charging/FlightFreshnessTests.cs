using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using NodaTime;
using OrleansBilling.Charging;
using OrleansBilling.Domain;
using OrleansBilling.Domain.Pumping;
using OrleansBilling.Tests.Scenarios;
using OrleansBilling.Tests.Support;

namespace OrleansBilling.Tests.Charging;

/// <summary>What a request is sent by must still be fresh when it leaves, wherever it was kept in between: in the queue for a slot, or in a process that stood still.</summary>
public class FlightFreshnessTests(Stage stage) : IClassFixture<Stage>
{
    private static readonly TimeSpan TooLong = ChargePolicy.Default.ChargeFreshness.ToTimeSpan() + TimeSpan.FromSeconds(1);

    private readonly FakeTimeProvider _time = new();
    private readonly Subscription _s = Life.Active().S;

    private ChargeLanes Lanes => stage.Server.App.Services.GetRequiredService<ChargeLanes>();

    [Fact]
    public async Task A_charge_that_waited_for_its_slot_too_long_is_not_sent()
    {
        await stage.SubscribedAsync(); // From then on the silo knows that charging flows.
        Freshness freshness = new(_time, ChargePolicy.Default.ChargeFreshness);
        TaskCompletionSource<Outcome> answer = new();
        List<ChargeFlight> flying = [];
        while (Fly(Charge) is { } flight)
        {
            flying.Add(flight); // As many as there are places: more than there are slots.
        }

        int sent = 0;
        Task<Outcome?>[] sends = [.. flying.Select(flight => flight.SendAsync(() => { Interlocked.Increment(ref sent); return answer.Task; }, freshness))];
        int slots = Lanes.InFlight.Person;
        Assert.True(slots < flying.Count);
        Assert.Equal(slots, sent);
        _time.Advance(TooLong);
        answer.SetResult(new Outcome.ChargeUnanswered("order-1", "time-out"));
        Outcome?[] outcomes = await Task.WhenAll(sends);

        Assert.Equal(slots, sent);
        Assert.Equal(flying.Count - slots, outcomes.Count(o => o is null));
        flying.ForEach(flight => flight.Dispose());
    }

    [Fact]
    public async Task A_look_up_may_come_late()
    {
        await stage.SubscribedAsync();
        Freshness freshness = new(_time, ChargePolicy.Default.ChargeFreshness);
        using ChargeFlight flight = Fly(new NextStep.LookUp(_s.Invoice!.Attempt!))!;
        _time.Advance(TooLong);

        Assert.NotNull(await flight.SendAsync(() => Task.FromResult<Outcome>(new Outcome.LookUpFailed("order-1", "time-out")), freshness));
    }

    [Fact]
    public void A_wall_clock_that_jumped_says_that_time_went_by_although_the_monotonic_one_stood_still()
    {
        SuspendedMachine machine = new();
        Freshness freshness = new(machine, Duration.FromMinutes(4));
        Assert.True(freshness.Lasts);

        machine.Wall += TimeSpan.FromHours(1);

        Assert.False(freshness.Lasts);
    }

    private NextStep Charge => new NextStep.Charge(_s.Invoice!.Attempt!);

    // Persons' lane: it is small, and no other test's wave is in it.
    private ChargeFlight? Fly(NextStep step) => Lanes.TryFly(IdSpan.Create($"main/{Guid.NewGuid():N}"), _s, step, Lane.Person, out _);

    private sealed class SuspendedMachine : TimeProvider
    {
        public DateTimeOffset Wall { get; set; } = new(2026, 11, 1, 0, 0, 0, TimeSpan.Zero);

        public override long GetTimestamp() => 1;

        public override DateTimeOffset GetUtcNow() => Wall;
    }
}
