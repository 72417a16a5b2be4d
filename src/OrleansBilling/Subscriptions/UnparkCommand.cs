using System.Data.Common;
using Microsoft.Extensions.Options;

namespace OrleansBilling.Subscriptions;

/// <summary>An operator takes a parked subscription up again, also one whose state could not be read.</summary>
public sealed class UnparkCommand
{
    private readonly IGrainFactory _grains;
    private readonly UnreadableStates _unreadable;
    private readonly string _merchant;

    internal UnparkCommand(IGrainFactory grains, UnreadableStates unreadable, IOptions<MerchantOptions> merchant) =>
        (_grains, _unreadable, _merchant) = (grains, unreadable, merchant.Value.Id);

    /// <returns>Null when it goes on; else a refusal, or the type of the exception that keeps it.</returns>
    public async Task<string?> TryAsync(string subscriptionId, CommandInfo command)
    {
        try
        {
            CommandAnswer answer = await _grains.Subscription(_merchant, subscriptionId).RetryNowAsync(command);
            await _unreadable.ForgetAsync(_merchant, subscriptionId); // It answered, so it was read.
            return answer.Refusal;
        }
        catch (Exception error) when (error is not DbException)
        {
            return (error.InnerException ?? error).GetType().Name;
        }
    }
}
