using Microsoft.Extensions.Time.Testing;
using OrleansBilling.Installations;
using OrleansBilling.Security;
using OrleansBilling.Storage;
using OrleansBilling.Tests.Security;
using OrleansBilling.Tests.Support;

namespace OrleansBilling.Tests.Installations;

public sealed class ChargingGateTests(PostgresServer server)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(DatabaseEngine.Sqlite)]
    [InlineData(DatabaseEngine.PostgreSql)]
    public async Task Unknown_may_not_send_and_a_good_check_may(DatabaseEngine engine)
    {
        await using TestInstallation installation = await TestInstallation.CreateAsync(engine, server);
        ChargingGate gate = installation.Gate(await installation.StartAsync(BillingEnvironment.Live));
        Assert.Equal([GateReason.Unknown], gate.MaySend().Reasons);

        await gate.CheckAsync(Cancellation);

        Assert.True(gate.MaySend().Allowed, gate.MaySend().Reason);
    }

    [Fact]
    public async Task A_live_silo_sends_nothing_before_it_has_compared_itself_with_the_provider()
    {
        await using TestInstallation installation = await TestInstallation.CreateAsync(DatabaseEngine.Sqlite, server);
        ChargingGate gate = installation.Gate(await installation.StartAsync(BillingEnvironment.Live), environment: BillingEnvironment.Live);
        await gate.CheckAsync(Cancellation);
        Assert.Equal([GateReason.NotCompared], gate.MaySend().Reasons);

        await gate.ComparedAsync(Cancellation);

        Assert.True(gate.MaySend().Allowed, gate.MaySend().Reason);
    }

    [Fact]
    public async Task A_disarmed_installation_sends_nothing_until_it_is_armed()
    {
        await using TestInstallation installation = await TestInstallation.CreateAsync(DatabaseEngine.Sqlite, server);
        InstallationStamp stamp = await installation.StartAsync(BillingEnvironment.Live);
        ChargingGate gate = installation.Gate(stamp);
        await stamp.DisarmAsync("operator:usr_1", "drill", Cancellation);
        await gate.CheckAsync(Cancellation);
        Assert.Equal([GateReason.NotArmed], gate.MaySend().Reasons);

        await stamp.ArmAsync("operator:usr_1", "drill over", Cancellation);
        await gate.CheckAsync(Cancellation);

        Assert.True(gate.MaySend().Allowed);
    }

    [Fact]
    public async Task Another_key_ring_sends_nothing_and_says_so()
    {
        await using TestInstallation installation = await TestInstallation.CreateAsync(DatabaseEngine.Sqlite, server);
        InstallationStamp stamp = await installation.StartAsync(BillingEnvironment.Simulator);
        await installation.Gate(stamp).CheckAsync(Cancellation);
        ChargingGate gate = installation.Gate(stamp, Rings.Of("k1", ("k1", 7)));

        await gate.CheckAsync(Cancellation);

        Assert.Equal([GateReason.KeyRingMismatch], gate.MaySend().Reasons);
        Assert.Contains("key ring does not match", gate.MaySend().Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(DatabaseEngine.Sqlite, 121, false)]
    [InlineData(DatabaseEngine.PostgreSql, -121, false)]
    [InlineData(DatabaseEngine.PostgreSql, 90, true)]
    public async Task A_clock_two_minutes_off_the_databases_sends_nothing(DatabaseEngine engine, int secondsOff, bool allowed)
    {
        await using TestInstallation installation = await TestInstallation.CreateAsync(engine, server);
        FakeTimeProvider clock = new(TimeProvider.System.GetUtcNow().AddSeconds(secondsOff));
        ChargingGate gate = installation.Gate(await installation.StartAsync(BillingEnvironment.Simulator), clock: clock);

        await gate.CheckAsync(Cancellation);

        Assert.Equal(allowed ? [] : [GateReason.ClockSkew], gate.MaySend().Reasons);
    }

    [Fact]
    public async Task A_check_that_is_too_old_is_unknown()
    {
        await using TestInstallation installation = await TestInstallation.CreateAsync(DatabaseEngine.Sqlite, server);
        FakeTimeProvider clock = new(TimeProvider.System.GetUtcNow());
        ChargingGate gate = installation.Gate(await installation.StartAsync(BillingEnvironment.Simulator), clock: clock);
        await gate.CheckAsync(Cancellation);
        clock.Advance(ChargingGate.CheckPeriod * 3);
        Assert.True(gate.MaySend().Allowed);

        clock.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal([GateReason.Unknown], gate.MaySend().Reasons);
    }

    [Fact]
    public async Task Rotation_is_followed_by_silos_that_have_the_new_key_and_refused_by_those_that_lack_it()
    {
        await using TestInstallation installation = await TestInstallation.CreateAsync(DatabaseEngine.PostgreSql, server);
        KeyRing withBoth = Rings.Of("k1", ("k1", 1), ("k2", 2));
        Assert.True(await installation.Canary(Rings.One).VerifyAsync(Cancellation));
        Assert.True(await installation.Canary(withBoth).VerifyAsync(Cancellation));

        Assert.True(await installation.Canary(Rings.Of("k2", ("k1", 1), ("k2", 2))).VerifyAsync(Cancellation));

        Assert.True(await installation.Canary(withBoth).VerifyAsync(Cancellation));
        Assert.False(await installation.Canary(Rings.One).VerifyAsync(Cancellation));
        Assert.False(await installation.Canary(Rings.Of("k2", ("k2", 2))).VerifyAsync(Cancellation));
    }

    [Fact]
    public async Task Of_two_first_starts_with_different_rings_one_is_refused()
    {
        await using TestInstallation installation = await TestInstallation.CreateAsync(DatabaseEngine.PostgreSql, server);
        KeyRing other = KeyRing.Parse(new Dictionary<string, string> { ["k9"] = Rings.Base64(9) }, "k9", Rings.Base64(98), "KeyRing");

        bool[] verified = await Task.WhenAll(
            installation.Canary(Rings.One).VerifyAsync(Cancellation), installation.Canary(other).VerifyAsync(Cancellation));

        Assert.Single(verified, ours => ours);
    }
}
