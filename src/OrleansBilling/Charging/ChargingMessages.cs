using NodaTime;
using OrleansBilling.Domain.Charging;

namespace OrleansBilling.Charging;

/// <summary>What a silo tells about once a second, and at once when an account fault or the end of a probe is to be told.</summary>
[GenerateSerializer, Immutable, Alias("OrleansBilling.ChargingReport")]
internal sealed record ChargingReport
{
    [Id(0)] public required string Silo { get; init; }

    /// <summary>Fingerprint of API key and MID, in the first report after a start; null in later ones, so that two keys in one cluster do not take turns.</summary>
    [Id(1)] public string? Credential { get; init; }
    [Id(2)] public required long Epoch { get; init; }
    [Id(3)] public int Answered { get; init; }
    [Id(4)] public int Transient { get; init; }
    [Id(5)] public int Throttled { get; init; }
    [Id(6)] public int KeyGone { get; init; }
    [Id(7)] public DateTimeOffset? FirstKeyGoneAt { get; init; }
    [Id(8)] public IReadOnlyList<AccountFaultMessage> AccountFaults { get; init; } = [];
    [Id(9)] public EndedProbe? EndedProbe { get; init; }

    /// <summary>At the provider now.</summary>
    [Id(10)] public int InFlight { get; init; }
    [Id(11)] public int Waiting { get; init; }

    public static ChargingReport Of(string silo, string? credential, SiloReport counted, EndedProbe? ended, int inFlight, int waiting) => new()
    {
        Silo = silo,
        Credential = credential,
        Epoch = counted.Epoch,
        Answered = counted.Answered,
        Transient = counted.Transient,
        Throttled = counted.Throttled,
        KeyGone = counted.KeyGone,
        FirstKeyGoneAt = counted.FirstKeyGoneAt?.ToDateTimeOffset(),
        AccountFaults = [.. counted.AccountFaults.Select(f => new AccountFaultMessage(f.OrderId, f.Code, f.At.ToDateTimeOffset()))],
        EndedProbe = ended,
        InFlight = inFlight,
        Waiting = waiting,
    };

    public SiloReport ToReport() => new()
    {
        Epoch = Epoch,
        Answered = Answered,
        Transient = Transient,
        Throttled = Throttled,
        KeyGone = KeyGone,
        FirstKeyGoneAt = FirstKeyGoneAt is { } first ? Instant.FromDateTimeOffset(first) : null,
        AccountFaults = [.. AccountFaults.Select(f => new AccountFaultAnswer(f.OrderId, f.Code, Instant.FromDateTimeOffset(f.At)))],
    };
}

[GenerateSerializer, Immutable, Alias("OrleansBilling.AccountFaultMessage")]
internal sealed record AccountFaultMessage([property: Id(0)] string OrderId, [property: Id(1)] string Code, [property: Id(2)] DateTimeOffset At);

[GenerateSerializer, Immutable, Alias("OrleansBilling.EndedProbe")]
internal sealed record EndedProbe([property: Id(0)] long Number, [property: Id(1)] ChargeAnswer Answer, [property: Id(2)] string? OrderId, [property: Id(3)] string? Code);

/// <summary>How things stand.</summary>
[GenerateSerializer, Immutable, Alias("OrleansBilling.ChargingNews")]
internal sealed record ChargingNews
{
    [Id(0)] public required ChargingWord State { get; init; }

    /// <summary>Null while it flows.</summary>
    [Id(1)] public string? Reason { get; init; }
    [Id(2)] public DateTimeOffset? Since { get; init; }

    /// <summary>Probing: the silo that took the probe. Null when it is to be had.</summary>
    [Id(3)] public string? Prober { get; init; }

    /// <summary>Probing: until when it is that silo's. Stopped: when the next probe may be taken; null when only a person ends it.</summary>
    [Id(4)] public DateTimeOffset? Until { get; init; }
    [Id(5)] public required long Epoch { get; init; }

    /// <summary>Requests a second over the whole cluster; null without a limit.</summary>
    [Id(6)] public double? PerSecond { get; init; }
    [Id(7)] public required IReadOnlyList<InterruptionMessage> Interruptions { get; init; }

    public static ChargingNews Of(ChargingView view)
    {
        ChargingNews news = new()
        {
            State = ChargingWord.Flowing,
            Epoch = view.Epoch,
            PerSecond = view.PerSecond,
            Interruptions = [.. view.Interruptions.Known.Select(i => new InterruptionMessage(i.From.ToDateTimeOffset(), i.To?.ToDateTimeOffset(), i.Cause))],
        };
        return view.State switch
        {
            ChargingState.Stopped s => news with { State = ChargingWord.Stopped, Reason = s.Reason, Since = s.Since.ToDateTimeOffset(), Until = s.NextProbeAt?.ToDateTimeOffset() },
            ChargingState.Probing p => news with { State = ChargingWord.Probing, Reason = p.Reason, Since = p.Since.ToDateTimeOffset(), Prober = p.Prober, Until = p.Until?.ToDateTimeOffset() },
            _ => news,
        };
    }

    public ChargingView ToView()
    {
        Instant? until = Until is { } u ? Instant.FromDateTimeOffset(u) : null;
        ChargingState state = State switch
        {
            ChargingWord.Stopped => new ChargingState.Stopped(Reason!, Instant.FromDateTimeOffset(Since!.Value), until),
            ChargingWord.Probing => new ChargingState.Probing(Reason!, Instant.FromDateTimeOffset(Since!.Value), Prober, until),
            _ => new ChargingState.Flowing(),
        };
        return new ChargingView(
            state, Epoch, PerSecond,
            new Interruptions([.. Interruptions.Select(i => new Interruption(Instant.FromDateTimeOffset(i.From), i.To is { } to ? Instant.FromDateTimeOffset(to) : null, i.Cause))]));
    }
}

internal enum ChargingWord
{
    Flowing = 1,
    Probing = 2,
    Stopped = 3,
}

[GenerateSerializer, Immutable, Alias("OrleansBilling.InterruptionMessage")]
internal sealed record InterruptionMessage([property: Id(0)] DateTimeOffset From, [property: Id(1)] DateTimeOffset? To, [property: Id(2)] InterruptionCause Cause);

/// <summary>For people.</summary>
/// <param name="InFlight">Requests at the provider, over all silos, as they last told.</param>
/// <param name="By">Who stopped it; null when no person did.</param>
/// <param name="Note">The reason that they gave.</param>
[GenerateSerializer, Immutable, Alias("OrleansBilling.ChargingStatus")]
internal sealed record ChargingStatus(
    [property: Id(0)] ChargingNews News,
    [property: Id(1)] int InFlight,
    [property: Id(2)] int Waiting,
    [property: Id(3)] int Silos,
    [property: Id(4)] string? By,
    [property: Id(5)] string? Note);
