namespace OrleansBilling.Installations;

/// <summary>Whose money moves. Never changes for a database: test subscriptions must not be charged for real.</summary>
public enum BillingEnvironment
{
    /// <summary>The built-in simulator; no provider account.</summary>
    Simulator = 1,

    /// <summary>The provider with test keys; no money moves.</summary>
    Test = 2,

    /// <summary>The provider with live keys.</summary>
    Live = 3,
}

/// <param name="Environment">Derived from the configured provider keys.</param>
/// <param name="Mid">The merchant id at the provider, when configuration names it; null: learnt from the provider's first answer.</param>
public sealed record InstallationOptions(BillingEnvironment Environment, string? Mid = null);

/// <summary>This database may not be used as configured. A full sentence for the person who starts the program.</summary>
public sealed class InstallationException(string message) : Exception(message);
