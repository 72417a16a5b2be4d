using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using OrleansBilling.TossSimulator.Cards;
using OrleansBilling.TossSimulator.Faults;
using OrleansBilling.TossSimulator.State;
using OrleansBilling.TossSimulator.Webhooks;
using OrleansBilling.TossSimulator.Wire;

namespace OrleansBilling.TossSimulator.Control;

/// <summary>
/// What Toss does not have: reading and steering the simulator, as JSON. Nobody signs in: it is a sandbox tool that holds no real card, no real
/// key and no real won, so keep its address private. In this table {} is the body.
/// <list type="table">
/// <item><term>GET /simulator/ledger</term><description>Every approval and cancel, and how often each order was approved.</description></item>
/// <item><term>POST /simulator/ledger</term><description>{orderId, amountKrw, customerKey, orderName?, merchantId?, at?}: plants an approved payment.</description></item>
/// <item><term>GET, POST /simulator/clock</term><description>{offsetSeconds}: sets the offset, forwards only (409).</description></item>
/// <item><term>POST /simulator/auth-keys</term><description>{customerKey, clientKey?, cardNumber?, expiryYear?, expiryMonth?, identityNumber?, password2?}: a registration without a browser; 400 with the code when the card is refused.</description></item>
/// <item><term>GET, POST /simulator/knobs</term><description>Members of <see cref="SimulatorKnobs"/>; what is left out stays. Times as "00:10:00".</description></item>
/// <item><term>GET, POST, DELETE /simulator/faults</term><description>{kind, operation?, times?, chance?, orderIdPrefix?, customerKey?, code?, seconds?, commit?, status?, body?}: see <see cref="FaultKind"/>. GET also says how many requests are held.</description></item>
/// <item><term>POST /simulator/faults/release</term><description>Lets the held requests go on.</description></item>
/// <item><term>GET, DELETE /simulator/requests</term><description>The most recent API requests; billing keys masked.</description></item>
/// <item><term>GET, POST /simulator/webhooks</term><description>Deliveries; {eventType, data} sends a forged event.</description></item>
/// <item><term>GET /simulator/cards</term><description>The scripted card numbers.</description></item>
/// </list>
/// </summary>
internal static class ControlApi
{
    // A misspelt knob is refused, not ignored.
    private static readonly JsonSerializerOptions KnobsJson =
        new(JsonSerializerDefaults.Web) { UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow };

    public static void MapControl(this IEndpointRouteBuilder app)
    {
        RouteGroupBuilder control = app.MapGroup("/simulator");
        control.MapGet("/ledger", (SimulatorState state) => LedgerView.Of(state.ReadLedger()));
        control.MapPost("/ledger", PlantAsync);
        control.MapGet("/clock", (SimulatorState state) => ClockView.Of(state.Clock));
        control.MapPost("/clock", MoveClock);
        control.MapPost("/auth-keys", CreateAuthKey);
        control.MapGet("/knobs", (SimulatorState state) => state.Knobs);
        control.MapPost("/knobs", TurnKnobs);
        control.MapGet("/faults", (FaultPlan faults) => FaultsView.Of(faults));
        control.MapPost("/faults", (FaultPlan faults, FaultRequest request) =>
        {
            faults.Add(request.ToRule());
            return FaultsView.Of(faults);
        });
        control.MapDelete("/faults", (FaultPlan faults) => faults.Clear());
        control.MapPost("/faults/release", (FaultPlan faults) => faults.Release());
        control.MapGet("/requests", (RequestLog requests) => requests.Read());
        control.MapDelete("/requests", (RequestLog requests) => requests.Clear());
        control.MapGet("/webhooks", (SimulatorState state) => state.Read(books => books.Webhooks.Select(WebhookView.Of).ToArray()));
        control.MapPost("/webhooks", ForgeAsync);
        control.MapGet("/cards", () => ScriptedCards.All);
    }

    private static async Task<IResult> PlantAsync(SimulatorState state, PlantRequest request)
    {
        PaymentRecord payment = request.ToPayment(state.Clock.GetUtcNow());
        await state.CommitAsync(_ => (payment, (IReadOnlyList<JournalEntry>)[new JournalEntry.PaymentApproved(payment)]));
        return Results.Json(new { payment.PaymentKey, TransactionKey = payment.LastTransactionKey });
    }

    private static IResult MoveClock(SimulatorState state, ClockRequest request, ILogger<SimulatorClock> logger)
    {
        if (!state.TryMoveClock(TimeSpan.FromSeconds(request.OffsetSeconds)))
        {
            return Results.Json(new { message = "The clock goes forwards only." }, statusCode: StatusCodes.Status409Conflict);
        }
        Log.ClockMoved(logger, request.OffsetSeconds);
        return Results.Json(ClockView.Of(state.Clock));
    }

    private static IResult CreateAuthKey(SimulatorState state, AuthKeyRequest request)
    {
        try
        {
            return Results.Json(new { authKey = state.CreateAuthKey(request.ClientKey, request.CustomerKey, request.Card), request.CustomerKey });
        }
        catch (CardRefusedException e)
        {
            return Results.Json(new { e.Code, TossErrors.Get(e.Code).Korean }, statusCode: StatusCodes.Status400BadRequest);
        }
        catch (ArgumentException)
        {
            return Results.Json(new { Code = "INVALID_CLIENT_KEY" }, statusCode: StatusCodes.Status400BadRequest);
        }
    }

    private static IResult TurnKnobs(SimulatorState state, JsonObject changes)
    {
        JsonObject knobs = JsonSerializer.SerializeToNode(state.Knobs, KnobsJson)!.AsObject();
        foreach ((string name, JsonNode? value) in changes)
        {
            knobs[name] = value?.DeepClone();
        }
        try
        {
            state.Turn(knobs.Deserialize<SimulatorKnobs>(KnobsJson)!);
            return Results.Json(state.Knobs);
        }
        catch (JsonException e)
        {
            return Results.Json(new { message = e.Message }, statusCode: StatusCodes.Status400BadRequest);
        }
    }

    private static async Task<IResult> ForgeAsync(SimulatorState state, ForgeRequest request)
    {
        IReadOnlyList<JournalEntry> entries =
            [.. WebhookEvents.Queue(request.EventType, request.Data, state.Knobs.WebhookUrls, state.Clock.GetUtcNow())];
        int addresses = await state.CommitAsync(_ => (entries.Count, entries));
        return Results.Json(new { addresses });
    }
}
