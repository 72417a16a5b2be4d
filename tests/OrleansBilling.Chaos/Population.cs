using System.Collections.Concurrent;
using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using OrleansBilling.Registrations;
using OrleansBilling.TossSimulator.Cards;

namespace OrleansBilling.Chaos;

/// <summary>The subscribers. All of them go through the registration that a browser goes through, most of them without the pages around it.</summary>
internal sealed class Population(Installation installation)
{
    private const int AtOnce = 24;

    // These order on the site itself, one at each silo in turn.
    private const int OnTheSite = 4;

    private readonly ConcurrentBag<string> _onTheSite = [];
    private readonly ConcurrentBag<Subscriber> _others = [];

    /// <summary>Every subscription that was sold.</summary>
    public IReadOnlyCollection<string> Subscriptions => [.. _onTheSite, .. _others.Select(s => s.Id)];

    /// <summary>Those whose customers may press buttons through a client.</summary>
    public IReadOnlyCollection<Subscriber> Subscribers => _others;

    public async Task SubscribeAsync(int count)
    {
        long start = Stopwatch.GetTimestamp();
        int onTheSite = Math.Min(OnTheSite, count);
        for (int i = 0; i < onTheSite; i++)
        {
            using Visitor visitor = new(installation.Silos[i % installation.Silos.Count].Site);
            _onTheSite.Add(await visitor.SubscribeAsync(installation.Provider, ChaosPlan.All[0].Id));
        }

        using IHost client = await installation.ConnectAsync();
        IGrainFactory grains = client.Services.GetRequiredService<IGrainFactory>();
        await Parallel.ForEachAsync(
            Enumerable.Range(0, count - onTheSite), new ParallelOptions { MaxDegreeOfParallelism = AtOnce }, async (i, _) => _others.Add(await SubscribeAsync(grains, i)));
        await client.StopAsync();
        Narrator.Say($"{count} subscriptions, {onTheSite} of them on the site, in {Stopwatch.GetElapsedTime(start).TotalSeconds:0} s");
    }

    private async Task<Subscriber> SubscribeAsync(IGrainFactory grains, int i)
    {
        ChaosPlan plan = ChaosPlan.All[i % ChaosPlan.All.Count];
        string customer = PrefixedId.New("cus", TimeProvider.System);
        IRegistrationGrain registration = grains.Registration(Installation.Merchant, PrefixedId.New("reg", TimeProvider.System));
        RegistrationView opened = await registration.OpenAsync(new OpenRegistration(RegistrationPurpose.Subscribe, customer, null, plan.Id, 1, plan.PriceKrw, "v1"));
        string authKey = await installation.Provider.AuthKeyAsync(opened.CustomerKey, CardOf(i));
        await registration.StoreAuthKeyAsync(new StoreAuthKey(customer, opened.Nonce, opened.CustomerKey, authKey));
        RegistrationView done = await registration.CompleteAsync(customer);
        return new Subscriber(done.SubscriptionId ?? throw new InvalidOperationException($"No subscription: {done.Status} {done.FailureCode}"), customer);
    }

    /// <summary>Most cards pay. Some decline twice after their first payment, some for ever, some are stopped: dunning goes on while processes die.</summary>
    private static string CardOf(int i) => (i % 50) switch
    {
        7 => ScriptedCards.FirstApprovedThenTwoDeclines,
        23 => ScriptedCards.FirstApprovedThenDeclines,
        41 => ScriptedCards.FirstApprovedThenStopped,
        _ => ScriptedCards.AlwaysApproves,
    };
}
