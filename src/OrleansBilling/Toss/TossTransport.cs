using System.Diagnostics;
using System.Net;

namespace OrleansBilling.Toss;

/// <summary>
/// Sends one request and reads its answer: no retry, no redirect, a bounded body, one log line and one trace span without secrets. It never throws for
/// what the other side or the network does.
/// </summary>
internal sealed class TossTransport(HttpClient http, TimeProvider clock, ILogger<TossTransport> logger)
{
    /// <summary>Bodies above this are not read: the largest legitimate one, a thousand transactions, is half of it.</summary>
    public const int MaxBodyBytes = 1 << 20;

    /// <summary>Our own spans replace those of the HTTP stack, whose "url.full" would contain billing keys.</summary>
    public static readonly ActivitySource Tracing = new("OrleansBilling.Toss");

    /// <param name="call">What to send.</param>
    /// <param name="cancellation">Only for reads. A charge that is cut off half way is not cancelled, only unknown; the time-out bounds its wait.</param>
    public async Task<TossReply> SendAsync(TossCall call, CancellationToken cancellation = default)
    {
        using Activity? span = Tracing.StartActivity($"{call.Method} {call.Template}", ActivityKind.Client);
        long started = clock.GetTimestamp();
        (TossReply reply, HttpStatusCode? status, string traceId) = await ExchangeAsync(call, cancellation);
        Report(call, reply, status, traceId, clock.GetElapsedTime(started), span);
        return reply;
    }

    private async Task<(TossReply Reply, HttpStatusCode? Status, string TraceId)> ExchangeAsync(TossCall call, CancellationToken cancellation)
    {
        using HttpRequestMessage request = call.ToRequest();
        try
        {
            using HttpResponseMessage response = await http.SendAsync(request, cancellation);
            byte[] body = await response.Content.ReadAsByteArrayAsync(cancellation); // Buffered already, within MaxBodyBytes.
            return (TossReply.Read(response.StatusCode, body), response.StatusCode, TraceIds(response));
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return (new TossReply.Unanswered("time-out"), null, "");
        }
        catch (HttpRequestException e)
        {
            return (new TossReply.Unanswered($"connection: {e.HttpRequestError}"), null, "");
        }
        catch (InvalidDataException)
        {
            return (new TossReply.Unanswered("compressed body that does not decompress"), null, "");
        }
    }

    // Occurs twice on an idempotent replay: the new id, then that of the first call. Both help Toss's support.
    private static string TraceIds(HttpResponseMessage response) =>
        response.Headers.TryGetValues("x-tosspayments-trace-id", out IEnumerable<string>? ids)
            ? string.Join(',', ids.Take(2).Select(id => id.Length <= 64 ? id : id[..64]))
            : "";

    private void Report(TossCall call, TossReply reply, HttpStatusCode? status, string traceId, TimeSpan took, Activity? span)
    {
        int? httpStatus = (int?)status;
        long durationMs = (long)took.TotalMilliseconds;
        switch (reply)
        {
            case TossReply.Unanswered unanswered:
                Log.Unanswered(logger, call.Operation, call.Subject, unanswered.Reason, durationMs, traceId);
                span?.SetStatus(ActivityStatusCode.Error, unanswered.Reason);
                break;
            case TossReply.Refused refused:
                Log.Refused(logger, call.Operation, call.Subject, httpStatus, refused.Code, durationMs, traceId);
                span?.SetTag("toss.code", refused.Code);
                break;
            default:
                Log.Answered(logger, call.Operation, call.Subject, httpStatus, durationMs, traceId);
                break;
        }
        span?.SetTag("http.request.method", call.Method.Method)
            .SetTag("url.template", call.Template)
            .SetTag("server.address", http.BaseAddress?.Host)
            .SetTag("http.response.status_code", httpStatus)
            .SetTag("toss.subject", call.Subject)
            .SetTag("toss.trace_id", traceId);
    }
}
