using System.Buffers.Binary;
using System.Data.Common;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using Dapper;
using Npgsql;
using OrleansBilling.Storage;

namespace OrleansBilling.Installations;

/// <summary>
/// Names this very database, so that a copy or a restored backup is noticed before it charges people a second time. PostgreSQL: system identifier,
/// timeline (a restore to a point in time begins a new one) and database. SQLite: machine, path and inode of the file.
/// </summary>
internal static class DatabaseIdentity
{
    private const string MachineIdFile = "/etc/machine-id";

    public static async Task<string> ReadAsync(Database database, CancellationToken cancellationToken) =>
        database.DataDirectory is { } directory
            ? OfFile(Path.Combine(directory, Database.SqliteFileName))
            : await OfPostgreSqlAsync(database, cancellationToken);

    internal static string OfFile(string path) => $"sqlite:{MachineId()}:{Inode(path)}:{Path.GetFullPath(path)}";

    private static async Task<string> OfPostgreSqlAsync(Database database, CancellationToken cancellationToken)
    {
        try
        {
            await using DbConnection connection = await database.OpenAsync(cancellationToken);
            return await connection.QuerySingleAsync<string>(new CommandDefinition(
                """
                SELECT 'postgresql:' || s.system_identifier || ':' || c.timeline_id || ':' || d.oid
                FROM pg_control_system() s, pg_control_checkpoint() c, pg_database d WHERE d.datname = current_database()
                """,
                cancellationToken: cancellationToken));
        }
        catch (PostgresException error) when (error.SqlState == PostgresErrorCodes.InsufficientPrivilege)
        {
            throw new InstallationException(
                "A live installation must recognise its own database, and this role may not ask for its identity. As a superuser: "
                + "GRANT EXECUTE ON FUNCTION pg_control_system(), pg_control_checkpoint() TO the role of the connection string.");
        }
    }

    // Containers often have none; path and inode then speak alone.
    private static string MachineId() => File.Exists(MachineIdFile) && File.ReadAllText(MachineIdFile).Trim() is { Length: > 0 } id ? id : "-";

    // 0 where the system call does not exist (Windows, macOS): path and machine then speak alone.
    private static string Inode(string path)
    {
        if (!OperatingSystem.IsLinux())
        {
            return "0";
        }

        const int CurrentDirectory = -100;
        const uint InodeWanted = 0x100;
        const int InodeOffset = 32;
        byte[] answer = new byte[256];
        return statx(CurrentDirectory, [.. Encoding.UTF8.GetBytes(path), 0], 0, InodeWanted, answer) == 0
            ? BinaryPrimitives.ReadUInt64LittleEndian(answer.AsSpan(InodeOffset)).ToString(CultureInfo.InvariantCulture)
            : throw new InstallationException($"The database file \"{path}\" cannot be examined (error {Marshal.GetLastPInvokeError()}).");
    }

    // struct statx is laid out alike on every architecture, unlike struct stat: man 2 statx.
    [DllImport("libc", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
#pragma warning disable IDE1006, SYSLIB1054 // The C name; the source generator would ask for unsafe code in the whole program.
    private static extern int statx(int directory, byte[] path, int flags, uint mask, byte[] answer);
#pragma warning restore IDE1006, SYSLIB1054
}
