using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orleans.Storage;
using OrleansBilling.Storage;

namespace OrleansBilling.Tests.Storage;

/// <summary>A second process that uses a SQLite data directory until it is killed. It says each thing that it did in a line.</summary>
internal sealed class StorageChild : IDisposable
{
    public const string Argument = "--child";

    // Generous: the machine may be busy with other tests.
    private static readonly TimeSpan LineTimeout = TimeSpan.FromSeconds(60);

    private readonly Process _process;

    private StorageChild(Process process) => _process = process;

    public int Id => _process.Id;

    /// <summary>A process that holds the lock of the directory. Its first line is <c>held</c>.</summary>
    public static StorageChild Hold(string directory) => Start("hold", directory);

    /// <summary>A silo that writes 1, 2, 3 … to one grain and its reminder; a line is the number whose writes were confirmed.</summary>
    public static StorageChild Write(string directory) => Start("write", directory);

    public async Task<string> LineAsync()
    {
        string? line = await _process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(LineTimeout, TestContext.Current.CancellationToken);
        return line ?? throw new InvalidOperationException($"The child ended: {await _process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken)}");
    }

    /// <summary>Kills it as <c>kill -9</c> does, and gives the last line that it could write.</summary>
    public async Task<string?> KillAsync()
    {
        _process.Kill();
        string rest = await _process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await _process.WaitForExitAsync(TestContext.Current.CancellationToken);
        // The last line may be cut off.
        return rest.Split('\n') is [.., { } last, _] ? last : null;
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
        }

        _process.Dispose();
    }

    public static async Task<int> RunAsync(string[] args)
    {
        string directory = args[1];
        if (args[0] == "hold")
        {
            using DirectoryLock held = DirectoryLock.Acquire(directory, TimeProvider.System);
            Console.WriteLine("held");
            await Console.In.ReadToEndAsync();
            return 0;
        }

        await WriteForeverAsync(directory);
        return 0;
    }

    private static StorageChild Start(params string[] args)
    {
        ProcessStartInfo start = new(Environment.ProcessPath!) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        // Under "dotnet test" the process is the test program itself, otherwise it may be dotnet.
        if (Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet")
        {
            start.ArgumentList.Add(typeof(StorageChild).Assembly.Location);
        }

        start.ArgumentList.Add(Argument);
        foreach (string arg in args)
        {
            start.ArgumentList.Add(arg);
        }

        return new StorageChild(Process.Start(start)!);
    }

    private static async Task WriteForeverAsync(string directory)
    {
        using IHost host = await TestStorage.StartSiloAsync(new Dictionary<string, string?> { ["Storage:DataDirectory"] = directory });
        IGrainStorage storage = host.Services.GetRequiredKeyedService<IGrainStorage>(StorageNames.Billing);
        IReminderTable reminders = host.Services.GetRequiredService<IReminderTable>();
        GrainState<Written> state = new(new Written(0));
        await storage.ReadStateAsync(Written.StateName, Written.Grain, state);
        while (true)
        {
            state.State = new Written(state.State!.Number + 1);
            await reminders.UpsertRow(Written.Reminder(state.State.Number));
            await storage.WriteStateAsync(Written.StateName, Written.Grain, state);
            Console.WriteLine(state.State.Number.ToString(CultureInfo.InvariantCulture));
        }
    }
}

/// <summary>What the child writes.</summary>
[GenerateSerializer]
internal sealed record Written([property: Id(0)] int Number)
{
    public const string StateName = "written";

    private static readonly DateTime Start = new(2027, 1, 1, 0, 0, 0, DateTimeKind.Utc);

    public static GrainId Grain { get; } = GrainId.Create("test", "written-by-a-child");

    /// <summary>A reminder whose time says which number it belongs to.</summary>
    public static ReminderEntry Reminder(int number) =>
        new() { GrainId = Grain, ReminderName = "charge", StartAt = Start.AddMinutes(number), Period = TimeSpan.FromMinutes(5) };

    public static int NumberOf(ReminderEntry reminder) => (int)(reminder.StartAt - Start).TotalMinutes;
}
