namespace OrleansBilling.Storage;

/// <summary>The two engines that hold everything: one file beside the program, or one PostgreSQL database that a cluster of silos shares.</summary>
public enum DatabaseEngine
{
    Sqlite,
    PostgreSql,
}
