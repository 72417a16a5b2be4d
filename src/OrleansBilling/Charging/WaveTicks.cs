using OrleansBilling.Subscriptions;

namespace OrleansBilling.Charging;

/// <summary>
/// Stands between Orleans' reminder service and the subscriptions. While there is room a tick goes straight through; otherwise its id is taken into the queue and the tick is answered, so that
/// a hundred thousand of them do not become a hundred thousand activations. Every other call passes untouched.
/// </summary>
/// <remarks>The reminder service awaits the answer and sets its next tick, whoever answered (<c>LocalReminderService.RunAsync</c> of Orleans 10.4).</remarks>
internal sealed class WaveTicks(ChargeLanes lanes) : IOutgoingGrainCallFilter
{
    private static readonly GrainType Subscriptions = GrainType.Create(SubscriptionGrain.TypeName);

    public Task Invoke(IOutgoingGrainCallContext context)
    {
        if (context.TargetId.Type != Subscriptions || context.MethodName != nameof(IRemindable.ReceiveReminder) || context.Request.GetArgument(0) is not SubscriptionGrain.ReminderName)
        {
            return context.Invoke();
        }

        switch (lanes.Arrive(context.TargetId.Key, out ChargeLook? look))
        {
            case TickAnswer.Waits:
                context.Result = null; // As if it had been received.
                return Task.CompletedTask;
            default:
                return look is null ? context.Invoke() : PassAsync(context, look);
        }
    }

    private async Task PassAsync(IOutgoingGrainCallContext context, ChargeLook look)
    {
        try
        {
            await context.Invoke();
        }
        finally
        {
            lanes.Return(look);
        }
    }
}
