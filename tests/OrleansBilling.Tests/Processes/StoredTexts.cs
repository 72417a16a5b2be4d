using System.Data.Common;
using System.Text;
using Dapper;
using OrleansBilling.Storage;

namespace OrleansBilling.Tests.Processes;

/// <summary>Everything that an installation has stored, as text.</summary>
internal static class StoredTexts
{
    /// <summary>Every column of every row of every table.</summary>
    public static async Task<IReadOnlyList<(string Place, string Text)>> OfTablesAsync(Database database)
    {
        await using DbConnection connection = await database.OpenAsync(TestContext.Current.CancellationToken);
        IEnumerable<string> tables = await connection.QueryAsync<string>(database.Engine == DatabaseEngine.PostgreSql
            ? "SELECT quote_ident(table_schema) || '.' || quote_ident(table_name) FROM information_schema.tables WHERE table_type = 'BASE TABLE' AND table_schema NOT IN ('pg_catalog', 'information_schema')"
            : "SELECT '\"' || name || '\"' FROM sqlite_master WHERE type = 'table'");
        List<(string, string)> texts = [];
        foreach (string table in tables)
        {
            await using DbDataReader rows = await connection.ExecuteReaderAsync($"SELECT * FROM {table}");
            while (await rows.ReadAsync(TestContext.Current.CancellationToken))
            {
                for (int column = 0; column < rows.FieldCount; column++)
                {
                    texts.Add(($"{table}.{rows.GetName(column)}", rows.GetValue(column) is byte[] bytes ? Encoding.UTF8.GetString(bytes) : rows.GetValue(column).ToString() ?? ""));
                }
            }
        }

        return texts;
    }

    /// <param name="except">A file that is not the installation's.</param>
    /// <summary>The files of a directory as they lie on the disk, a database's log and free pages included.</summary>
    public static IReadOnlyList<(string Place, string Text)> OfFiles(string directory, string except) =>
    [
        .. Directory.EnumerateFiles(directory, "*", SearchOption.AllDirectories).Where(file => file != except && Path.GetFileName(file) != "in-use.lock").Select(file =>
        {
            using FileStream stream = new(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            using MemoryStream bytes = new();
            stream.CopyTo(bytes);
            return (file, Encoding.Latin1.GetString(bytes.ToArray()));
        }),
    ];
}
