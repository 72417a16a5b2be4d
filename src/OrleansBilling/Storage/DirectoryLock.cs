using System.Globalization;

namespace OrleansBilling.Storage;

/// <summary>
/// Keeps a second process out of a SQLite data directory: two silos on one file would each believe to own every subscription. The lock is the
/// operating system's and dies with the process, <c>kill -9</c> included; the text beside it only says who to look for.
/// </summary>
public sealed class DirectoryLock : IDisposable
{
    private const string LockFileName = "in-use.lock";

    // Apart from the lock, because nobody else can read a file that is locked whole.
    private const string HolderFileName = "in-use.txt";

    private readonly FileStream _file;

    private DirectoryLock(FileStream file) => _file = file;

    /// <param name="directory">Made when it is missing, readable by its owner alone.</param>
    /// <param name="time">For the start time in the text.</param>
    /// <exception cref="StorageException">Another process has the directory, or it cannot be written; the message says which.</exception>
    public static DirectoryLock Acquire(string directory, TimeProvider time)
    {
        FileStream file;
        try
        {
            MakePrivate(directory);
            file = new FileStream(Path.Combine(directory, LockFileName), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException error) when (File.Exists(Path.Combine(directory, LockFileName)))
        {
            throw new StorageException(
                $"The data directory \"{directory}\" is in use by {Holder(directory)}. Stop that one first, or set Storage:DataDirectory to another directory; several silos need PostgreSQL.",
                error);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw Unusable(directory, error);
        }

        try
        {
            string started = time.GetUtcNow().ToString("yyyy-MM-dd HH:mm:ss 'UTC'", CultureInfo.InvariantCulture);
            File.WriteAllText(Path.Combine(directory, HolderFileName), $"process {Environment.ProcessId} on {Environment.MachineName}, started {started}\n");
            return new DirectoryLock(file);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            file.Dispose();
            throw Unusable(directory, error);
        }
    }

    public void Dispose() => _file.Dispose();

    private static void MakePrivate(string directory)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(directory);
        }
        else
        {
            Directory.CreateDirectory(directory, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }

    private static StorageException Unusable(string directory, Exception error) =>
        new($"The data directory \"{directory}\" cannot be used: {error.Message} Set Storage:DataDirectory to a place that this user may write.", error);

    private static string Holder(string directory)
    {
        try
        {
            return File.ReadAllText(Path.Combine(directory, HolderFileName)).Trim() is { Length: > 0 } holder ? holder : "another process";
        }
        catch (IOException)
        {
            return "another process";
        }
    }
}
