using System.Data.Common;
using Npgsql;
using NpgsqlTypes;

namespace OrleansBilling.Reports;

/// <summary>A value of a row as it is bound: text, or a whole number.</summary>
internal sealed record RowColumn<T>(string Name, Func<T, string?>? Text, Func<T, long?>? Number)
{
    public RowColumn(string name, Func<T, string?> text)
        : this(name, text, null)
    {
    }

    public RowColumn(string name, Func<T, long?> number)
        : this(name, null, number)
    {
    }

    public string ArrayType => Text is null ? "bigint[]" : "text[]";

    public NpgsqlParameter ToArray(IReadOnlyList<T> rows)
    {
        if (Text is { } text)
        {
            string?[] texts = new string?[rows.Count];
            for (int i = 0; i < texts.Length; i++)
            {
                texts[i] = text(rows[i]);
            }

            return new NpgsqlParameter<string?[]> { TypedValue = texts, NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Text };
        }

        long?[] numbers = new long?[rows.Count];
        for (int i = 0; i < numbers.Length; i++)
        {
            numbers[i] = Number!(rows[i]);
        }

        return new NpgsqlParameter<long?[]> { TypedValue = numbers, NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Bigint };
    }

    public object ToValue(T row) => (Text is { } text ? (object?)text(row) : Number!(row)) ?? DBNull.Value;
}

/// <summary>
/// One statement over many rows of values, written once for both engines: <c>{rows}</c> in its text stands for them. PostgreSQL gets all rows at once, as one array per
/// column; SQLite, which lives in this process, gets them one by one in a prepared statement.
/// </summary>
internal sealed class RowStatement<T>
{
    private readonly RowColumn<T>[] _columns;
    private readonly string _postgreSql;
    private readonly string _sqlite;

    public RowStatement(string sql, params RowColumn<T>[] columns)
    {
        _columns = columns;
        string names = string.Join(", ", columns.Select(c => c.Name));
        sql = sql.Replace("{columns}", names, StringComparison.Ordinal);
        string arrays = string.Join(", ", columns.Select((c, i) => $"${i + 1}::{c.ArrayType}"));
        _postgreSql = sql.Replace("{rows}", $"unnest({arrays}) AS r ({names})", StringComparison.Ordinal);
        string values = string.Join(", ", columns.Select((c, i) => $"@p{i} AS {c.Name}"));
        _sqlite = sql.Replace("{rows}", $"(SELECT {values}) AS r", StringComparison.Ordinal);
    }

    /// <summary>Adds it to what goes to PostgreSQL in one round trip; without rows nothing.</summary>
    public void AddTo(NpgsqlBatch batch, IReadOnlyList<T> rows)
    {
        if (rows.Count > 0)
        {
            batch.BatchCommands.Add(ToCommand(rows));
        }
    }

    public NpgsqlBatchCommand ToCommand(IReadOnlyList<T> rows)
    {
        NpgsqlBatchCommand command = new(_postgreSql);
        foreach (RowColumn<T> column in _columns)
        {
            command.Parameters.Add(column.ToArray(rows));
        }

        return command;
    }

    /// <summary>Carries it out on SQLite.</summary>
    public void Execute(DbConnection connection, DbTransaction transaction, IReadOnlyList<T> rows) =>
        ForEach(connection, transaction, rows, command => command.ExecuteNonQuery());

    public void ForEach(DbConnection connection, DbTransaction? transaction, IReadOnlyList<T> rows, Action<DbCommand> each)
    {
        if (rows.Count == 0)
        {
            return;
        }

        using DbCommand command = connection.CreateCommand();
        command.Transaction = transaction;
        command.CommandText = _sqlite;
        for (int i = 0; i < _columns.Length; i++)
        {
            DbParameter parameter = command.CreateParameter();
            parameter.ParameterName = $"@p{i}";
            command.Parameters.Add(parameter);
        }

        foreach (T row in rows)
        {
            for (int i = 0; i < _columns.Length; i++)
            {
                command.Parameters[i].Value = _columns[i].ToValue(row);
            }

            each(command);
        }
    }
}
