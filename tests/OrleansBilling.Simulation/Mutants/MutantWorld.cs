using System.Reflection;
using System.Runtime.Loader;
using OrleansBilling.Simulation.Runs;

namespace OrleansBilling.Simulation.Mutants;

/// <summary>Rules and simulation once more in this process, compiled with a mutant's edits. Everything else, such as NodaTime, is shared.</summary>
internal sealed class MutantWorld : AssemblyLoadContext, IDisposable
{
    private readonly Assembly _domain;
    private readonly Assembly _simulation;

    public MutantWorld(byte[] domain, byte[] simulation)
        : base(isCollectible: true)
    {
        using MemoryStream domainImage = new(domain);
        using MemoryStream simulationImage = new(simulation);
        _domain = LoadFromStream(domainImage);
        _simulation = LoadFromStream(simulationImage);
    }

    /// <summary>The first seed whose run breaks a promise, and what it breaks; null when none does.</summary>
    public (ulong Seed, string Violation)? Hunt(ulong firstSeed, int seeds, int years) =>
        Call<Func<ulong, int, int, (ulong, string)?>>(nameof(Runner.Hunt))(firstSeed, seeds, years);

    /// <summary>The program itself, with this command line.</summary>
    public int Run(string[] args) => Call<Func<string[], int>>(nameof(Runner.Start))(args);

    /// <summary>This world's own method of the <see cref="Runner"/>, not ours.</summary>
    private T Call<T>(string method)
        where T : Delegate =>
        _simulation.GetType(typeof(Runner).FullName!, throwOnError: true)!.GetMethod(method, BindingFlags.Public | BindingFlags.Static)!.CreateDelegate<T>();

    protected override Assembly? Load(AssemblyName assemblyName) =>
        assemblyName.Name == _domain.GetName().Name ? _domain : assemblyName.Name == _simulation.GetName().Name ? _simulation : null;

    public void Dispose() => Unload();
}
