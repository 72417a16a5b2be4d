namespace OrleansBilling.Storage;

/// <summary>Section <c>Storage</c>.</summary>
public sealed class StorageOptions
{
    public const string Section = "Storage";

    /// <summary>
    /// Where the SQLite file lies when no connection string is configured; relative to the content root. It must be a local disk: file locks and
    /// shared memory of SQLite do not hold on network file systems.
    /// </summary>
    public string DataDirectory { get; set; } = "data";
}
