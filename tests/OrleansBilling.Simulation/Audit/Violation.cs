namespace OrleansBilling.Simulation.Audit;

/// <summary>How a broken promise is counted.</summary>
internal enum ViolationKind
{
    /// <summary>Money was taken twice, or after the end.</summary>
    Double,

    /// <summary>Something due is not paid, not in dunning, and not ended for a reason; or nobody knows.</summary>
    Missed,
    Other,
}

/// <param name="Text">What was seen, in one sentence.</param>
internal sealed record Violation(ViolationKind Kind, string Text);
