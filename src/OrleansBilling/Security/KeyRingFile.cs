using System.Diagnostics;
using System.Text.Json;

namespace OrleansBilling.Security;

/// <summary>The ring's JSON file: made once, readable by its owner alone, never changed by the program.</summary>
internal static class KeyRingFile
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode OthersToo = UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.OtherRead | UnixFileMode.OtherWrite;
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    /// <exception cref="KeyRingException">The file is missing, cannot be read, or is not a ring.</exception>
    public static KeyRing Read(string path)
    {
        Content content;
        try
        {
            content = JsonSerializer.Deserialize<Content>(File.ReadAllBytes(path), Json) ?? throw new KeyRingException($"{path} is empty.");
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new KeyRingException(
                $"The key ring {path} does not exist. Restore it from its backup (without it no stored card can be charged), mount it, or for a new installation set KeyRing:CreateIfMissing=true.");
        }
        catch (Exception error) when (error is UnauthorizedAccessException or IOException)
        {
            throw new KeyRingException($"The key ring {path} cannot be read: {error.GetType().Name}. The program's user must own it.");
        }
        catch (JsonException)
        {
            // Not the inner exception: a parser quotes what it reads.
            throw new KeyRingException($"{path} is not a key ring: it is JSON with version, current, hashSecret and keys.");
        }

        return content.Version == 1
            ? KeyRing.Parse(content.Keys ?? [], content.Current, content.HashSecret, path)
            : throw new KeyRingException($"{path} has version {content.Version}; this program reads version 1.");
    }

    /// <summary>Makes the file unless it exists. Of several silos that start at once on one volume, one wins and all read its ring.</summary>
    public static void CreateUnlessThere(string path, TimeProvider time)
    {
        if (File.Exists(path))
        {
            return;
        }

        string directory = Path.GetDirectoryName(path)!;
        CreateDirectory(directory);
        string draft = Path.Combine(directory, $".{Path.GetFileName(path)}.{Guid.NewGuid():N}");
        try
        {
            WriteDurably(draft, JsonSerializer.SerializeToUtf8Bytes(KeyRing.NewContent($"k{time.GetUtcNow():yyyyMMdd}"), Json));
            // Fails when the other silo was first: a rename that replaces would leave two rings in use.
            File.Move(draft, path, overwrite: false);
        }
        catch (IOException) when (File.Exists(path))
        {
        }
        finally
        {
            File.Delete(draft);
        }
    }

    /// <summary>True when others than the owner may read or write the file. Always false on Windows, where access lists decide.</summary>
    public static bool IsOpenToOthers(string path) => !OperatingSystem.IsWindows() && (File.GetUnixFileMode(path) & OthersToo) != 0;

    private static void CreateDirectory(string directory)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(directory);
        }
        else
        {
            Directory.CreateDirectory(directory, OwnerOnly | UnixFileMode.UserExecute);
        }
    }

    private static void WriteDurably(string path, byte[] content)
    {
        FileStreamOptions options = new() { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = OwnerOnly;
        }

        using FileStream stream = new(path, options);
        stream.Write(content);
        stream.Flush(flushToDisk: true);
    }

    [DebuggerDisplay("key ring content")]
    internal sealed record Content(int Version, string? Current, string? HashSecret, Dictionary<string, string>? Keys)
    {
        public override string ToString() => $"Content {{ {Current} }}";
    }
}
