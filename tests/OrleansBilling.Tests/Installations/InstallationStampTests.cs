using Dapper;
using OrleansBilling.Installations;
using OrleansBilling.Storage;
using OrleansBilling.Tests.Support;

namespace OrleansBilling.Tests.Installations;

public sealed class InstallationStampTests(PostgresServer server)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(DatabaseEngine.Sqlite)]
    [InlineData(DatabaseEngine.PostgreSql)]
    public async Task The_first_live_start_arms_and_a_restart_stays_armed(DatabaseEngine engine)
    {
        await using TestInstallation installation = await TestInstallation.CreateAsync(engine, server);
        await installation.StartAsync(BillingEnvironment.Live);

        InstallationStatus status = await (await installation.StartAsync(BillingEnvironment.Live)).ReadAsync(Cancellation);

        Assert.True(status.IsArmed);
        Assert.Equal((true, "system:start"), (Assert.Single(status.History).Armed, status.History[0].Actor));
    }

    [Theory]
    [InlineData(DatabaseEngine.Sqlite, BillingEnvironment.Test, BillingEnvironment.Live, "\"test\"", "\"live\"")]
    [InlineData(DatabaseEngine.PostgreSql, BillingEnvironment.Live, BillingEnvironment.Simulator, "\"live\"", "\"simulator\"")]
    public async Task A_database_of_another_environment_is_refused_naming_both(
        DatabaseEngine engine, BillingEnvironment first, BillingEnvironment second, string firstName, string secondName)
    {
        await using TestInstallation installation = await TestInstallation.CreateAsync(engine, server);
        await installation.StartAsync(first);

        InstallationException refusal = await Assert.ThrowsAsync<InstallationException>(() => installation.StartAsync(second));

        Assert.Contains(firstName, refusal.Message, StringComparison.Ordinal);
        Assert.Contains(secondName, refusal.Message, StringComparison.Ordinal);
        Assert.Equal(first, (await installation.Stamp(first).ReadAsync(Cancellation)).Environment);
    }

    [Fact]
    public async Task A_copied_file_is_disarmed_until_an_operator_arms_it()
    {
        await using TestInstallation installation = await TestInstallation.CreateAsync(DatabaseEngine.Sqlite, server);
        await installation.StartAsync(BillingEnvironment.Live);
        // What a copy does: the same bytes and path, another inode.
        installation.Database.Dispose();
        File.Copy(installation.File, installation.File + ".copy");
        File.Move(installation.File + ".copy", installation.File, overwrite: true);

        InstallationStamp copy = await installation.StartAsync(BillingEnvironment.Live);
        InstallationStatus disarmed = await copy.ReadAsync(Cancellation);
        await copy.ArmAsync("operator:usr_1", "the original was shut down", Cancellation);
        InstallationStatus armed = await (await installation.StartAsync(BillingEnvironment.Live)).ReadAsync(Cancellation);

        Assert.False(disarmed.IsArmed);
        Assert.Contains("copied", disarmed.History[0].Reason, StringComparison.Ordinal);
        Assert.True(armed.IsArmed);
        Assert.Equal(("operator:usr_1", "the original was shut down"), (armed.History[0].Actor, armed.History[0].Reason));
        Assert.Equal(3, armed.History.Count);
    }

    [Fact]
    public async Task A_restored_PostgreSQL_database_is_disarmed()
    {
        await using TestInstallation original = await TestInstallation.CreateAsync(DatabaseEngine.PostgreSql, server);
        await using TestInstallation restored = await TestInstallation.CreateAsync(DatabaseEngine.PostgreSql, server);
        await original.StartAsync(BillingEnvironment.Live);
        await using (var source = await original.Database.OpenAsync(Cancellation))
        await using (var target = await restored.Database.OpenAsync(Cancellation))
        {
            // What a dump and its restore do to the row.
            string identity = await source.QuerySingleAsync<string>("SELECT armed_identity FROM installation_stamp");
            await target.ExecuteAsync(
                "INSERT INTO installation_stamp (one, environment, armed_identity, armed, changed_at_ms) VALUES (1, 'live', @identity, 1, 0)", new { identity });
        }

        Assert.True((await (await original.StartAsync(BillingEnvironment.Live)).ReadAsync(Cancellation)).IsArmed);
        Assert.False((await (await restored.StartAsync(BillingEnvironment.Live)).ReadAsync(Cancellation)).IsArmed);
    }

    [Theory]
    [InlineData(-1, true)]
    [InlineData(0, false)]
    [InlineData(1, false)]
    [InlineData(null, true)]
    public async Task State_that_is_older_than_the_providers_last_transaction_disarms(int? stateMinutesAfter, bool disarms)
    {
        await using TestInstallation installation = await TestInstallation.CreateAsync(DatabaseEngine.Sqlite, server);
        InstallationStamp stamp = await installation.StartAsync(BillingEnvironment.Live);
        DateTimeOffset transaction = new(2026, 6, 1, 0, 0, 0, TimeSpan.Zero);
        DateTimeOffset? state = stateMinutesAfter is { } minutes ? transaction.AddMinutes(minutes) : null;

        Assert.Equal(disarms, await stamp.DisarmIfBehindAsync(state, transaction, Cancellation));
        Assert.Equal(!disarms, (await stamp.ReadAsync(Cancellation)).IsArmed);
        Assert.False(await stamp.DisarmIfBehindAsync(state, lastUnexplainedTransactionAt: null, Cancellation));
    }

    [Theory]
    [InlineData(BillingEnvironment.Simulator)]
    [InlineData(BillingEnvironment.Test)]
    public async Task A_sandbox_is_always_armed(BillingEnvironment environment)
    {
        await using TestInstallation installation = await TestInstallation.CreateAsync(DatabaseEngine.Sqlite, server);
        InstallationStamp stamp = await installation.StartAsync(environment);

        await stamp.DisarmAsync("operator:usr_1", "try", Cancellation);
        await stamp.DisarmIfBehindAsync(null, DateTimeOffset.UnixEpoch, Cancellation);

        Assert.True((await stamp.ReadAsync(Cancellation)).IsArmed);
    }

    [Fact]
    public async Task The_merchant_id_is_learnt_once_and_another_one_disarms_and_is_refused_at_start()
    {
        await using TestInstallation installation = await TestInstallation.CreateAsync(DatabaseEngine.Sqlite, server);
        InstallationStamp stamp = await installation.StartAsync(BillingEnvironment.Live);
        await stamp.LearnMidAsync("tvivarepublica", Cancellation);
        await stamp.LearnMidAsync("tvivarepublica", Cancellation);
        Assert.Equal((true, "tvivarepublica"), ((await stamp.ReadAsync(Cancellation)).IsArmed, (await stamp.ReadAsync(Cancellation)).Mid));

        await stamp.LearnMidAsync("other", Cancellation);

        Assert.Equal((false, "tvivarepublica"), ((await stamp.ReadAsync(Cancellation)).IsArmed, (await stamp.ReadAsync(Cancellation)).Mid));
        Assert.Contains(
            "tvivarepublica",
            (await Assert.ThrowsAsync<InstallationException>(() => installation.StartAsync(BillingEnvironment.Live, "other"))).Message,
            StringComparison.Ordinal);
    }
}
