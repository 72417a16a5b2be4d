using System.Text.Json;
using BenchmarkDotNet.Attributes;
using OrleansBilling.Domain;
using OrleansBilling.Storage;

namespace OrleansBilling.Benchmarks;

/// <summary>Question: what does it cost to write and to read the state, which each charge does once, and how long is it?</summary>
[MemoryDiagnoser]
public class StoredStateBenchmarks
{
    private readonly Subscription _subscription = Samples.Active(1);
    private byte[] _stored = [];

    [GlobalSetup]
    public void Setup()
    {
        _stored = Write();
        Console.WriteLine($"// stored state: {_stored.Length} bytes");
    }

    [Benchmark]
    public byte[] Write() => JsonSerializer.SerializeToUtf8Bytes(_subscription, StoredJson.Options);

    [Benchmark]
    public Subscription Read() => JsonSerializer.Deserialize<Subscription>(_stored, StoredJson.Options)!;
}
