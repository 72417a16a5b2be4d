using System.Reflection;
using System.Runtime.CompilerServices;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using OrleansBilling.Domain;

namespace OrleansBilling.Simulation.Mutants;

/// <summary>Compiles the rules, and the simulation where it is edited too, as the build does.</summary>
internal sealed class MutantCompiler
{
    // What the SDK adds to each project.
    private const string ImplicitUsings = """
        global using System; global using System.Collections.Generic; global using System.IO; global using System.Linq; global using System.Net.Http;
        global using System.Threading; global using System.Threading.Tasks;
        """;

    private static readonly CSharpParseOptions Parse = new(LanguageVersion.Latest);

    private readonly Dictionary<string, SyntaxTree> _originals = [];
    private readonly MetadataReference[] _platform;

    public MutantCompiler() => _platform =
    [
        .. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Where(static path => !Path.GetFileName(path).StartsWith("OrleansBilling.", StringComparison.Ordinal))
            .Select(static path => MetadataReference.CreateFromFile(path)),
    ];

    /// <summary>The two assemblies with the mutant's edits.</summary>
    public (byte[] Domain, byte[] Simulation) Compile(Mutant mutant)
    {
        string[] edited = [.. mutant.Edits.Select(static e => e.File).Distinct()];
        if (edited.Length == 0)
        {
            throw new MutantException($"Mutant {mutant.Name} changes nothing.");
        }

        return CompileParts(mutant, edited.Any(static file => file.StartsWith(Sources.Simulation, StringComparison.Ordinal)));
    }

    /// <summary>Both compiled from the sources as they are: it has to behave as the program that the build made, or a mutant's death says nothing.</summary>
    public (byte[] Domain, byte[] Simulation) CompileOriginal() => CompileParts(new Mutant("original", "Nothing."), simulationToo: true);

    private (byte[] Domain, byte[] Simulation) CompileParts(Mutant mutant, bool simulationToo)
    {
        byte[] domain = Emit(mutant, Sources.Domain, typeof(Subscription).Assembly, OutputKind.DynamicallyLinkedLibrary, []);
        Assembly here = typeof(MutantCompiler).Assembly;
        byte[] simulation = simulationToo
            ? Emit(mutant, Sources.Simulation, here, OutputKind.ConsoleApplication, [MetadataReference.CreateFromImage(domain)])
            : File.ReadAllBytes(here.Location);
        return (domain, simulation);
    }

    private byte[] Emit(Mutant mutant, string part, Assembly original, OutputKind kind, MetadataReference[] others)
    {
        AssemblyName name = original.GetName();
        string[] friends = [.. original.GetCustomAttributes<InternalsVisibleToAttribute>().Select(static friend => $"[assembly: System.Runtime.CompilerServices.InternalsVisibleTo(\"{friend.AssemblyName}\")]")];
        string added = $"{ImplicitUsings}\n[assembly: System.Reflection.AssemblyVersion(\"{name.Version}\")]\n{string.Concat(friends)}";
        CSharpCompilation compilation = CSharpCompilation.Create(
            name.Name,
            [CSharpSyntaxTree.ParseText(added, Parse), .. Sources.FilesOf(part).Select(file => TreeOf(mutant, file))],
            [.. _platform, .. others],
            new CSharpCompilationOptions(kind, optimizationLevel: OptimizationLevel.Release, checkOverflow: true, nullableContextOptions: NullableContextOptions.Enable, concurrentBuild: false, warningLevel: 0));
        using MemoryStream image = new();
        Diagnostic? error = compilation.Emit(image).Diagnostics.FirstOrDefault(static d => d.Severity == DiagnosticSeverity.Error);
        return error is null ? image.ToArray() : throw new MutantException($"Mutant {mutant.Name} does not compile: {error}");
    }

    private SyntaxTree TreeOf(Mutant mutant, string file)
    {
        if (mutant.Edits.Any(e => e.File == file))
        {
            return CSharpSyntaxTree.ParseText(Sources.Edited(mutant, file), Parse, file);
        }

        if (!_originals.TryGetValue(file, out SyntaxTree? tree))
        {
            _originals.Add(file, tree = CSharpSyntaxTree.ParseText(Sources.Read(file), Parse, file));
        }

        return tree;
    }
}
