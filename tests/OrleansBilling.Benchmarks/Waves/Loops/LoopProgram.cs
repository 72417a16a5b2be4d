using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;
using Npgsql;
using OrleansBilling.Security;

namespace OrleansBilling.Benchmarks.Waves.Loops;

/// <summary>A loop as a process of its own, until it is killed: <c>loop single --InFlight=64 --Database=… --Provider=… --KeyRing:…</c></summary>
internal static class LoopProgram
{
    public const string Argument = "loop";
    public const string Ready = "The loop runs.";

    public static async Task<int> RunAsync(string[] args)
    {
        IConfigurationRoot settings = new ConfigurationBuilder().AddCommandLine(args[1..]).Build();
        int inFlight = settings.GetValue<int>("InFlight");
        // The program's own log settings: a line of time, category and text to the console.
        using ILoggerFactory logs = LoggerFactory.Create(logging => logging.AddSimpleConsole());
        ILogger logger = logs.CreateLogger("Loop");

        NpgsqlConnectionStringBuilder connection = new(settings["Database"])
        {
            MaxPoolSize = 30, // As the program's.
            MaxAutoPrepare = 20,
            AutoPrepareMinUsages = 2,
            NoResetOnClose = true, // Nothing of a session outlives its statement here.
        };
        await using NpgsqlDataSource database = NpgsqlDataSource.Create(connection);
        KeyRing ring = KeyRing.Parse(settings.GetSection("KeyRing:Keys").Get<Dictionary<string, string>>()!, settings["KeyRing:Current"], settings["KeyRing:HashSecret"], "KeyRing");
        using LoopProvider provider = new(new Uri(settings["Provider"]!), inFlight, new BillingKeyCipher(new SecretCipher(ring)));
        LoopStore store = new(database, TimeProvider.System);
        await store.ClaimAsync(1); // The database answers.
        Console.WriteLine(Ready);
        await (args[0] == "single" ? new SingleLoop(store, provider, inFlight, logger).RunAsync() : new BatchLoop(store, provider, inFlight, logger).RunAsync());
        return 0;
    }
}
