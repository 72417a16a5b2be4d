using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using NodaTime;
using Orleans.Storage;
using OrleansBilling.Clock;
using OrleansBilling.Domain;
using OrleansBilling.Storage;
using OrleansBilling.Subscriptions;

namespace OrleansBilling.Tests.Scenarios;

/// <summary>How a write fails: before it reached the database, or after the database kept it, with an error all the same.</summary>
public enum WriteFault
{
    NotWritten,
    WrittenButReportedAsFailed,
}

internal sealed class SabotagedException() : IOException("The test made this write fail.");

/// <summary>
/// Stands between the grains and the database: counts what they read and write, fails writes on demand, and holds them to the order rule at every single write: the stored
/// reminder is never later than the stored state needs.
/// </summary>
internal sealed class WatchedStorage
{
    private static readonly Duration Rounding = Duration.FromSeconds(2);

    private readonly Lock _gate = new();
    private readonly List<Rule> _rules = [];
    private readonly Dictionary<GrainId, Subscription> _subscriptions = [];
    private readonly Dictionary<GrainId, Instant?> _reminders = [];
    private readonly ConcurrentDictionary<(string What, string Key), int> _counts = new();
    private TimeProvider? _clock;

    /// <summary>Breaches of the order rule. Stays empty.</summary>
    public ConcurrentQueue<string> Breaches { get; } = new();

    public void Install(WebApplicationBuilder builder)
    {
        ServiceDescriptor storage = builder.Services.Last(service => service.ServiceType == typeof(IGrainStorage) && Equals(service.ServiceKey, StorageNames.Billing));
        builder.Services.Remove(storage);
        builder.Services.AddKeyedSingleton<IGrainStorage>(
            StorageNames.Billing,
            (provider, key) => new WatchedGrainStorage((IGrainStorage)storage.KeyedImplementationFactory!(provider, key), Attach(provider)));

        ServiceDescriptor table = builder.Services.Last(service => service.ServiceType == typeof(IReminderTable));
        builder.Services.Replace(ServiceDescriptor.Singleton<IReminderTable>(
            provider => new WatchedReminders((IReminderTable)table.ImplementationFactory!(provider), Attach(provider))));
    }

    /// <summary>The next write of this grain state (<c>subscription</c>, <c>registration</c>, <c>customer</c>) or reminder (<c>reminder</c>) fails.</summary>
    /// <param name="what">What is written.</param>
    /// <param name="key">Part of the grain's key.</param>
    /// <param name="skip">So many writes pass before it.</param>
    public void Fail(string what, string key, WriteFault fault, int skip = 0)
    {
        lock (_gate)
        {
            _rules.Add(new Rule(what, key, fault) { Skip = skip });
        }
    }

    /// <summary>From now on all writes pass.</summary>
    public void Relent()
    {
        lock (_gate)
        {
            _rules.Clear();
        }
    }

    /// <summary>True while a fault waits for its write.</summary>
    public bool IsArmed
    {
        get
        {
            lock (_gate)
            {
                return _rules.Count > 0;
            }
        }
    }

    /// <param name="what"><c>subscription</c> and the other states, <c>reminder</c>, <c>reminder-read</c>, <c>reminder-removal</c>.</param>
    public int Count(string what, string key) => _counts.Where(count => count.Key.What == what && count.Key.Key.Contains(key, StringComparison.Ordinal)).Sum(count => count.Value);

    public void ResetCounts() => _counts.Clear();

    internal WriteFault? Begin(string what, GrainId grain)
    {
        string key = grain.Key.ToString()!;
        lock (_gate)
        {
            Rule? rule = _rules.FirstOrDefault(r => r.What == what && key.Contains(r.Key, StringComparison.Ordinal));
            if (rule is null || rule.Skip-- > 0)
            {
                return null;
            }

            _rules.Remove(rule);
            return rule.Fault;
        }
    }

    internal void Counted(string what, GrainId grain) => _counts.AddOrUpdate((what, grain.Key.ToString()!), 1, (_, count) => count + 1);

    internal void Stored<T>(GrainId grain, T state)
    {
        if (state is StoredSubscription { Subscription: { } subscription })
        {
            Check(grain, () => _subscriptions[grain] = subscription);
        }
    }

    /// <param name="at">When the stored reminder ticks first; null: there is none any more.</param>
    internal void Reminded(GrainId grain, DateTime? at) => Check(grain, () => _reminders[grain] = at is { } start ? Instant.FromDateTimeUtc(DateTime.SpecifyKind(start, DateTimeKind.Utc)) : null);

    private void Check(GrainId grain, Action change)
    {
        lock (_gate)
        {
            change();
            if (_clock is null || !_subscriptions.TryGetValue(grain, out Subscription? s) || !_reminders.TryGetValue(grain, out Instant? reminder))
            {
                return; // Of a row from before this process nothing is known.
            }

            Instant now = Instant.FromDateTimeOffset(_clock.GetUtcNow());
            Instant? needed = NextStep.For(s, new Circumstances(now, "")) switch
            {
                NextStep.Rest => null,
                NextStep.Wait wait => wait.Until,
                _ => now,
            };
            if (needed is { } at && (reminder is null || reminder > Instant.Max(at, now) + Rounding))
            {
                Breaches.Enqueue($"{s.Id}: needs to wake at {at}, its reminder is set for {reminder?.ToString() ?? "never"} (sequence {s.LastSequence}, now {now})");
            }
        }
    }

    private WatchedStorage Attach(IServiceProvider provider)
    {
        _clock = provider.GetRequiredKeyedService<TimeProvider>(BillingClock.Key);
        return this;
    }

    private sealed record Rule(string What, string Key, WriteFault Fault)
    {
        public int Skip { get; set; }
    }
}
