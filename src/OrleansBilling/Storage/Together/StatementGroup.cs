using Npgsql;

namespace OrleansBilling.Storage.Together;

/// <summary>
/// The calls of one statement that many grains make at the same time, sent together: one round trip and one commit instead of one for each. A call that comes alone leaves at
/// once; while others are on their way, calls gather for a few milliseconds.
/// </summary>
internal sealed class StatementGroup(NpgsqlDataSource source, GroupedStatement statement, TimeProvider time) : IDisposable
{
    private const int MostTogether = 100;

    // More than one, so that a row that somebody else holds locked does not hold up everybody.
    private const int MostOnTheirWay = 4;

    private static readonly TimeSpan Gathering = TimeSpan.FromMilliseconds(10);

    private readonly Lock _gate = new();
    private readonly Queue<Call> _waiting = new();
    private readonly SemaphoreSlim _ways = new(MostOnTheirWay);
    private bool _sending;

    /// <summary>The row that answers the call, or null when there is none. What the database refuses is thrown to its own call only; where nobody can know what was done, to all that went together.</summary>
    public Task<object?[]?> CallAsync(object?[] values)
    {
        Call call = new(values);
        lock (_gate)
        {
            _waiting.Enqueue(call);
            if (_sending)
            {
                return call.Answer.Task;
            }

            _sending = true;
        }

        // What follows belongs to all, not to the grain that happened to be first.
        using (ExecutionContext.SuppressFlow())
        {
            _ = Task.Run(SendAllAsync);
        }

        return call.Answer.Task;
    }

    public void Dispose() => _ways.Dispose();

    private async Task SendAllAsync()
    {
        while (true)
        {
            if (_ways.CurrentCount < MostOnTheirWay)
            {
                await Task.Delay(Gathering, time);
            }

            await _ways.WaitAsync();
            if (Take() is not { } group)
            {
                _ways.Release();
                return;
            }

            _ = SendAndReleaseAsync(group);
        }
    }

    private List<Call>? Take()
    {
        lock (_gate)
        {
            if (_waiting.Count == 0)
            {
                _sending = false;
                return null;
            }

            List<Call> group = [];
            HashSet<object?>? seen = statement.Unique is null ? null : [];
            while (group.Count < MostTogether && _waiting.TryPeek(out Call? next) && (seen?.Add(next.Values[statement.Unique!.Value]) ?? true))
            {
                group.Add(_waiting.Dequeue());
            }

            return group;
        }
    }

    private async Task SendAndReleaseAsync(List<Call> group)
    {
        try
        {
            await SendAsync(group);
        }
        finally
        {
            _ways.Release();
        }
    }

    private async Task SendAsync(List<Call> group)
    {
        try
        {
            object?[]?[] rows = await ExecuteAsync(group);
            for (int i = 0; i < group.Count; i++)
            {
                group[i].Answer.SetResult(rows[i]);
            }
        }
        catch (PostgresException error) when (group.Count > 1 && !error.IsTransient)
        {
            // Nothing was done. One value that the database refuses must not hold up those that happen to come with it.
            foreach (Call call in group)
            {
                await SendAsync([call]);
            }
        }
        catch (Exception error)
        {
            foreach (Call call in group)
            {
                call.Answer.SetException(error);
            }
        }
    }

    private async Task<object?[]?[]> ExecuteAsync(List<Call> group)
    {
        await using NpgsqlConnection connection = await source.OpenConnectionAsync();
        await using NpgsqlCommand command = statement.ToCommand(connection, [.. group.Select(call => call.Values)]);
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync();
        object?[]?[] rows = new object?[]?[group.Count];
        while (await reader.ReadAsync())
        {
            object?[] row = new object?[statement.Columns.Length];
            for (int i = 0; i < row.Length; i++)
            {
                row[i] = reader.IsDBNull(i + 1) ? null : reader.GetValue(i + 1);
            }

            rows[(int)reader.GetInt64(0) - 1] = row;
        }

        return rows;
    }

    private sealed record Call(object?[] Values)
    {
        // Those who wait go on in their own turns, never on the way of the others.
        public TaskCompletionSource<object?[]?> Answer { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
