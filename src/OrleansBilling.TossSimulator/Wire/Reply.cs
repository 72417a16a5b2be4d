using System.Text;
using OrleansBilling.TossSimulator.Faults;

namespace OrleansBilling.TossSimulator.Wire;

/// <summary>One exchange: what the headers said, and how the answer leaves.</summary>
internal sealed class Reply(HttpContext http, WireOperation operation, string resource, WireBody body, DateTimeOffset receivedAt)
{
    private const string TraceHeader = "x-tosspayments-trace-id";
    private const string IdempotencyHeader = "idempotency-key";
    private const string Json = "application/json;charset=UTF-8";
    private const string GatewayPage = "<html><head><title>502 Bad Gateway</title></head><body><center><h1>502 Bad Gateway</h1></center></body></html>";

    public WireOperation Operation => operation;
    public string Resource => resource;
    public WireBody Body => body;
    public DateTimeOffset ReceivedAt => receivedAt;
    public string TraceId { get; } = KeyShapes.TraceId();
    public string Method => http.Request.Method;
    public string Path => http.Request.Path.Value ?? "";
    public IQueryCollection Query => http.Request.Query;
    public string AuthorizationHeader => http.Request.Headers.Authorization.ToString();
    public string TestCode => http.Request.Headers["TossPayments-Test-Code"].ToString();
    public bool English => http.Request.Headers.AcceptLanguage.ToString().StartsWith("en-US", StringComparison.OrdinalIgnoreCase);

    /// <summary>Null when there is none, and on every method but POST: the others are idempotent by themselves.</summary>
    public string? IdempotencyKey => HttpMethods.IsPost(Method) && http.Request.Headers[IdempotencyHeader].ToString() is { Length: > 0 } key ? key : null;

    public string? OrderId { get; set; } = body.Text("orderId");
    public string? CustomerKey { get; set; } = body.Text("customerKey");
    public Fault? Fault { get; set; }

    /// <summary>Trace id of the first answer, when this one is its repetition.</summary>
    public string? IsReplayOf { get; set; }

    /// <summary>What was sent; 0 when nothing was.</summary>
    public int Status { get; private set; }

    public string? Code { get; private set; }

    public RequestRow ToRow() => new(operation, Method, MaskedResource, OrderId, CustomerKey, body.Krw("amount") ?? body.Krw("cancelAmount"), IdempotencyKey,
        Status, Code, IsReplayOf is not null, Fault?.Kind.ToString(), receivedAt);

    private string MaskedResource => operation is WireOperation.Charge or WireOperation.Delete ? resource[..Math.Min(4, resource.Length)] + "…" : resource;

    /// <param name="answer">Null when the fault is all there is to send.</param>
    public Task DeliverAsync(WireAnswer? answer, Fault? fault)
    {
        switch (fault?.Kind)
        {
            case FaultKind.DropBeforeCommit or FaultKind.DropAfterCommit:
                http.Abort();
                return Task.CompletedTask;
            case FaultKind.Http429:
                return SendEmptyAsync(StatusCodes.Status429TooManyRequests);
            case FaultKind.HtmlBody:
                return SendAsync(fault.Status ?? StatusCodes.Status502BadGateway, "text/html", Encoding.UTF8.GetBytes(GatewayPage));
            case FaultKind.Answer:
                return SendAsync(fault.Status ?? StatusCodes.Status200OK, Json, Encoding.UTF8.GetBytes(fault.Body ?? ""));
            case FaultKind.Truncated:
                return SendHalfAsync(answer!);
            default:
                return SendAsync(answer!);
        }
    }

    public Task SendAsync(WireAnswer answer)
    {
        Code = answer.Code;
        return SendAsync(answer.Status, Json, answer.Body);
    }

    public Task SendEmptyAsync(int status) => SendAsync(status, Json, []);

    private async Task SendAsync(int status, string contentType, byte[] bytes)
    {
        Start(status, contentType, bytes.Length);
        await http.Response.Body.WriteAsync(bytes);
    }

    private async Task SendHalfAsync(WireAnswer answer)
    {
        Start(answer.Status, Json, answer.Body.Length);
        await http.Response.Body.WriteAsync(answer.Body.AsMemory(0, answer.Body.Length / 2));
        await http.Response.Body.FlushAsync();
        http.Abort();
    }

    private void Start(int status, string contentType, int length)
    {
        Status = status;
        http.Response.StatusCode = status;
        http.Response.ContentLength = length;
        if (length > 0)
        {
            http.Response.ContentType = contentType;
        }
        // Measured: twice on a replay, the new id first and then the original's.
        http.Response.Headers[TraceHeader] = IsReplayOf is null ? new(TraceId) : new([TraceId, IsReplayOf]);
        if (IdempotencyKey is { } key)
        {
            http.Response.Headers[IdempotencyHeader] = key;
        }
    }
}
