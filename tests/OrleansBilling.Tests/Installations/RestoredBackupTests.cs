using Microsoft.Extensions.DependencyInjection;
using OrleansBilling.Domain;
using OrleansBilling.Installations;
using OrleansBilling.Subscriptions;
using OrleansBilling.Tests.Support;

namespace OrleansBilling.Tests.Installations;

/// <summary>The program believes to be live while the provider is the simulator, whose journal lies apart from the database.</summary>
public sealed class RestoredBackupTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("orleansbilling-restore-").FullName;

    private string Data => Path.Combine(_root, "data");

    [Fact]
    public async Task A_live_database_restored_from_a_backup_charges_nobody_until_an_operator_arms_it()
    {
        await using (BillingServer first = await StartAsync())
        {
            await first.SubscribeAsync("morning-letter-weekly");
        }

        Dictionary<string, byte[]> backup = Directory.GetFiles(Data, "*.db*").ToDictionary(f => f, File.ReadAllBytes);
        await using (BillingServer later = await StartAsync())
        {
            Assert.True((await ChargingAsync(later)).Allowed); // An ordinary restart: everything that the provider knows is known here.
            await later.SubscribeAsync("morning-letter-weekly");
        }

        // Over the same files, so that neither path nor inode tells.
        foreach ((string file, byte[] content) in backup)
        {
            await File.WriteAllBytesAsync(file, content, TestContext.Current.CancellationToken);
        }

        await using BillingServer restored = await StartAsync();
        InstallationStamp stamp = restored.App.Services.GetRequiredService<InstallationStamp>();
        await Eventually.Async(() => stamp.ReadAsync(CancellationToken.None), s => !s.IsArmed, "the restored database is disarmed");
        await Eventually.Async(() => Task.FromResult(Gate(restored).MaySend()), a => a.Reasons.Contains(GateReason.NotArmed), "the gate is closed");
        string waiting = await restored.SubscribeAsync("morning-letter-weekly");
        SubscriptionView held = await restored.ViewAsync(waiting);

        await stamp.ArmAsync("operator:usr_1", "compared by hand", CancellationToken.None);
        await Gate(restored).CheckAsync(CancellationToken.None);
        await restored.Subscription(waiting).PokeAsync();

        Assert.Equal(SubscriptionStatus.Incomplete, held.Status);
        await restored.UntilAsync(waiting, v => v.Status == SubscriptionStatus.Active, "the waiting charge is sent once an operator has armed it");
    }

    public void Dispose() => Directory.Delete(_root, recursive: true);

    private Task<BillingServer> StartAsync() => BillingServer.StartAsync(
        Data,
        configure: builder => builder.Services.AddSingleton(new InstallationOptions(BillingEnvironment.Live)),
        settings: [$"--TossSimulator:DataDirectory={Path.Combine(_root, "provider")}"]);

    private static ChargingGate Gate(BillingServer server) => server.App.Services.GetRequiredService<ChargingGate>();

    private static Task<GateAnswer> ChargingAsync(BillingServer server) =>
        Eventually.Async(() => Task.FromResult(Gate(server).MaySend()), a => a.Allowed, "the silo may charge");
}
