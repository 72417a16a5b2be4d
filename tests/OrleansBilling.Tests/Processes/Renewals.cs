using OrleansBilling.Domain;
using OrleansBilling.Subscriptions;
using OrleansBilling.Tests.Support;

namespace OrleansBilling.Tests.Processes;

/// <summary>Subscriptions that pay daily, of which all renewals are caught in flight, half of them approved already; and the judgement of what became of them.</summary>
internal sealed class Renewals
{
    private const string Plan = "daily-stretch-daily";
    private const long PriceKrw = 300;

    // The catch-up period is 5 minutes. The rest is room for the death of a silo to be noticed, in real time, on a busy machine.
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(40);

    // Failure detection and messaging stay in real time: minutes that flew by faster would be shorter than a probe.
    private static readonly TimeSpan RealMinute = TimeSpan.FromSeconds(2);

    private readonly Deployment _deployment;
    private readonly ClockHand _clock;
    private SubscriptionView[] _started = [];

    private Renewals(Deployment deployment) => (_deployment, _clock) = (deployment, new ClockHand(deployment));

    public IReadOnlyList<string> Ids => [.. _started.Select(view => view.SubscriptionId)];

    /// <summary>Starts <paramref name="count"/> subscriptions, lets a day pass and returns when every renewal waits at the provider.</summary>
    public static async Task<Renewals> InFlightAsync(Deployment deployment, int count, int silos)
    {
        Renewals renewals = await StartedAsync(deployment, count);
        await deployment.Simulator.HoldChargesAsync(count / 2, approved: true);
        await deployment.Simulator.HoldChargesAsync(count - count / 2, approved: false);

        await renewals.FallDueAsync(silos);
        await deployment.Simulator.HeldAsync(count);
        return renewals;
    }

    /// <summary>Starts so many subscriptions, and returns when each has paid its first charge.</summary>
    public static async Task<Renewals> StartedAsync(Deployment deployment, int count)
    {
        Renewals renewals = new(deployment);
        string[] ids = await Task.WhenAll(Enumerable.Range(0, count).Select(_ => deployment.SubscribeAsync(Plan, PriceKrw)));
        renewals._started = await Task.WhenAll(ids.Select(id => Eventually.Async(
            () => deployment.ViewAsync(id), view => view is { Status: SubscriptionStatus.Active, PaymentInProgress: false }, $"the first charge of {id} is approved", TimeSpan.FromSeconds(60))));
        return renewals;
    }

    /// <summary>A day passes: all of them are due.</summary>
    public async Task FallDueAsync(int silos)
    {
        await _clock.ArriveAsync(_started.Max(view => view.NextChargeAt!.Value), silos);
        // A tick can reach a silo whose clock is about to follow: the grain then sets its reminder again, a margin ahead.
        await _clock.PassAsync(ClockHand.Margin);
    }

    /// <summary>Minutes of the billing clock go by, slowly enough for what happens in real time.</summary>
    public async Task PassAsync(int minutes)
    {
        for (int minute = 0; minute < minutes; minute++)
        {
            await _clock.PassAsync(TimeSpan.FromMinutes(1));
            await Task.Delay(RealMinute, TestContext.Current.CancellationToken);
        }
    }

    /// <summary>Lets minutes pass, without anybody doing anything, until every renewal is settled. Answers how many minutes of the billing clock it took.</summary>
    public async Task<int> SettledAsync()
    {
        for (int minutes = 0; ; minutes++)
        {
            SubscriptionView?[] now = await Task.WhenAll(Ids.Select(_deployment.TryViewAsync));
            int open = now.Zip(_started).Count(pair => !IsRenewed(pair.Second, pair.First));
            if (open == 0)
            {
                return minutes;
            }

            Assert.True(minutes < Limit.TotalMinutes, $"After {minutes} minutes {open} renewals are not settled.");
            await PassAsync(minutes: 1);
        }
    }

    /// <summary>The provider's own book against everything that the installation believes.</summary>
    public async Task JudgeAsync()
    {
        Ledger ledger = await _deployment.Simulator.LedgerAsync();
        Assert.All(ledger.Approvals.GroupBy(approval => approval.OrderId), order => Assert.Single(order));
        // Two each, no more and no fewer: the first charge and the renewal.
        Assert.Equal(2 * _started.Length, ledger.Approvals.Count);
        Assert.All(ledger.Approvals.GroupBy(approval => approval.CustomerKey), customer => Assert.Equal([PriceKrw, PriceKrw], customer.Select(approval => approval.AmountKrw)));

        IReadOnlyList<PaymentRow> payments = await Eventually.Async(
            () => _deployment.QueryAsync<PaymentRow>("SELECT order_id AS OrderId, payment_key AS PaymentKey, subscription_id AS SubscriptionId, state AS State FROM payments"),
            rows => rows.Count >= ledger.Approvals.Count,
            "every payment is on the read side");
        Assert.All(payments, payment => Assert.Equal("approved", payment.State));
        Assert.Equal(
            ledger.Approvals.Select(approval => (approval.OrderId, approval.PaymentKey)).Order(), payments.Select(payment => (payment.OrderId, payment.PaymentKey!)).Order());
        Assert.Equal(Ids.Order(), payments.Select(payment => payment.SubscriptionId).Distinct().Order());
    }

    private static bool IsRenewed(SubscriptionView before, SubscriptionView? now) =>
        now is { Status: SubscriptionStatus.Active, PaymentInProgress: false } && now.NextChargeAt == before.NextChargeAt!.Value.AddDays(1);

    // Properties and no constructor: Dapper matches constructors by the exact types of the engine.
    private sealed record PaymentRow
    {
        public string OrderId { get; init; } = "";
        public string? PaymentKey { get; init; }
        public string SubscriptionId { get; init; } = "";
        public string State { get; init; } = "";
    }
}
