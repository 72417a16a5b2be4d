namespace OrleansBilling.Storage;

internal static class GrainStateExtensions
{
    /// <summary>Stores the state, or drops the activation: after a failed write memory is ahead of the database, and the next activation reads the truth.</summary>
    public static async Task WriteOrDropAsync<T>(this IPersistentState<T> stored, T next, IGrainBase grain)
    {
        stored.State = next;
        try
        {
            await stored.WriteStateAsync();
        }
        catch
        {
            grain.DeactivateOnIdle();
            throw;
        }
    }
}
