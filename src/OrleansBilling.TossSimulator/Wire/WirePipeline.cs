using System.Collections.Concurrent;
using OrleansBilling.TossSimulator.Faults;
using OrleansBilling.TossSimulator.State;

namespace OrleansBilling.TossSimulator.Wire;

/// <summary>
/// Every API request goes this way, in this order (an assumption where Toss does not say): authentication, length of the idempotency key,
/// test code, throttle, idempotency store, then the operation itself.
/// </summary>
internal sealed class WirePipeline(
    SimulatorState state, FaultPlan faults, Throttle throttle, RequestLog requests, TossSimulatorOptions options, IHostApplicationLifetime lifetime,
    ILogger<WirePipeline> logger)
{
    private const int LongestIdempotencyKey = 300;

    /// <summary>Idempotency keys whose first request has no answer yet.</summary>
    private readonly ConcurrentDictionary<IdempotencyScope, bool> _inFlight = new();

    public async Task RunAsync(HttpContext http, WireOperation operation, string resource, WireHandler handler)
    {
        Reply reply = new(http, operation, resource, await WireBody.ReadAsync(http.Request), state.Clock.GetUtcNow());
        try
        {
            await AnswerAsync(reply, handler);
        }
        catch (OperationCanceledException) when (lifetime.ApplicationStopping.IsCancellationRequested)
        {
            // Like a crash: whoever waits learns nothing. What was committed stays committed.
            http.Abort();
        }
        if (requests.IsOn)
        {
            requests.Add(reply.ToRow());
        }
        Log.Answered(logger, operation, reply.OrderId, reply.Status, reply.Code);
    }

    private async Task AnswerAsync(Reply reply, WireHandler handler)
    {
        SimulatorKnobs knobs = state.Knobs;
        (SimulatorKeySet? keys, string secret, string? error) = BasicAuth.Read(reply.AuthorizationHeader, state);
        if (keys is null)
        {
            await reply.SendAsync(WireAnswer.Error(TossErrors.Get(error!), reply.English));
            return;
        }
        WireCall call = new(reply.Operation, reply.Resource, keys, reply.Body, reply.Query, reply.English, knobs, reply.ReceivedAt);
        if (reply.IdempotencyKey is { Length: > LongestIdempotencyKey })
        {
            await reply.SendAsync(call.Refusal("INVALID_IDEMPOTENCY_KEY"));
            return;
        }
        if (reply.TestCode.Length > 0 && !keys.IsLive)
        {
            // Forced at every call that carries the header, and never bound: measured for the 409.
            await reply.SendAsync(call.Refusal(TossErrors.Find(reply.TestCode)?.Code ?? "INVALID_TEST_CODE"));
            return;
        }
        string fingerprint = KeyShapes.Fingerprint(secret);
        if (!throttle.Allows(fingerprint, reply.Operation, knobs.RequestsPerMinute))
        {
            await reply.SendEmptyAsync(StatusCodes.Status429TooManyRequests);
            return;
        }
        IdempotencyScope? scope = reply.IdempotencyKey is { } key ? new(fingerprint, reply.Method, reply.Path, key) : null;
        if (scope is not null && !_inFlight.TryAdd(scope, true))
        {
            await reply.SendAsync(call.Refusal("IDEMPOTENT_REQUEST_PROCESSING"));
            return;
        }
        Fault? fault;
        WireAnswer? answer;
        try
        {
            (answer, fault) = await WorkAsync(reply, call, scope, handler);
        }
        finally
        {
            // Before the answer leaves: whoever has it may ask again at once.
            if (scope is not null)
            {
                _inFlight.TryRemove(scope, out _);
            }
        }
        await reply.DeliverAsync(answer, fault);
    }

    /// <summary>The answer, bound and on the disk, and what shall go wrong with its delivery. No answer when nothing was done.</summary>
    private async Task<(WireAnswer? Answer, Fault? Fault)> WorkAsync(Reply reply, WireCall call, IdempotencyScope? scope, WireHandler handler)
    {
        (BoundAnswer? bound, Fault? cardFault) = state.Read(books => (BoundNow(books, scope, call), ChargeApi.CardFault(call, books)));
        (reply.OrderId, reply.CustomerKey) = state.Read(books => Target(call, books));
        Fault? fault = faults.Take(call.Operation, reply.OrderId, reply.CustomerKey, bound is not null);
        bool isCardsFault = fault is null && bound is null && cardFault is not null;
        fault = isCardsFault ? cardFault : fault;
        reply.Fault = fault;

        await WaitAsync(options.Light ? options.LightLatency : TimeSpan.Zero);
        if (fault is { Kind: FaultKind.Latency })
        {
            await WaitAsync(TimeSpan.FromSeconds(fault.Seconds));
        }
        if (fault is { Kind: FaultKind.Hold, Commit: not true })
        {
            await faults.HoldAsync(lifetime.ApplicationStopping);
        }

        WireAnswer? answer = null;
        if (bound is not null)
        {
            reply.IsReplayOf = bound.TraceId;
            answer = new(bound.Status, bound.Body, bound.Code);
        }
        else if (fault is null or { Works: true } or { Kind: FaultKind.Error })
        {
            answer = await state.CommitAsync(books => Decide(reply, call, books, scope, handler, fault));
        }
        else if (isCardsFault)
        {
            state.Commit(_ => [new JournalEntry.CardReached(call.Resource)]);
        }

        if (fault is { Kind: FaultKind.LateAfterCommit })
        {
            await WaitAsync(TimeSpan.FromSeconds(fault.Seconds));
        }
        if (fault is { Kind: FaultKind.Hold, Commit: true })
        {
            await faults.HoldAsync(lifetime.ApplicationStopping);
        }
        return (answer, fault);
    }

    private (WireAnswer, IReadOnlyList<JournalEntry>) Decide(
        Reply reply, WireCall call, Books books, IdempotencyScope? scope, WireHandler handler, Fault? fault)
    {
        DateTimeOffset now = state.Clock.GetUtcNow();
        Outcome outcome = fault?.Kind switch
        {
            FaultKind.Error => call.Refuse(fault.Code ?? "PROVIDER_ERROR"),
            FaultKind.Committed500 => handler(call, books, now) with { Answer = call.Refusal(fault.Code ?? "FAILED_INTERNAL_SYSTEM_PROCESSING") },
            _ => handler(call, books, now),
        };
        return scope is not null && Binds(outcome.Answer.Status, call.Knobs)
            ? (outcome.Answer, [.. outcome.Entries, new JournalEntry.AnswerBound(
                scope, new(outcome.Answer.Status, outcome.Answer.Body, outcome.Answer.Code, reply.TraceId, call.ReceivedAt))])
            : (outcome.Answer, outcome.Entries);
    }

    /// <summary>Measured: refusals are bound as successes are. 409 and 429 say "ask again", so they cannot be.</summary>
    private static bool Binds(int status, SimulatorKnobs knobs) => status switch
    {
        StatusCodes.Status409Conflict or StatusCodes.Status429TooManyRequests => false,
        >= 500 => knobs.BindsServerErrors,
        _ => true,
    };

    private BoundAnswer? BoundNow(Books books, IdempotencyScope? scope, WireCall call) =>
        scope is not null && books.Answer(scope) is { } bound && state.Clock.GetUtcNow() < bound.FirstUsedAt + call.Knobs.IdempotencyLifetime ? bound : null;

    /// <summary>Order and customer of a request, for the filters of faults and for the request log.</summary>
    private static (string? OrderId, string? CustomerKey) Target(WireCall call, Books books) => call.Operation switch
    {
        WireOperation.Cancel or WireOperation.Lookup => books.Payment(call.Resource) is { } payment
            ? (payment.OrderId, payment.CustomerKey)
            : (call.Resource, null),
        WireOperation.Delete => (null, books.BillingKey(call.Resource)?.CustomerKey),
        _ => (call.Body.Text("orderId"), call.Body.Text("customerKey")),
    };

    // The requester's own cancellation does not count: a provider goes on working for a client that is gone.
    private Task WaitAsync(TimeSpan time) =>
        time > TimeSpan.Zero ? Task.Delay(time, state.Clock.Underlying, lifetime.ApplicationStopping) : Task.CompletedTask;
}
