using BenchmarkDotNet.Running;
using OrleansBilling.Benchmarks;
using OrleansBilling.Benchmarks.Waves;
using OrleansBilling.Benchmarks.Waves.Loops;

// Without an argument of its own it is BenchmarkDotNet's, with the benchmarks of single steps. tests/bench.sh asks for waves, and these start loops.
switch (args)
{
    case [WaveProgram.Argument, .. string[] rest]:
        return await WaveProgram.RunAsync(rest);
    case [WaveMemory.Argument, .. string[] rest]:
        return await WaveMemory.RunAsync(rest);
    case [LoopProgram.Argument, .. string[] rest]:
        return await LoopProgram.RunAsync(rest);
    default:
        BenchmarkSwitcher.FromAssembly(typeof(NextStepBenchmarks).Assembly).Run(args);
        return 0;
}
