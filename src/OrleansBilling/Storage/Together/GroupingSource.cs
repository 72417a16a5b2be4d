using System.Data;
using System.Data.Common;
using System.Diagnostics.CodeAnalysis;
using Npgsql;

namespace OrleansBilling.Storage.Together;

/// <summary>
/// The connections of Orleans' providers on PostgreSQL. What every charge asks for (its state, the state's next version, its reminder) goes together with what other grains ask
/// for at the same time; everything else goes through a connection of its own, as always. The providers, their statements and their rows stay what they are.
/// </summary>
/// <remarks>Does not own the inner source.</remarks>
internal sealed class GroupingSource(NpgsqlDataSource inner, TimeProvider time) : DbDataSource
{
    private readonly Dictionary<string, (GroupedStatement Statement, StatementGroup Group)> _groups =
        GroupedStatement.All.ToDictionary(statement => statement.Name, statement => (statement, new StatementGroup(inner, statement, time)), StringComparer.Ordinal);

    public override string ConnectionString => inner.ConnectionString;

    // Orleans makes one to see that it is Npgsql's, and then only ever asks for open ones.
    protected override DbConnection CreateDbConnection() => inner.CreateConnection();

    protected override DbConnection OpenDbConnection() => new Connection(this);

    protected override ValueTask<DbConnection> OpenDbConnectionAsync(CancellationToken cancellationToken = default) => new(new Connection(this));

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            foreach ((_, StatementGroup group) in _groups.Values)
            {
                group.Dispose();
            }
        }

        base.Dispose(disposing);
    }

    /// <summary>Taken from the pool only when something has to go through it.</summary>
    private sealed class Connection(GroupingSource source) : DbConnection
    {
        private NpgsqlConnection? _real;

        [AllowNull]
        public override string ConnectionString
        {
            get => source.ConnectionString;
            set => throw new NotSupportedException();
        }

        public override string Database => Real().Database;

        public override string DataSource => Real().DataSource;

        public override string ServerVersion => Real().ServerVersion;

        public override ConnectionState State => ConnectionState.Open;

        public NpgsqlConnection Real() => _real ??= source.Inner.OpenConnection();

        public async ValueTask<NpgsqlConnection> RealAsync(CancellationToken cancellationToken) => _real ??= await source.Inner.OpenConnectionAsync(cancellationToken);

        public override void Open()
        {
        }

        public override void Close() => _real?.Close();

        public override void ChangeDatabase(string databaseName) => throw new NotSupportedException();

        protected override DbTransaction BeginDbTransaction(IsolationLevel isolationLevel) => Real().BeginTransaction(isolationLevel);

        protected override DbCommand CreateDbCommand() => new GroupingCommand(source, this);

        protected override void Dispose(bool disposing)
        {
            if (disposing)
            {
                _real?.Dispose();
            }

            base.Dispose(disposing);
        }
    }

    private NpgsqlDataSource Inner => inner;

    private sealed class GroupingCommand(GroupingSource source, Connection connection) : DbCommand
    {
        // Holds text and parameters; gets its connection when it needs one.
        private readonly NpgsqlCommand _command = new();

        [AllowNull]
        public override string CommandText
        {
            get => _command.CommandText;
            set => _command.CommandText = value;
        }

        public override int CommandTimeout
        {
            get => _command.CommandTimeout;
            set => _command.CommandTimeout = value;
        }

        public override CommandType CommandType
        {
            get => _command.CommandType;
            set => _command.CommandType = value;
        }

        public override bool DesignTimeVisible { get; set; }

        public override UpdateRowSource UpdatedRowSource
        {
            get => _command.UpdatedRowSource;
            set => _command.UpdatedRowSource = value;
        }

        protected override DbConnection? DbConnection
        {
            get => connection;
            set => throw new NotSupportedException();
        }

        protected override DbParameterCollection DbParameterCollection => _command.Parameters;

        protected override DbTransaction? DbTransaction
        {
            get => _command.Transaction;
            set => _command.Transaction = (NpgsqlTransaction?)value;
        }

        public override void Cancel() => _command.Cancel();

        public override void Prepare()
        {
        }

        public override int ExecuteNonQuery() => Connected().ExecuteNonQuery();

        public override object? ExecuteScalar() => Connected().ExecuteScalar();

        protected override DbParameter CreateDbParameter() => _command.CreateParameter();

        protected override DbDataReader ExecuteDbDataReader(CommandBehavior behavior) => Connected().ExecuteReader(behavior);

        protected override async Task<DbDataReader> ExecuteDbDataReaderAsync(CommandBehavior behavior, CancellationToken cancellationToken)
        {
            if (_command.Transaction is null && GroupedStatement.NameIn(_command.CommandText) is { } name && source._groups.TryGetValue(name, out (GroupedStatement Statement, StatementGroup Group) together)
                && together.Statement.ValuesOf(_command.Parameters) is { } values)
            {
                return new RowReader(together.Statement.Columns, await together.Group.CallAsync(values).ConfigureAwait(false));
            }

            _command.Connection = await connection.RealAsync(cancellationToken).ConfigureAwait(false);
            return await _command.ExecuteReaderAsync(behavior, cancellationToken).ConfigureAwait(false);
        }

        protected override void Dispose(bool disposing)
        {
            if (disposing)
            {
                _command.Dispose();
            }

            base.Dispose(disposing);
        }

        private NpgsqlCommand Connected()
        {
            _command.Connection = connection.Real();
            return _command;
        }
    }
}
