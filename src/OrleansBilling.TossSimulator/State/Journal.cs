using System.Text.Json;

namespace OrleansBilling.TossSimulator.State;

/// <summary>
/// The file of everything that happened, a JSON line each. <see cref="Append"/> hands the line to the operating system, which a killed
/// process cannot take back; <see cref="FlushAsync"/> puts it on the disk, and only then may an answer leave.
/// </summary>
internal sealed class Journal : IDisposable
{
    public const string FileName = "toss-simulator.jsonl";
    private const byte NewLine = (byte)'\n';

    private readonly FileStream _file;
    private readonly SemaphoreSlim _flushing = new(1);
    private long _written;
    private long _onDisk;

    private Journal(FileStream file) => _file = file;

    /// <summary>Opens the journal and reads what it holds. The caller applies the lines in order.</summary>
    /// <exception cref="IOException">The file is in use by another simulator.</exception>
    public static (Journal Journal, IReadOnlyList<IReadOnlyList<JournalEntry>> Lines) Open(string directory)
    {
        Directory.CreateDirectory(directory);
        // Shared with nobody: two writers would tear each other's lines. A killed process gives the lock back.
        FileStream file = new(Path.Combine(directory, FileName), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 0);
        try
        {
            Journal journal = new(file);
            return (journal, journal.ReadAll());
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Not thread-safe: called under the lock of the state, so that the order in the file is the order in memory.</summary>
    /// <returns>Position to give to <see cref="FlushAsync"/>.</returns>
    public long Append(IReadOnlyList<JournalEntry> entries)
    {
        byte[] json = JsonSerializer.SerializeToUtf8Bytes(entries, JournalJson.Default.IReadOnlyListJournalEntry);
        byte[] line = [.. json, NewLine];
        _file.Write(line);
        return _written += line.Length;
    }

    /// <summary>Returns when everything up to the position is on the disk. One flush serves all who wait for it.</summary>
    public async Task FlushAsync(long position)
    {
        if (Volatile.Read(ref _onDisk) >= position)
        {
            return;
        }
        await _flushing.WaitAsync();
        try
        {
            if (_onDisk < position)
            {
                long target = Volatile.Read(ref _written);
                _file.Flush(flushToDisk: true);
                Volatile.Write(ref _onDisk, target);
            }
        }
        finally
        {
            _flushing.Release();
        }
    }

    private List<IReadOnlyList<JournalEntry>> ReadAll()
    {
        List<IReadOnlyList<JournalEntry>> lines = [];
        byte[] all = new byte[_file.Length];
        _file.ReadExactly(all);
        int start = 0;
        for (int end = Array.IndexOf(all, NewLine); end >= 0; end = Array.IndexOf(all, NewLine, start))
        {
            lines.Add(Parse(all.AsSpan(start, end - start), lines.Count + 1));
            start = end + 1;
        }
        // A line without its end was cut off by a crash before its answer left: it never happened.
        _file.SetLength(start);
        _file.Position = start;
        _written = _onDisk = start;
        return lines;
    }

    private static IReadOnlyList<JournalEntry> Parse(ReadOnlySpan<byte> line, int number)
    {
        try
        {
            return JsonSerializer.Deserialize(line, JournalJson.Default.IReadOnlyListJournalEntry) ?? [];
        }
        catch (JsonException e)
        {
            throw new InvalidDataException($"Line {number} of {FileName} cannot be read. Move the file away to start empty.", e);
        }
    }

    public void Dispose()
    {
        _file.Dispose();
        _flushing.Dispose();
    }
}
