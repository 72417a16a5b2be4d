namespace OrleansBilling.Simulation.People;

/// <summary>Stands for the encryption of billing keys: what is stored is not what is sent.</summary>
internal static class Encrypted
{
    private const string Mark = "encrypted:";

    public static string Write(string billingKey) => Mark + billingKey;

    public static string Read(string stored) => stored.StartsWith(Mark, StringComparison.Ordinal)
        ? stored[Mark.Length..]
        : throw new InvalidOperationException("This is not an encrypted billing key.");
}
