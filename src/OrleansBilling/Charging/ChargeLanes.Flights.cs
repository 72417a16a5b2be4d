using OrleansBilling.Domain;
using OrleansBilling.Domain.Pumping;
using OrleansBilling.Installations;

namespace OrleansBilling.Charging;

/// <summary>Who may send, and with which place.</summary>
internal sealed partial class ChargeLanes
{
    /// <summary>A subscription wants to send. Null: not now; it waits here, as an id.</summary>
    public ChargeFlight? TryFly(IdSpan id, Subscription s, NextStep step, Lane lane, out HeldBack? held)
    {
        // A first charge has somebody in front of a screen, whoever looks at it.
        ChargeLane own = lane == Lane.Person || s.Status == SubscriptionStatus.Incomplete ? _person : _wave;
        lock (_gate)
        {
            held = HeldBack.Stopping;
            if (_stopping.IsCancellationRequested)
            {
                return null;
            }

            ChargeLook? look = _looks.GetValueOrDefault(id);
            GateAnswer installation = _installation.MaySend();
            bool probes = look?.Probe is not null && step is NextStep.Charge;
            if (!installation.Allowed || !(probes || _charging.MaySend(step, own == _person ? Lane.Person : Lane.Wave)))
            {
                held = installation.Allowed ? HeldBack.Stopped : new HeldBack("gate", installation.Reason);
                own.Held.TryAdd(id);
                return null;
            }

            held = HeldBack.Busy;
            if (TryPlace(own, look) is not { } place)
            {
                own.Waiting.TryAdd(id);
                return null;
            }

            if (look is not null)
            {
                _looks.Remove(id);
                look.Flew = true;
            }

            held = null;
            return new ChargeFlight(this, _charging, place, id, step, probes ? look!.Probe : null);
        }
    }

    /// <summary>A wave's charge waits for what the merchant's grain makes of the failures before it; people and look-ups do not.</summary>
    internal Task WordAsync(ChargeFlight flight) =>
        flight.Lane == _wave && flight is { Probe: null, Step: NextStep.Charge } ? _charging.WordAsync(_stopping.Token) : Task.CompletedTask;

    /// <summary>Whether a request that had to wait for its slot may still leave.</summary>
    internal bool MayStillLeave(ChargeFlight flight)
    {
        lock (_gate)
        {
            if (_stopping.IsCancellationRequested)
            {
                return false;
            }

            bool may = _installation.MaySend().Allowed && (flight.Probe is not null || _charging.MaySend(flight.Step, flight.Lane == _person ? Lane.Person : Lane.Wave));
            if (!may)
            {
                flight.Lane.Held.TryAdd(flight.Id);
            }

            return may;
        }
    }

    /// <summary>It was kept waiting, or the process stood still, for so long that its state has to be read again.</summary>
    internal void LookAgain(ChargeFlight flight)
    {
        lock (_gate)
        {
            flight.Lane.Waiting.TryAdd(flight.Id);
        }

        Changed.Set();
    }

    internal void Leave(ChargeLane lane)
    {
        lock (_gate)
        {
            lane.Leave();
        }

        Changed.Set();
    }

    /// <summary>The place that its look holds, or another one.</summary>
    private ChargeLane? TryPlace(ChargeLane own, ChargeLook? look)
    {
        if (look is not null && (look.Lane == own || !own.TryEnter()))
        {
            return look.Lane;
        }

        if (look is not null)
        {
            look.Lane.Leave();
            _charging.Return(look.Flowing);
            _charging.Take();
            return own;
        }

        if (!own.HasPlace || (own == _wave && !_charging.TryTake(Flows, out _)))
        {
            return null;
        }

        if (own == _person)
        {
            _charging.Take();
        }

        own.TryEnter();
        return own;
    }
}
