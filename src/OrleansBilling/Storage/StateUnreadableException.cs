namespace OrleansBilling.Storage;

/// <summary>The row of a grain cannot be read. It stays as it is; mend it, or run the version that wrote it.</summary>
/// <param name="failure">The type of the exception that reading threw.</param>
internal sealed class StateUnreadableException(string grainKey, string failure) : Exception($"The stored state of {grainKey} cannot be read ({failure}).")
{
    public string Failure { get; } = failure;
}
