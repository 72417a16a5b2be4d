using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using OrleansBilling.Registrations;
using OrleansBilling.Subscriptions;
using OrleansBilling.TossSimulator.Cards;

namespace OrleansBilling.Chaos;

/// <summary>
/// Customers and operators, who press buttons while processes die: whoever gets no answer sends the same command again, until there is one. What was answered has to hold
/// at the end.
/// </summary>
internal sealed class People(Installation installation, ChaosOptions options, IReadOnlyCollection<Subscriber> subscribers)
{
    // Each touches another subscription, so that what each was promised can be told apart.
    private const int SubscriptionsPerButton = 12;

    private static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan AgainAfter = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private readonly List<string> _cancelled = [];
    private readonly List<string> _unanswered = [];
    private int _pressed;

    /// <summary>Subscriptions whose immediate cancellation was accepted.</summary>
    public IReadOnlyList<string> Cancelled => _cancelled;

    /// <summary>Commands that never got an answer.</summary>
    public IReadOnlyList<string> Unanswered => _unanswered;

    public int Pressed => _pressed;

    /// <summary>Spread over the faulty phase; returns when the last one has its answer.</summary>
    public async Task RunAsync()
    {
        Random random = new(options.Seed);
        Subscriber[] some = [.. subscribers.OrderBy(s => s.Id, StringComparer.Ordinal)];
        random.Shuffle(some);
        int count = Math.Max(1, some.Length / SubscriptionsPerButton);
        using IHost client = await installation.ConnectAsync();
        IGrainFactory grains = client.Services.GetRequiredService<IGrainFactory>();
        List<Task> pressing = [];
        for (int i = 0; i < count; i++)
        {
            pressing.Add(PressAsync(grains, some[i], i));
            await Task.Delay(options.FaultyPhase / count);
        }

        await Task.WhenAll(pressing);
        await client.StopAsync();
    }

    private Task PressAsync(IGrainFactory grains, Subscriber subscriber, int i)
    {
        ISubscriptionGrain subscription = grains.Subscription(Installation.Merchant, subscriber.Id);
        return (i % 5) switch
        {
            0 => UntilAnsweredAsync(subscriber, "cancel now", async command =>
            {
                CommandAnswer answer = await subscription.CancelNowAsync(command);
                if (answer.Status != CommandStatus.Refused)
                {
                    lock (_gate)
                    {
                        _cancelled.Add(subscriber.Id);
                    }
                }
            }),
            1 => UntilAnsweredAsync(subscriber, "cancel at the end of the period", subscription.CancelAtPeriodEndAsync),
            2 => CancelAndUndoAsync(subscription, subscriber),
            3 => UntilAnsweredAsync(subscriber, "retry now", subscription.RetryNowAsync),
            _ => ReplaceCardAsync(grains, subscriber),
        };
    }

    private async Task CancelAndUndoAsync(ISubscriptionGrain subscription, Subscriber subscriber)
    {
        await UntilAnsweredAsync(subscriber, "cancel at the end of the period", subscription.CancelAtPeriodEndAsync);
        await UntilAnsweredAsync(subscriber, "undo", subscription.UndoCancellationAsync);
    }

    private async Task ReplaceCardAsync(IGrainFactory grains, Subscriber subscriber)
    {
        IRegistrationGrain registration = grains.Registration(Installation.Merchant, PrefixedId.New("reg", TimeProvider.System));
        RegistrationView? opened = null;
        string? authKey = null;
        await UntilAnsweredAsync(subscriber, "replace the card", async _ =>
        {
            opened ??= await registration.OpenAsync(new OpenRegistration(RegistrationPurpose.ReplaceCard, subscriber.CustomerId, subscriber.Id, null, 0, 0, "v1"));
            authKey ??= await installation.Provider.AuthKeyAsync(opened.CustomerKey, ScriptedCards.AlwaysApproves);
            await registration.StoreAuthKeyAsync(new StoreAuthKey(subscriber.CustomerId, opened.Nonce, opened.CustomerKey, authKey));
            await registration.CompleteAsync(subscriber.CustomerId);
        });
    }

    private async Task UntilAnsweredAsync(Subscriber subscriber, string what, Func<CommandInfo, Task> press)
    {
        Interlocked.Increment(ref _pressed);
        CommandInfo command = new(PrefixedId.New("cmd", TimeProvider.System), $"customer:{subscriber.CustomerId}", null);
        Exception? last = null;
        for (long start = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(start) < options.FaultyPhase + LongestWait;)
        {
            try
            {
                await press(command);
                return;
            }
            catch (Exception error)
            {
                last = error; // Silo, database or provider is away, or has just gone.
            }

            await Task.Delay(AgainAfter);
        }

        lock (_gate)
        {
            _unanswered.Add($"unanswered: {what}, {subscriber.Id}: {last?.Message}");
        }
    }
}

/// <summary>Who was sold which subscription.</summary>
internal sealed record Subscriber(string Id, string CustomerId);
