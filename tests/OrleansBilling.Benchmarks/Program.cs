using BenchmarkDotNet.Running;
using OrleansBilling.Benchmarks;

BenchmarkSwitcher.FromAssembly(typeof(NextStepBenchmarks).Assembly).Run(args);
