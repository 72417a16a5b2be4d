namespace OrleansBilling.Installations;

/// <summary>For operators: what this database bills for, whether it may, and who said so.</summary>
/// <param name="Mid">The merchant id at the provider; null until its first answer.</param>
/// <param name="History">The last changes, newest first.</param>
public sealed record InstallationStatus(BillingEnvironment Environment, string? Mid, bool IsArmed, IReadOnlyList<InstallationArming> History);

/// <summary>One arming or disarming.</summary>
public sealed record InstallationArming
{
    internal long AtMs { get; init; }

    internal long ArmedFlag { get; init; }

    public DateTimeOffset At => DateTimeOffset.FromUnixTimeMilliseconds(AtMs);

    public bool Armed => ArmedFlag == 1;

    public string Actor { get; init; } = "";

    public string Reason { get; init; } = "";
}
