extern alias simulation;

using System.Text.RegularExpressions;
using OrleansBilling.Tests.Support;
using simulation::OrleansBilling.Simulation.Chance;
using simulation::OrleansBilling.Simulation.Mutants;

namespace OrleansBilling.Tests.Simulation;

/// <summary>The documents that say what proves the promises name tests, faults and mutants. A name that nobody bears any more proves nothing.</summary>
public partial class ProofDocumentTests
{
    [Fact]
    public void The_simulations_document_lists_every_fault_and_every_mutant()
    {
        string text = Read("simulation.md");

        Assert.All(Enum.GetNames<Fault>(), fault => Assert.Contains($"`{fault}`", text, StringComparison.Ordinal));
        Assert.All(KnownMutants.All, mutant => Assert.Contains($"| `{mutant.Name}` | {mutant.Wrong} |", text, StringComparison.Ordinal));
        Assert.Equal(KnownMutants.All.Count, MutantRow().Count(text));
    }

    [Fact]
    public void What_the_proof_names_exists()
    {
        string[] tests = [.. typeof(ProofDocumentTests).Assembly.GetTypes().SelectMany(type => type.GetMethods().Select(method => $"{type.Name}.{method.Name}").Append(type.Name))];
        string[] known = [.. tests, .. Enum.GetNames<Fault>(), .. KnownMutants.All.Select(mutant => mutant.Name), "code", "tests/OrleansBilling.Tests"];
        string[] named = [.. Name().Matches(Read("proof.md")).Select(match => match.Groups[1].Value)];

        Assert.True(named.Length > 50);
        Assert.Empty(named.Except(known));
    }

    private static string Read(string document) => File.ReadAllText(RepositoryFiles.PathTo($"docs/{document}"));

    [GeneratedRegex("`([^`]+)`")]
    private static partial Regex Name();

    [GeneratedRegex("^\\| `[a-z0-9-]+` \\| [A-Z0-9]", RegexOptions.Multiline)]
    private static partial Regex MutantRow();
}
