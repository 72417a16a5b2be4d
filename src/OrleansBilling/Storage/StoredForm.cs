namespace OrleansBilling.Storage;

/// <summary>Two releases share one database while a cluster is upgraded: what is stored says which readers understand it.</summary>
internal static class StoredForm
{
    /// <summary>To be called whenever a row was read, before anything is done with it.</summary>
    /// <param name="minReader">The oldest form whose readers understand the row.</param>
    /// <param name="current">The form that this program reads and writes.</param>
    /// <exception cref="InvalidOperationException">This program is older. The row stays as it is, and a newer silo serves the grain.</exception>
    public static void Check(string grainKey, int minReader, int current)
    {
        if (minReader > current)
        {
            throw new InvalidOperationException($"{grainKey} was written by a newer version (needs reader {minReader}, this is {current}). Upgrade this silo.");
        }
    }
}
