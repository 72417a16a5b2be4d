using BenchmarkDotNet.Attributes;
using NodaTime;
using OrleansBilling.Domain;

namespace OrleansBilling.Benchmarks;

/// <summary>Question: can one silo decide 100,000 subscriptions well inside one reminder period of five minutes?</summary>
[MemoryDiagnoser]
public class NextStepBenchmarks
{
    private static readonly Circumstances Now = new(Samples.Start + Duration.FromDays(44), Samples.Credential);
    private Subscription[] _all = [];

    [Params(1_000, 100_000)]
    public int Count { get; set; }

    [GlobalSetup]
    public void Setup() => _all = [.. Enumerable.Range(0, Count).Select(Samples.Active)];

    [Benchmark]
    public int CountDue() => _all.Count(s => NextStep.For(s, Now) is NextStep.Charge);
}
