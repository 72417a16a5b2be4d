using Microsoft.Extensions.Options;
using OrleansBilling.Domain.Charging;
using OrleansBilling.Installations;
using OrleansBilling.Telemetry;

namespace OrleansBilling.Charging;

/// <summary>
/// Bounds what this silo does at once: who may look at what is due, who may send, who waits. A subscription enters a place by its tick, by its turn in the queue, or by its own
/// look; keeps it until its outcome is stored; and needs a slot while its request is at the provider. Whoever gets no place waits as an id.
/// </summary>
internal sealed partial class ChargeLanes : IDisposable
{
    private readonly Lock _gate = new();
    private readonly Dictionary<IdSpan, ChargeLook> _looks = [];
    private readonly ChargeLane _wave;
    private readonly ChargeLane _person;
    private readonly SiloCharging _charging;
    private readonly ChargingGate _installation;
    private readonly CancellationTokenSource _stopping = new();
    private int _activations;

    public ChargeLanes(IOptions<ChargingOptions> options, SiloCharging charging, ChargingGate installation, BillingMetrics metrics)
    {
        (_charging, _installation, Metrics) = (charging, installation, metrics);
        _wave = new ChargeLane(options.Value.InFlight, options.Value.QueueLength);
        _person = new ChargeLane(options.Value.PersonInFlight, options.Value.QueueLength);
        metrics.WatchCharging(() => InFlight, () => Waiting, () => charging.Share, () => charging.View?.State switch
        {
            ChargingState.Flowing => 0,
            ChargingState.Probing => 1,
            ChargingState.Stopped => 2,
            _ => null,
        });
    }

    /// <summary>Beyond these, idle activations leave memory at once instead of after the minutes that Orleans keeps them.</summary>
    private const int KeptActivations = 5_000;

    public BillingMetrics Metrics { get; }

    /// <summary>Set when somebody waits, or may go on.</summary>
    public Signal Changed { get; } = new();

    public CancellationToken Stopping => _stopping.Token;

    public (int Wave, int Person) InFlight => (_wave.InFlight, _person.InFlight);

    public int Waiting
    {
        get
        {
            lock (_gate)
            {
                return Lanes.Sum(lane => lane.Waiting.Count + lane.Held.Count);
            }
        }
    }

    /// <summary>True when a subscription that has nothing more to do should make room.</summary>
    public bool IsCrowded => Volatile.Read(ref _activations) > KeptActivations || Waiting > 0;

    private ChargeLane[] Lanes => field ??= [_person, _wave];

    private bool Flows => _charging.Flows && _installation.MaySend().Allowed;

    /// <summary>From now on nothing begins; what is at the provider comes to its end. Who waits here is left to the next owner of its reminder.</summary>
    public void Stop() => _stopping.Cancel();

    public void Dispose() => _stopping.Dispose();

    public void Activated() => Interlocked.Increment(ref _activations);

    public void Deactivated() => Interlocked.Decrement(ref _activations);

    /// <summary>A reminder ticks. With a look in hand the grain may be called; without one its id waits, or its reminder repeats the tick.</summary>
    public TickAnswer Arrive(IdSpan id, out ChargeLook? look)
    {
        look = null;
        lock (_gate)
        {
            if (_looks.ContainsKey(id))
            {
                return TickAnswer.Pass; // It is being called, perhaps by us.
            }

            if (_stopping.IsCancellationRequested || _wave.IsWaiting(id) || _person.IsWaiting(id))
            {
                return TickAnswer.Waits;
            }

            if (_wave.Waiting.Count == 0 && TryLook(id, _wave, probe: null, out look, out _))
            {
                return TickAnswer.Pass;
            }

            _wave.Waiting.TryAdd(id);
        }

        Changed.Set();
        return TickAnswer.Waits;
    }

    /// <summary>Whose turn it is. To be returned by <see cref="Return"/> when the call is over.</summary>
    /// <param name="wait">How long until somebody may be next; null when that depends on something else than time.</param>
    public ChargeLook? Next(out TimeSpan? wait)
    {
        wait = null;
        lock (_gate)
        {
            bool flows = Flows;
            foreach (ChargeLane lane in Lanes)
            {
                WaitingIds ids = flows && lane.Held.Count > 0 ? lane.Held : lane.Waiting;
                if (_stopping.IsCancellationRequested || ids.Count == 0 || !lane.HasPlace)
                {
                    continue;
                }

                while (ids.TryPeek(out IdSpan id))
                {
                    if (_looks.ContainsKey(id))
                    {
                        ids.TryTake(out _); // A tick of its own has come through meanwhile.
                        continue;
                    }

                    if (TryLook(id, lane, probe: null, out ChargeLook? look, out TimeSpan until))
                    {
                        ids.TryTake(out _);
                        return look;
                    }

                    wait = until;
                    break;
                }
            }
        }

        return null;
    }

    /// <summary>Somebody who has a charge to send and tries it out for all. Null when nobody has.</summary>
    public ChargeLook? NextProbe(long probe)
    {
        lock (_gate)
        {
            foreach (ChargeLane lane in Lanes)
            {
                while (!_stopping.IsCancellationRequested && lane.Held.TryTake(out IdSpan id))
                {
                    if (TryLook(id, lane, probe, out ChargeLook? look, out _))
                    {
                        return look;
                    }
                }
            }
        }

        return null;
    }

    public int Held
    {
        get
        {
            lock (_gate)
            {
                return Lanes.Sum(lane => lane.Held.Count);
            }
        }
    }

    /// <summary>The call is over; when nothing was sent, its place is free.</summary>
    /// <returns>True when something was sent.</returns>
    public bool Return(ChargeLook look)
    {
        lock (_gate)
        {
            if (look.Flew)
            {
                return true;
            }

            _looks.Remove(look.Id);
            look.Lane.Leave();
            if (look.Lane == _wave && look.Probe is null)
            {
                _charging.Return(look.Flowing);
            }
        }

        Changed.Set();
        return false;
    }

    private bool TryLook(IdSpan id, ChargeLane lane, long? probe, out ChargeLook? look, out TimeSpan wait)
    {
        look = null;
        wait = TimeSpan.Zero;
        bool flowing = Flows;
        if (_looks.ContainsKey(id) || !lane.HasPlace || (lane == _wave && probe is null && !_charging.TryTake(flowing, out wait)))
        {
            return false;
        }

        lane.TryEnter();
        look = new ChargeLook(id, lane, probe, flowing);
        _looks.Add(id, look);
        return true;
    }
}
