using BenchmarkDotNet.Attributes;
using OrleansBilling.Domain;
using OrleansBilling.Reports;

namespace OrleansBilling.Benchmarks;

/// <summary>Question: what does it cost to make the read side's rows of what one subscription tells, in a batch as a wave makes them?</summary>
[MemoryDiagnoser]
public class OutboxBenchmarks
{
    private const int Batch = 200;

    private readonly Subscription[] _subscriptions = [.. Enumerable.Range(0, Batch).Select(Samples.Active)];

    [Benchmark(OperationsPerInvoke = Batch)]
    public int Encode()
    {
        ReadSideRows rows = new();
        foreach (Subscription s in _subscriptions)
        {
            rows.Add(s, publishedThrough: 0);
        }

        // In the order of their keys, as they are written.
        return rows.Subscriptions.Count + rows.Events.Count + rows.Invoices.Count + rows.Closings.Count + rows.Payments.Count;
    }
}
