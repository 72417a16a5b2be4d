using Microsoft.Extensions.Options;
using NodaTime;
using OrleansBilling.Domain;
using OrleansBilling.Storage;
using OrleansBilling.Tests.Reports;
using OrleansBilling.Tests.Support;
using OrleansBilling.Watchdog;

namespace OrleansBilling.Tests.Watchdog;

public class WatchdogLeaseTests(PostgresServer server)
{
    [Theory, InlineData(DatabaseEngine.Sqlite), InlineData(DatabaseEngine.PostgreSql)]
    public async Task One_silo_watches_and_another_goes_on_from_where_it_stopped_once_it_leaves_or_dies(DatabaseEngine engine)
    {
        CancellationToken cancellation = TestContext.Current.CancellationToken;
        await using ReportDatabase database = await ReportDatabase.CreateAsync(engine, server);
        (WatchdogLease first, WatchdogLease second) = (New(database), New(database));

        Assert.NotNull(await first.TryTakeAsync(cancellation));
        Assert.NotNull(await first.TryTakeAsync(cancellation));
        Assert.Null(await second.TryTakeAsync(cancellation));
        Assert.False(await second.KeepAsync(new WatchdogProgress(A.Start, A.Start, ""), cancellation));

        WatchdogProgress half = new(A.Start, A.Start - Duration.FromHours(1), "main/sub_5");
        Assert.True(await first.KeepAsync(half, cancellation));
        await first.LeaveAsync();
        Assert.Equal(half, await second.TryTakeAsync(cancellation));
        Assert.False(await first.KeepAsync(half, cancellation));

        await database.ExecuteAsync("UPDATE watchdog SET lease_until_ms = lease_until_ms - 3600000");
        Assert.Equal(half, await first.TryTakeAsync(cancellation));
    }

    private static WatchdogLease New(ReportDatabase database) => new(database.Database, new WatchdogWaits(ChargePolicy.Default), Options.Create(new MerchantOptions()));
}
