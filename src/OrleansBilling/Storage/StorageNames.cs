namespace OrleansBilling.Storage;

/// <summary>Names under which Orleans finds our storage. They are stored with nothing, but grains name them in attributes.</summary>
public static class StorageNames
{
    /// <summary>The grain storage of everything that bills.</summary>
    public const string Billing = "billing";
}
