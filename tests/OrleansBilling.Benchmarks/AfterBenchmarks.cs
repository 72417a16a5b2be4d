using BenchmarkDotNet.Attributes;
using NodaTime;
using OrleansBilling.Domain;

namespace OrleansBilling.Benchmarks;

/// <summary>Question: what do the rules cost beside a charge's network call, for an approval (with the next period's dates) and for a decline?</summary>
[MemoryDiagnoser]
public class AfterBenchmarks
{
    private readonly Subscription _subscription = Samples.Active(1);
    private Circumstances _due;
    private Outcome? _approved;
    private Outcome? _declined;

    [GlobalSetup]
    public void Setup()
    {
        Attempt attempt = _subscription.Invoice!.Attempt!;
        _due = new(attempt.NotBefore + Duration.FromSeconds(1), Samples.Credential);
        _approved = Samples.ApprovalOf(attempt, _due.Now);
        _declined = new Outcome.ChargeRefused(attempt.OrderId, "REJECT_CARD_PAYMENT");
    }

    [Benchmark]
    public Subscription Approved() => SubscriptionLifecycle.After(_subscription, _approved!, _due);

    [Benchmark]
    public Subscription Declined() => SubscriptionLifecycle.After(_subscription, _declined!, _due);
}
