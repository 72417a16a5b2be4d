using System.Threading.RateLimiting;
using Microsoft.AspNetCore.RateLimiting;

namespace OrleansBilling.Accounts;

/// <summary>
/// How often one address may try passwords or open accounts. Counted per process and forgotten at its end: what lasts is the lock of the account. This keeps
/// one machine from trying many accounts, and from keeping the processor busy with hashing.
/// </summary>
internal static class SignInLimits
{
    public const string Policy = "sign-in";

    public const int PostsPerWindow = 20;

    public static readonly TimeSpan Window = TimeSpan.FromMinutes(1);

    public static void Configure(RateLimiterOptions options)
    {
        options.RejectionStatusCode = StatusCodes.Status429TooManyRequests;
        options.OnRejected = static (rejected, _) =>
        {
            rejected.HttpContext.Response.Headers.RetryAfter = ((int)Window.TotalSeconds).ToString(System.Globalization.CultureInfo.InvariantCulture);
            return ValueTask.CompletedTask;
        };
        // Looking at the form costs nothing; sending it does.
        options.AddPolicy(Policy, context => HttpMethods.IsPost(context.Request.Method)
            ? RateLimitPartition.GetFixedWindowLimiter(
                context.Connection.RemoteIpAddress?.ToString() ?? "",
                _ => new FixedWindowRateLimiterOptions { PermitLimit = PostsPerWindow, Window = Window, QueueLimit = 0 })
            : RateLimitPartition.GetNoLimiter(""));
    }
}
