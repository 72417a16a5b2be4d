using System.Net;

namespace OrleansBilling.Clock;

/// <summary>Moves the clock of the payment simulator, for <see cref="BillingClockOptions.MoveProvider"/>.</summary>
public static class ProviderClock
{
    /// <param name="http">Its base address is the simulator's root.</param>
    public static async Task MoveAsync(HttpClient http, TimeSpan offset, CancellationToken cancellationToken)
    {
        using HttpResponseMessage answer = await http.PostAsJsonAsync("simulator/clock", new { offsetSeconds = offset.TotalSeconds }, cancellationToken);
        // 409: it is already further, which serves as well; its clock never goes back.
        if (answer.StatusCode != HttpStatusCode.Conflict)
        {
            answer.EnsureSuccessStatusCode();
        }
    }
}
