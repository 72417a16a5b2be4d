using System.Data.Common;
using System.Diagnostics;
using System.Globalization;
using Dapper;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orleans.Storage;
using OrleansBilling.Storage;

namespace OrleansBilling.Tests.Storage;

public sealed class SqliteProcessTests : IDisposable
{
    private static readonly TimeSpan ProgramTimeout = TimeSpan.FromSeconds(60);

    private readonly string _directory = Directory.CreateTempSubdirectory("billing-process-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public async Task A_second_process_is_told_who_has_the_directory()
    {
        using StorageChild child = StorageChild.Hold(_directory);
        Assert.Equal("held", await child.LineAsync());

        StorageException refusal = Assert.Throws<StorageException>(() => DirectoryLock.Acquire(_directory, TimeProvider.System));

        Assert.Contains($"process {child.Id} on {Environment.MachineName}", refusal.Message, StringComparison.Ordinal);
        Assert.Contains(_directory, refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_program_itself_ends_with_that_sentence_and_exit_code_1()
    {
        using StorageChild child = StorageChild.Hold(_directory);
        Assert.Equal("held", await child.LineAsync());
        ProcessStartInfo start = new("dotnet")
        {
            ArgumentList = { typeof(Database).Assembly.Location, "--Storage:DataDirectory", _directory, "--urls", "http://127.0.0.1:0" },
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };

        using Process program = Process.Start(start)!;
        Task<string> output = program.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        string error = await program.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken).WaitAsync(ProgramTimeout, TestContext.Current.CancellationToken);
        await program.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(ProgramTimeout, TestContext.Current.CancellationToken);

        Assert.Equal(1, program.ExitCode);
        Assert.Contains($"is in use by process {child.Id}", error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", error + await output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_lock_of_a_killed_process_is_free_at_once()
    {
        using StorageChild child = StorageChild.Hold(_directory);
        Assert.Equal("held", await child.LineAsync());

        await child.KillAsync();

        DirectoryLock.Acquire(_directory, TimeProvider.System).Dispose();
    }

    [Fact]
    public void A_lock_that_was_given_back_can_be_taken_again()
    {
        DirectoryLock.Acquire(_directory, TimeProvider.System).Dispose();
        using DirectoryLock again = DirectoryLock.Acquire(_directory, TimeProvider.System);

        Assert.Throws<StorageException>(() => DirectoryLock.Acquire(_directory, TimeProvider.System));
    }

    [Fact]
    public void A_directory_that_cannot_be_made_is_said_to_be_unusable_and_not_in_use()
    {
        string file = Path.Combine(_directory, "a-file");
        File.WriteAllText(file, "");

        StorageException refusal = Assert.Throws<StorageException>(() => DirectoryLock.Acquire(Path.Combine(file, "data"), TimeProvider.System));

        Assert.Contains("cannot be used", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Everything_confirmed_before_a_kill_is_there_after_it()
    {
        const int Kills = 3;
        const int LinesBeforeKill = 40;
        for (int kill = 1; kill <= Kills; kill++)
        {
            int confirmed = await WriteUntilKilledAsync(LinesBeforeKill);

            using IHost host = await TestStorage.StartSiloAsync(new Dictionary<string, string?> { ["Storage:DataDirectory"] = _directory });
            GrainState<Written> state = new(new Written(0));
            await host.Services.GetRequiredKeyedService<IGrainStorage>(StorageNames.Billing).ReadStateAsync(Written.StateName, Written.Grain, state);
            ReminderEntry? reminder = await host.Services.GetRequiredService<IReminderTable>()
                .ReadRow(Written.Grain, "charge", TestContext.Current.CancellationToken);

            // The write that was under way may have arrived, but not more: each began after the one before was confirmed.
            Assert.InRange(state.State!.Number, confirmed, confirmed + 1);
            Assert.InRange(Written.NumberOf(reminder!), state.State.Number, state.State.Number + 1);
            Assert.Equal(state.State.Number.ToString(CultureInfo.InvariantCulture), state.ETag);
            await using DbConnection connection = await host.Services.GetRequiredService<Database>().OpenAsync(TestContext.Current.CancellationToken);
            Assert.Equal("ok", await connection.ExecuteScalarAsync<string>("PRAGMA integrity_check"));
            await host.StopAsync(TestContext.Current.CancellationToken);
        }
    }

    private async Task<int> WriteUntilKilledAsync(int lines)
    {
        using StorageChild child = StorageChild.Write(_directory);
        string last = "";
        for (int line = 0; line < lines; line++)
        {
            last = await child.LineAsync();
        }

        return int.Parse(await child.KillAsync() ?? last, CultureInfo.InvariantCulture);
    }
}
