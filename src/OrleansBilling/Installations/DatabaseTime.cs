using OrleansBilling.Storage;

namespace OrleansBilling.Installations;

/// <summary>"Now" as the database's own machine has it: the one clock that all silos can compare themselves with.</summary>
internal static class DatabaseTime
{
    /// <summary>A SQL expression: unix milliseconds, of this moment and not of the transaction's begin.</summary>
    public static string NowMs(DatabaseEngine engine) => engine == DatabaseEngine.PostgreSql
        ? "CAST(extract(epoch FROM clock_timestamp()) * 1000 AS BIGINT)"
        : "CAST(round(unixepoch('subsec') * 1000) AS INTEGER)";
}
