using OrleansBilling.Domain;
using OrleansBilling.Domain.Charging;
using OrleansBilling.Domain.Pumping;

namespace OrleansBilling.Charging;

/// <summary>One request from the moment it may be sent until its outcome is stored. Holds a place in its lane until it is disposed.</summary>
internal sealed class ChargeFlight(ChargeLanes lanes, SiloCharging charging, ChargeLane lane, IdSpan id, NextStep step, long? probe) : IDisposable
{
    private int _left;

    public IdSpan Id => id;

    public ChargeLane Lane => lane;

    public NextStep Step => step;

    /// <summary>Its number, when it tries out for all whether charging works again.</summary>
    public long? Probe => probe;

    /// <summary>Waits for a slot and sends. Null when nothing was sent: the silo stops, charging was stopped while it waited, or what it was to be sent by is too old by then; it waits as an id.</summary>
    /// <param name="freshness">Of the state. Only a charge asks: everything else is harmless when it comes late.</param>
    public async Task<Outcome?> SendAsync(Func<Task<Outcome>> send, Freshness freshness)
    {
        try
        {
            await lane.Slots.WaitAsync(lanes.Stopping);
        }
        catch (OperationCanceledException)
        {
            return null;
        }

        Outcome? outcome = null;
        try
        {
            await lanes.WordAsync(this);
            if (lanes.MayStillLeave(this) && IsFresh(freshness))
            {
                long epoch = charging.Epoch;
                outcome = await send();
                if (charging.Answered(this, outcome, epoch) == ChargeAnswer.Throttled)
                {
                    lanes.Metrics.Throttled();
                }
            }

            return outcome;
        }
        finally
        {
            lane.Slots.Release();
            if (probe is { } number && outcome is null)
            {
                charging.EndProbe(new EndedProbe(number, ChargeAnswer.None, null, null));
            }
        }
    }

    private bool IsFresh(Freshness freshness)
    {
        bool fresh = step is not NextStep.Charge || freshness.Lasts;
        if (!fresh)
        {
            lanes.LookAgain(this);
        }

        return fresh;
    }

    /// <summary>Its outcome is stored, or given up. Once is enough.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _left, 1) == 0)
        {
            lanes.Leave(lane);
        }
    }
}
