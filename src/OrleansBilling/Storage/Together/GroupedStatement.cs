using System.Globalization;
using Npgsql;
using NpgsqlTypes;

namespace OrleansBilling.Storage.Together;

/// <summary>
/// A statement of Orleans' providers, and what does the same for many calls at once. It is known by the comment that its text in <c>OrleansQuery</c> begins with (script 130).
/// </summary>
/// <param name="Name">Stands in the comment.</param>
/// <param name="Sql">One array for each parameter; the first column says which call a row answers, counted from 1.</param>
/// <param name="Parameters">As Orleans names them, in the order of the arrays.</param>
/// <param name="Columns">As Orleans reads them, after the first.</param>
/// <param name="NeverNull">A call in which this parameter is null is another kind of call and goes alone.</param>
internal sealed record GroupedStatement(string Name, string Sql, (string Name, NpgsqlDbType Type)[] Parameters, string[] Columns, string? NeverNull = null)
{
    private const string MarkBegins = "/* together: ";
    private const string MarkEnds = " */";

    // A row that another activation has moved on does not match, and its call gets none back: Orleans' own sign of a lost race.
    private static readonly GroupedStatement WriteState = new(
        "write-state",
        """
        UPDATE OrleansStorage AS s SET PayloadBinary = r.payload, ModifiedOn = (now() at time zone 'utc'), Version = s.Version + 1
        FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9) WITH ORDINALITY AS r (id_hash, n0, n1, type_hash, type, extension, service, version, payload, n)
        WHERE s.GrainIdHash = r.id_hash AND s.GrainTypeHash = r.type_hash AND s.GrainIdN0 = r.n0 AND s.GrainIdN1 = r.n1 AND s.GrainTypeString = r.type
          AND coalesce(s.GrainIdExtensionString, '') = coalesce(r.extension, '') AND s.ServiceId = r.service AND s.Version = r.version
        RETURNING r.n, s.Version
        """,
        [.. Identity, ("GrainStateVersion", NpgsqlDbType.Integer), ("PayloadBinary", NpgsqlDbType.Bytea)],
        ["NewGrainStateVersion"],
        NeverNull: "GrainStateVersion"); // Null is a first write, which is fenced in another way.

    private static readonly GroupedStatement ReadState = new(
        "read-state",
        """
        SELECT r.n, s.PayloadBinary, s.Version
        FROM unnest($1, $2, $3, $4, $5, $6, $7) WITH ORDINALITY AS r (id_hash, n0, n1, type_hash, type, extension, service, n)
        JOIN OrleansStorage s ON s.GrainIdHash = r.id_hash AND s.GrainTypeHash = r.type_hash AND s.GrainIdN0 = r.n0 AND s.GrainIdN1 = r.n1 AND s.GrainTypeString = r.type
          AND coalesce(s.GrainIdExtensionString, '') = coalesce(r.extension, '') AND s.ServiceId = r.service
        """,
        Identity,
        ["PayloadBinary", "Version"]);

    private static readonly GroupedStatement SetReminder = new(
        "set-reminder",
        """
        INSERT INTO OrleansRemindersTable AS t (ServiceId, GrainId, ReminderName, StartTime, Period, GrainHash, Version)
        SELECT r.service, r.id, r.name, r.start, r.period, r.hash, 0 FROM unnest($1, $2, $3, $4, $5, $6) AS r (service, id, name, start, period, hash)
        ON CONFLICT (ServiceId, GrainId, ReminderName) DO UPDATE
          SET StartTime = excluded.StartTime, Period = excluded.Period, GrainHash = excluded.GrainHash, Version = t.Version + 1
        RETURNING array_position($2, t.GrainId)::bigint, t.Version
        """,
        [
            ("ServiceId", NpgsqlDbType.Varchar), ("GrainId", NpgsqlDbType.Varchar), ("ReminderName", NpgsqlDbType.Varchar), ("StartTime", NpgsqlDbType.TimestampTz),
            ("Period", NpgsqlDbType.Bigint), ("GrainHash", NpgsqlDbType.Integer),
        ],
        ["Version"])
    { Unique = 1 };

    private static (string, NpgsqlDbType)[] Identity =>
    [
        ("GrainIdHash", NpgsqlDbType.Integer), ("GrainIdN0", NpgsqlDbType.Bigint), ("GrainIdN1", NpgsqlDbType.Bigint), ("GrainTypeHash", NpgsqlDbType.Integer),
        ("GrainTypeString", NpgsqlDbType.Varchar), ("GrainIdExtensionString", NpgsqlDbType.Varchar), ("ServiceId", NpgsqlDbType.Varchar),
    ];

    public static IReadOnlyList<GroupedStatement> All { get; } = [ReadState, WriteState, SetReminder];

    /// <summary>The parameter whose value may stand only once in a group, because the statement can touch a row only once; null for any.</summary>
    public int? Unique { get; init; }

    /// <summary>The name in the comment that a text begins with; null without one.</summary>
    public static string? NameIn(string text)
    {
        ReadOnlySpan<char> rest = text.AsSpan().TrimStart();
        return rest.StartsWith(MarkBegins, StringComparison.Ordinal) && rest.IndexOf(MarkEnds, StringComparison.Ordinal) is > 0 and int end ? rest[MarkBegins.Length..end].ToString() : null;
    }

    /// <summary>The values of a call in the order of the arrays; null when it has to go alone.</summary>
    public object?[]? ValuesOf(NpgsqlParameterCollection parameters)
    {
        object?[] values = new object?[Parameters.Length];
        for (int i = 0; i < values.Length; i++)
        {
            if (!parameters.TryGetValue(Parameters[i].Name, out NpgsqlParameter? parameter))
            {
                return null; // A provider that has changed.
            }

            values[i] = parameter.Value is DBNull ? null : parameter.Value;
            if (values[i] is null && Parameters[i].Name == NeverNull)
            {
                return null;
            }
        }

        return values;
    }

    public NpgsqlCommand ToCommand(NpgsqlConnection connection, IReadOnlyList<object?[]> calls)
    {
        NpgsqlCommand command = new(Sql, connection);
        for (int i = 0; i < Parameters.Length; i++)
        {
            NpgsqlDbType type = Parameters[i].Type;
            command.Parameters.Add(new NpgsqlParameter { Value = ArrayOf(calls, i, type), NpgsqlDbType = NpgsqlDbType.Array | type });
        }

        return command;
    }

    private static Array ArrayOf(IReadOnlyList<object?[]> calls, int i, NpgsqlDbType type) => type switch
    {
        NpgsqlDbType.Integer => Values(calls, i, value => (int)value!),
        NpgsqlDbType.Bigint => Values(calls, i, value => Convert.ToInt64(value, CultureInfo.InvariantCulture)), // Some are given as shorter ones.
        NpgsqlDbType.Varchar => Values(calls, i, value => (string?)value),
        NpgsqlDbType.Bytea => Values(calls, i, value => (byte[])value!),
        NpgsqlDbType.TimestampTz => Values(calls, i, value => (DateTime)value!),
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, null),
    };

    private static T[] Values<T>(IReadOnlyList<object?[]> calls, int i, Func<object?, T> read)
    {
        T[] values = new T[calls.Count];
        for (int call = 0; call < values.Length; call++)
        {
            values[call] = read(calls[call][i]);
        }

        return values;
    }
}
