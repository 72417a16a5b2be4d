using System.Data.Common;
using Dapper;
using OrleansBilling.Storage;

namespace OrleansBilling.Clock;

/// <summary>Reads Orleans' reminder table: which subscriptions are due, and when the next ones will be.</summary>
internal sealed class DueReminders(Database database, StorageStartup storage, BillingClockOptions options)
{
    // Enough for a sandbox; with more due at once the walk sees the rest when these are done.
    private const int MostAtOnce = 10_000;

    /// <summary>The next due instant after <paramref name="now"/>, and the last one within <paramref name="together"/> of it; null when none is left.</summary>
    public async Task<(DateTimeOffset First, DateTimeOffset Last)?> NextAsync(
        DateTimeOffset now, DateTimeOffset until, TimeSpan together, CancellationToken cancellationToken)
    {
        long? first = await ReadAsync<long?>(Ms("min(StartTime)"), "> " + Instant("@from"), now, until, cancellationToken);
        if (first is not { } firstMs)
        {
            return null;
        }

        DateTimeOffset start = DateTimeOffset.FromUnixTimeMilliseconds(firstMs);
        DateTimeOffset end = start + together < until ? start + together : until;
        long last = await ReadAsync<long>(Ms("max(StartTime)"), ">= " + Instant("@from"), start, end, cancellationToken);
        return (start, DateTimeOffset.FromUnixTimeMilliseconds(last));
    }

    /// <summary>The reminders whose time has come and which were not moved on yet.</summary>
    public async Task<IReadOnlyList<DueReminder>> DueAsync(DateTimeOffset at, CancellationToken cancellationToken)
    {
        await using DbConnection connection = await database.OpenAsync(cancellationToken);
        return [.. await connection.QueryAsync<DueReminder>(new CommandDefinition(
            $"""
            SELECT GrainId, ReminderName AS Name, {Ms("StartTime")} AS StartAtMs FROM OrleansRemindersTable
            WHERE ServiceId = @serviceId AND StartTime <= {Instant("@at")} AND {NameIsOurs} LIMIT {MostAtOnce}
            """,
            await ParametersAsync(("at", at)),
            cancellationToken: cancellationToken))];
    }

    private async Task<T> ReadAsync<T>(
        string what, string after, DateTimeOffset from, DateTimeOffset to, CancellationToken cancellationToken)
    {
        await using DbConnection connection = await database.OpenAsync(cancellationToken);
        return (await connection.QuerySingleAsync<T>(new CommandDefinition(
            $"""
            SELECT {what} FROM OrleansRemindersTable
            WHERE ServiceId = @serviceId AND StartTime {after} AND StartTime <= {Instant("@to")} AND {NameIsOurs}
            """,
            await ParametersAsync(("from", from), ("to", to)),
            cancellationToken: cancellationToken)))!;
    }

    // SQLite keeps the time as UTC text (its reminder script says why), PostgreSQL as timestamptz of milliseconds. The column stands alone in every
    // comparison, so that its index serves them.
    private string Ms(string time) => database.Engine == DatabaseEngine.PostgreSql
        ? $"CAST(extract(epoch FROM {time}) * 1000 AS BIGINT)"
        : $"CAST(round(unixepoch({time}, 'subsec') * 1000) AS INTEGER)";

    private string Instant(string ms) => database.Engine == DatabaseEngine.PostgreSql
        ? $"(TIMESTAMPTZ 'epoch' + {ms} * interval '1 millisecond')"
        : $"strftime('%Y-%m-%d %H:%M:%f', {ms} / 1000.0, 'unixepoch')";

    // Written out, because Dapper's own lists are arrays with Npgsql and lists with SQLite.
    private string NameIsOurs => options.Reminders.Count == 0
        ? "1 = 1"
        : $"ReminderName IN ({string.Join(", ", options.Reminders.Select((_, index) => $"@name{index}"))})";

    private async Task<DynamicParameters> ParametersAsync(params (string Name, DateTimeOffset Value)[] instants)
    {
        DynamicParameters parameters = new();
        parameters.Add("serviceId", (await storage.PrepareAsync()).ServiceId);
        foreach ((string name, DateTimeOffset value) in instants)
        {
            parameters.Add(name, value.ToUnixTimeMilliseconds());
        }

        foreach ((int index, string name) in options.Reminders.Index())
        {
            parameters.Add($"name{index}", name);
        }

        return parameters;
    }
}

// Properties and no constructor: of an expression in an empty result SQLite does not know the type, which Dapper asks a constructor to match.
internal sealed record DueReminder
{
    public string GrainId { get; init; } = "";
    public string Name { get; init; } = "";
    public long StartAtMs { get; init; }
}
