extern alias simulation;

using simulation::OrleansBilling.Simulation.Mutants;
using simulation::OrleansBilling.Simulation.Runs;

namespace OrleansBilling.Tests.Simulation;

/// <summary>The simulation itself: that a seed says everything about its run, and that what is called a mutant is one.</summary>
public class SimulationTests
{
    [Theory]
    [InlineData(7)]
    [InlineData(12)]
    public void The_same_seed_has_the_same_trace(ulong seed)
    {
        string trace = TraceOf(seed);

        Assert.True(trace.Length > 10_000, "Too short to prove anything.");
        Assert.Equal(trace, TraceOf(seed));
        Assert.NotEqual(trace, TraceOf(seed + 1));
    }

    [Fact]
    public void A_run_whose_trace_nobody_reads_is_the_same_run()
    {
        SeedRun read = new(4711, traced: true);
        SeedRun unread = new(4711);

        SeedResult first = read.Run(2);
        SeedResult second = unread.Run(2);

        Assert.Equal((first.Charges, first.Crashes, first.Unknowns, first.SubscriptionYears), (second.Charges, second.Crashes, second.Unknowns, second.SubscriptionYears));
        Assert.Equal(first.Struck, second.Struck);
    }

    [Fact]
    public void Each_mutant_changes_a_text_that_stands_in_its_source_once()
    {
        Assert.True(KnownMutants.All.Count >= 20);
        Assert.Equal(KnownMutants.All.Count, KnownMutants.All.Select(m => m.Name).Distinct().Count());
        Assert.All(KnownMutants.All, mutant => Assert.All(mutant.Edits, edit =>
        {
            string edited = Sources.Edited(mutant, edit.File);
            Assert.NotEqual(Sources.Read(edit.File), edited);
            Assert.Contains(edit.Replacement, edited, StringComparison.Ordinal);
        }));
    }

    [Fact]
    public void A_mutant_whose_text_is_gone_is_an_error()
    {
        Mutant gone = new("gone", "", new Edit("Domain/NextStep.cs", "a text that nobody wrote", ""));
        Mutant twice = new("twice", "", new Edit("Domain/NextStep.cs", "yield return", ""));

        Assert.Throws<MutantException>(() => Sources.Edited(gone, "Domain/NextStep.cs"));
        Assert.Throws<MutantException>(() => Sources.Edited(twice, "Domain/NextStep.cs"));
        Assert.Throws<MutantException>(() => new MutantCompiler().Compile(new Mutant("nothing", "")));
    }

    [Fact]
    public void Compiled_from_its_sources_without_an_edit_it_is_the_same_program()
    {
        (byte[] domain, byte[] simulation) = new MutantCompiler().CompileOriginal();
        using MutantWorld world = new(domain, simulation);

        Assert.Null(world.Hunt(1, 20, 1));
    }

    [Fact]
    public void A_mutant_is_killed()
    {
        (byte[] domain, byte[] simulation) = new MutantCompiler().Compile(KnownMutants.Find("new-order-id-after-time-out")!);
        using MutantWorld world = new(domain, simulation);

        Assert.NotNull(world.Hunt(1, 100, 3));
    }

    private static string TraceOf(ulong seed)
    {
        SeedRun run = new(seed, traced: true);
        run.Run(1);
        return run.Trace!.ToText();
    }
}
