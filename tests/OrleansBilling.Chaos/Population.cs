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

    private readonly ConcurrentBag<string> _subscriptions = [];

    public IReadOnlyCollection<string> Subscriptions => _subscriptions;

    public async Task SubscribeAsync(int count)
    {
        long start = Stopwatch.GetTimestamp();
        int onTheSite = Math.Min(OnTheSite, count);
        for (int i = 0; i < onTheSite; i++)
        {
            using Visitor visitor = new(installation.Silos[i % installation.Silos.Count].Site);
            _subscriptions.Add(await visitor.SubscribeAsync(installation.Provider, ChaosPlan.All[0].Id));
        }

        using IHost client = await installation.ConnectAsync();
        IGrainFactory grains = client.Services.GetRequiredService<IGrainFactory>();
        await Parallel.ForEachAsync(
            Enumerable.Range(0, count - onTheSite), new ParallelOptions { MaxDegreeOfParallelism = AtOnce }, async (i, _) => _subscriptions.Add(await SubscribeAsync(grains, i)));
        await client.StopAsync();
        Narrator.Say($"{count} subscriptions, {onTheSite} of them on the site, in {Stopwatch.GetElapsedTime(start).TotalSeconds:0} s");
    }

    private async Task<string> SubscribeAsync(IGrainFactory grains, int i)
    {
        ChaosPlan plan = ChaosPlan.All[i % ChaosPlan.All.Count];
        string customer = PrefixedId.New("cus", TimeProvider.System);
        IRegistrationGrain registration = grains.Registration(Installation.Merchant, PrefixedId.New("reg", TimeProvider.System));
        RegistrationView opened = await registration.OpenAsync(new OpenRegistration(RegistrationPurpose.Subscribe, customer, null, plan.Id, 1, plan.PriceKrw, "v1"));
        string authKey = await installation.Provider.AuthKeyAsync(opened.CustomerKey, CardOf(i));
        await registration.StoreAuthKeyAsync(new StoreAuthKey(customer, opened.Nonce, opened.CustomerKey, authKey));
        RegistrationView done = await registration.CompleteAsync(customer);
        return done.SubscriptionId ?? throw new InvalidOperationException($"No subscription: {done.Status} {done.FailureCode}");
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
