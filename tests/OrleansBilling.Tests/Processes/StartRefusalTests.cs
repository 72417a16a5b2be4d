using System.Net;
using System.Net.Sockets;
using OrleansBilling.Tests.Support;

namespace OrleansBilling.Tests.Processes;

/// <summary>What a person sees who starts the program in a way in which it must not run: one sentence that says what to do, and exit code 1.</summary>
public sealed class StartRefusalTests(PostgresServer postgres) : IDisposable
{
    private const string LiveKeys = "--Toss:SecretKey=live_sk_abcdefghijklmnopqrstuvwx --Toss:ClientKey=live_ck_abcdefghijklmnopqrstuvwx";
    private static readonly TimeSpan LongestRefusal = TimeSpan.FromSeconds(60);

    private readonly string _directory = Directory.CreateTempSubdirectory("orleansbilling-refusal-").FullName;

    [Theory]
    [InlineData(LiveKeys + " --Toss:BaseAddress=http://api.tosspayments.com", "Toss:BaseAddress is not https")]
    [InlineData(LiveKeys + " --Toss:BaseAddress=http://127.0.0.1:5090", "Toss:BaseAddress is not a tosspayments.com host")]
    [InlineData("--Toss:SecretKey=live_sk_abcdefghijklmnopqrstuvwx --Toss:ClientKey=test_ck_abcdefghijklmnopqrstuvwx", "of different environments (one test, one live)")]
    [InlineData("--Toss:SecretKey=test_sk_abcdefghijklmnopqrstuvwx", "Toss:ClientKey is empty although the other key is set")]
    [InlineData("--Toss:ChargeTimeout=00:00:30", "Toss:ChargeTimeout is under 60 seconds")]
    [InlineData("--Sandbox:WaitsDividedBy=301", "Sandbox:WaitsDividedBy is 301: write 1 to 300")]
    [InlineData("--Sandbox:WaitsDividedBy=30 --Toss:ChargeTimeout=00:00:01", "Toss:ChargeTimeout is under")]
    [InlineData("--Sandbox:WaitsDividedBy=30 --Toss:SecretKey=test_sk_abcdefghijklmnopqrstuvwx --Toss:ClientKey=test_ck_abcdefghijklmnopqrstuvwx", "only the simulator can be hurried")]
    [InlineData("--ConnectionStrings:OrleansBilling=nonsense", "ConnectionStrings:OrleansBilling is not a PostgreSQL connection string")]
    [InlineData("--ConnectionStrings:OrleansBilling=Host=127.0.0.1;Port=1;Database=billing;Password=hush-hush", "PostgreSQL refused or did not answer")]
    public async Task A_setting_that_cannot_work_is_refused(string settings, string sentence) => await RefusedAsync(sentence, settings.Split(' '));

    [Fact]
    public async Task PostgreSQL_without_a_shared_key_ring_is_refused()
    {
        await using PostgresDatabase database = await postgres.CreateDatabaseAsync(TestContext.Current.CancellationToken);

        await RefusedAsync("Set KeyRing:Path to a file that every silo mounts", $"--ConnectionStrings:OrleansBilling={database.ConnectionString}");
    }

    [Theory]
    [InlineData("--Urls=http://127.0.0.1:{0}", "set Urls to another one")]
    [InlineData("--TossSimulator:Urls=http://127.0.0.1:{0}", "Set TossSimulator:Urls to a free address")]
    [InlineData("--Cluster:SiloPort={0}", "Set Cluster:SiloPort and Cluster:GatewayPort to free ones")]
    public async Task A_port_that_is_taken_is_refused(string setting, string sentence)
    {
        using TcpListener other = new(IPAddress.Loopback, 0);
        other.Start();

        await RefusedAsync(sentence, string.Format(System.Globalization.CultureInfo.InvariantCulture, setting, ((IPEndPoint)other.LocalEndpoint).Port));
    }

    [Fact]
    public async Task A_second_process_on_a_data_directory_is_told_who_has_it()
    {
        await using ProgramProcess first = Start();
        await first.ListeningAsync();

        string refusal = await RefusedAsync("is in use by");

        Assert.Contains(first.Id.ToString(System.Globalization.CultureInfo.InvariantCulture), refusal, StringComparison.Ordinal);
        Assert.True(first.IsRunning);
    }

    [Fact]
    public async Task A_database_of_the_sandbox_is_refused_to_live_keys()
    {
        await using (ProgramProcess sandbox = Start())
        {
            await sandbox.ListeningAsync();
        }

        await RefusedAsync("simulator", LiveKeys.Split(' '));
    }

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    private async Task<string> RefusedAsync(string sentence, params string[] settings)
    {
        await using ProgramProcess program = Start(settings);

        Assert.Equal(1, await program.ExitAsync(LongestRefusal));
        Assert.Contains(sentence, program.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', program.Errors);
        Assert.DoesNotContain("Exception", program.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain(program.Lines, line => line.Contains("abcdefghijklmnopqrstuvwx", StringComparison.Ordinal) || line.Contains("hush-hush", StringComparison.Ordinal));
        return program.Errors;
    }

    private ProgramProcess Start(params string[] settings) => ProgramProcess.Start(
        "OrleansBilling.dll",
        _directory,
        [
            $"--contentRoot={RepositoryFiles.PathTo("src/OrleansBilling")}", "--environment=Production", "--Urls=http://127.0.0.1:0",
            $"--Storage:DataDirectory={Path.Combine(_directory, "data")}", "--TossSimulator:Urls=http://127.0.0.1:0", .. settings,
        ]);
}
