using NodaTime;

namespace OrleansBilling.Domain.Charging;

/// <summary>What happened to a merchant's charging, to be logged and counted.</summary>
public abstract record ChargingEvent
{
    private ChargingEvent() { }

    /// <summary>A person has to know now. One for each stop, however many charges meet it.</summary>
    public virtual bool IsAlert => false;

    /// <summary>The provider counts as out of order.</summary>
    public sealed record BreakerOpened(int Failed, int Sent, Instant ProbesFrom) : ChargingEvent;

    public sealed record ProbeStarted(string Prober, Instant Until) : ChargingEvent;

    public sealed record ProbeFailed(ChargeAnswer Answer, Instant NextAt) : ChargingEvent;

    public sealed record BreakerClosed(Instant OpenedAt) : ChargingEvent;

    /// <summary>Key, contract or access policy: no charge of the merchant can succeed.</summary>
    public sealed record AccountStopped(string Code, string OrderId) : ChargingEvent
    {
        public override bool IsAlert => true;
    }

    /// <summary>So many billing keys cannot have died together: the MID or its key pair is a wrong one.</summary>
    public sealed record KeysGone(int KeyGone, int Answers) : ChargingEvent
    {
        public override bool IsAlert => true;
    }

    /// <summary>Account faults of one subscription alone, while others are charged. It does not stop them; a person looks at this one.</summary>
    public sealed record OneSubscriptionFaults(string Code, string OrderId) : ChargingEvent
    {
        public override bool IsAlert => true;
    }

    /// <summary>A probe showed that the account is in order again.</summary>
    public sealed record AccountResumed(Instant StoppedAt) : ChargingEvent;

    public sealed record StoppedByOperator(string Actor, string? Reason) : ChargingEvent;

    public sealed record ResumedByOperator(string Actor, string? Reason) : ChargingEvent;

    /// <param name="PerSecond">Requests a second and merchant, over the whole cluster.</param>
    public sealed record RateLowered(double PerSecond) : ChargingEvent;
}
