namespace OrleansBilling.Simulation.Mutants;

/// <summary>A program that is wrong on purpose: the auditor has to notice. What is wrong is an edit of a source, so that the real one carries no switch for it.</summary>
/// <param name="Name">As on the command line.</param>
/// <param name="Wrong">What it does, in a sentence.</param>
internal sealed record Mutant(string Name, string Wrong, params Edit[] Edits);

/// <summary>One change of one source.</summary>
/// <param name="File">Below <c>src/OrleansBilling.Domain</c> as <c>Domain/…</c>; where the grain's part is modelled, below this project as <c>Simulation/…</c>.</param>
/// <param name="Text">Stands in it exactly once.</param>
internal sealed record Edit(string File, string Text, string Replacement);
