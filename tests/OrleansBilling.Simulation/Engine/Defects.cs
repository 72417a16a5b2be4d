namespace OrleansBilling.Simulation.Engine;

/// <summary>Wrong behaviour of what belongs to the grain and not to the pump. All off, except for the mutants that are about it.</summary>
/// <param name="FirstWriteNotFenced">Two activations can both store a first state.</param>
/// <param name="RefundWithoutBalance">A cancel does not say on which balance it was decided.</param>
internal sealed record Defects(bool FirstWriteNotFenced = false, bool RefundWithoutBalance = false);
