using System.Data.Common;
using Dapper;
using OrleansBilling.Storage;

namespace OrleansBilling.Installations;

/// <summary>
/// What this database bills for and whether it may. A live installation charges only while it is armed; simulator and test are always armed,
/// since no money moves.
/// </summary>
public sealed class InstallationStamp(Database database, InstallationOptions options, TimeProvider time, ILogger<InstallationStamp> logger)
{
    private const string ByStart = "system:start";

    /// <summary>Writes the stamp at the first start; later compares it, and disarms a live database that is not where it was armed.</summary>
    /// <exception cref="InstallationException">The database belongs to another environment or merchant id.</exception>
    public async Task PrepareAsync(CancellationToken cancellationToken)
    {
        string? identity = options.Environment == BillingEnvironment.Live ? await DatabaseIdentity.ReadAsync(database, cancellationToken) : null;
        await using DbConnection connection = await database.OpenAsync(cancellationToken);
        await using DbTransaction transaction = await connection.BeginTransactionAsync(cancellationToken);
        int written = await connection.ExecuteAsync(Command(
            """
            INSERT INTO installation_stamp (one, environment, mid, armed_identity, armed, changed_at_ms) VALUES (1, @environment, @Mid, @identity, 1, @now)
            ON CONFLICT (one) DO NOTHING
            """,
            new { environment = TextOf(options.Environment), options.Mid, identity, now = NowMs }));
        if (written == 1)
        {
            await RecordAsync(connection, transaction, armed: true, ByStart, "first start", cancellationToken);
        }

        Row row = await connection.QuerySingleAsync<Row>(Command(Row.Sql, null));
        RefuseAnother(row);
        if (row.Mid is null && options.Mid is not null)
        {
            await connection.ExecuteAsync(Command("UPDATE installation_stamp SET mid = @Mid WHERE mid IS NULL", new { options.Mid }));
        }

        if (identity is not null && row.Armed == 1 && row.ArmedIdentity != identity)
        {
            await DisarmInAsync(connection, transaction, ByStart, "the database is not where it was armed: it was copied, moved or restored", cancellationToken);
        }

        await transaction.CommitAsync(cancellationToken);

        CommandDefinition Command(string sql, object? parameters) => new(sql, parameters, transaction, cancellationToken: cancellationToken);
    }

    /// <summary>Lets a live installation charge, from this database. Arming again is recorded again.</summary>
    /// <param name="actor"><c>operator:…</c>; an id, never a name.</param>
    /// <param name="reason">Why it is right now, in the operator's words.</param>
    public async Task ArmAsync(string actor, string reason, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(actor);
        ArgumentException.ThrowIfNullOrWhiteSpace(reason);
        string? identity = options.Environment == BillingEnvironment.Live ? await DatabaseIdentity.ReadAsync(database, cancellationToken) : null;
        await using DbConnection connection = await database.OpenAsync(cancellationToken);
        await using DbTransaction transaction = await connection.BeginTransactionAsync(cancellationToken);
        await connection.ExecuteAsync(new CommandDefinition(
            "UPDATE installation_stamp SET armed = 1, armed_identity = @identity, changed_at_ms = @now",
            new { identity, now = NowMs },
            transaction,
            cancellationToken: cancellationToken));
        await RecordAsync(connection, transaction, armed: true, actor, reason, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        Log.Armed(logger, actor, reason);
    }

    /// <summary>Stops a live installation from charging until it is armed again. No effect in a sandbox.</summary>
    public async Task DisarmAsync(string actor, string reason, CancellationToken cancellationToken)
    {
        if (options.Environment != BillingEnvironment.Live)
        {
            return;
        }

        await using DbConnection connection = await database.OpenAsync(cancellationToken);
        await using DbTransaction transaction = await connection.BeginTransactionAsync(cancellationToken);
        await DisarmInAsync(connection, transaction, actor, reason, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }

    /// <summary>Disarms when the provider knows of money that this database does not: it was restored from an older backup.</summary>
    /// <param name="newestStateAt">When the newest state was written; null when there is none.</param>
    /// <param name="lastUnexplainedTransactionAt">
    /// The newest transaction at the provider that no stored attempt explains by its order id; null when all are explained. One that an open attempt
    /// names is a crash's trace, not a restore's.
    /// </param>
    /// <returns>True when it was disarmed.</returns>
    public async Task<bool> DisarmIfBehindAsync(DateTimeOffset? newestStateAt, DateTimeOffset? lastUnexplainedTransactionAt, CancellationToken cancellationToken)
    {
        if (options.Environment != BillingEnvironment.Live || lastUnexplainedTransactionAt is not { } transaction || newestStateAt >= transaction)
        {
            return false;
        }

        await DisarmAsync(ByStart, "the provider has transactions that are newer than this database: it was restored from a backup", cancellationToken);
        return true;
    }

    /// <summary>Notes the merchant id that the provider answers with. Another one than stamped disarms: the keys belong to another contract.</summary>
    public async Task LearnMidAsync(string mid, CancellationToken cancellationToken)
    {
        await using DbConnection connection = await database.OpenAsync(cancellationToken);
        await connection.ExecuteAsync(new CommandDefinition(
            "UPDATE installation_stamp SET mid = @mid WHERE mid IS NULL", new { mid }, cancellationToken: cancellationToken));
        Row row = await connection.QuerySingleAsync<Row>(new CommandDefinition(Row.Sql, cancellationToken: cancellationToken));
        if (row.Mid != mid)
        {
            Log.OtherMid(logger, mid, row.Mid!);
            await DisarmAsync("system:provider", $"the provider answered for merchant {mid}, and this database bills for {row.Mid}", cancellationToken);
        }
    }

    public async Task<InstallationStatus> ReadAsync(CancellationToken cancellationToken)
    {
        await using DbConnection connection = await database.OpenAsync(cancellationToken);
        Row row = await connection.QuerySingleAsync<Row>(new CommandDefinition(Row.Sql, cancellationToken: cancellationToken));
        IEnumerable<InstallationArming> history = await connection.QueryAsync<InstallationArming>(new CommandDefinition(
            "SELECT at_ms AS AtMs, armed AS ArmedFlag, actor AS Actor, reason AS Reason FROM installation_arming ORDER BY id DESC LIMIT 20",
            cancellationToken: cancellationToken));
        return new InstallationStatus(options.Environment, row.Mid, row.Armed == 1, [.. history]);
    }

    private long NowMs => time.GetUtcNow().ToUnixTimeMilliseconds();

    private void RefuseAnother(Row row)
    {
        string configured = TextOf(options.Environment);
        if (row.Environment != configured)
        {
            throw new InstallationException(
                $"This database belongs to a \"{row.Environment}\" installation and the configured keys are for \"{configured}\". Configure the keys of \"{row.Environment}\", "
                + "or give the new installation a database of its own (Storage:DataDirectory, or ConnectionStrings:OrleansBilling).");
        }

        if (row.Mid is not null && options.Mid is not null && row.Mid != options.Mid)
        {
            throw new InstallationException(
                $"This database bills for merchant {row.Mid} and the configuration names {options.Mid}. Billing keys work only for the merchant that they were issued to: "
                + $"configure {row.Mid}, or use a database of its own.");
        }
    }

    private async Task DisarmInAsync(DbConnection connection, DbTransaction transaction, string actor, string reason, CancellationToken cancellationToken)
    {
        int changed = await connection.ExecuteAsync(new CommandDefinition(
            "UPDATE installation_stamp SET armed = 0, changed_at_ms = @now WHERE armed = 1", new { now = NowMs }, transaction, cancellationToken: cancellationToken));
        if (changed == 1)
        {
            await RecordAsync(connection, transaction, armed: false, actor, reason, cancellationToken);
            Log.Disarmed(logger, actor, reason);
        }
    }

    private Task<int> RecordAsync(
        DbConnection connection, DbTransaction transaction, bool armed, string actor, string reason, CancellationToken cancellationToken) =>
        connection.ExecuteAsync(new CommandDefinition(
            "INSERT INTO installation_arming (id, at_ms, armed, actor, reason) VALUES (@id, @now, @armed, @actor, @reason)",
            new { id = PrefixedId.New("arm", time), now = NowMs, armed = armed ? 1 : 0, actor, reason },
            transaction,
            cancellationToken: cancellationToken));

    // The stored words; never change them.
    private static string TextOf(BillingEnvironment environment) => environment switch
    {
        BillingEnvironment.Simulator => "simulator",
        BillingEnvironment.Test => "test",
        BillingEnvironment.Live => "live",
        _ => throw new ArgumentOutOfRangeException(nameof(environment), environment, null),
    };

    private sealed record Row
    {
        public const string Sql = "SELECT environment AS Environment, mid AS Mid, armed_identity AS ArmedIdentity, armed AS Armed FROM installation_stamp";

        public string Environment { get; init; } = "";
        public string? Mid { get; init; }
        public string? ArmedIdentity { get; init; }
        public long Armed { get; init; }
    }
}
