using OrleansBilling.TossSimulator.Cards;
using OrleansBilling.TossSimulator.State;

namespace OrleansBilling.TossSimulator.Control;

internal static class ControlApi
{
    public static void MapControl(this IEndpointRouteBuilder app)
    {
        app.MapGet("/simulator/clock", (SimulatorState state) => Results.Json(ClockView.Of(state.Clock)));
        app.MapPost("/simulator/clock", (SimulatorState state, ClockRequest request) =>
            state.TryMoveClock(TimeSpan.FromSeconds(request.OffsetSeconds))
                ? Results.Json(ClockView.Of(state.Clock))
                : Results.Json(new { message = "The clock goes forwards only." }, statusCode: StatusCodes.Status409Conflict));
        app.MapPost("/simulator/auth-keys", (SimulatorState state, AuthKeyRequest request) =>
        {
            try
            {
                return Results.Json(new { authKey = state.CreateAuthKey(request.ClientKey, request.CustomerKey, request.Card), request.CustomerKey });
            }
            catch (CardRefusedException e)
            {
                return Results.Json(new { e.Code }, statusCode: StatusCodes.Status400BadRequest);
            }
        });
    }
}
