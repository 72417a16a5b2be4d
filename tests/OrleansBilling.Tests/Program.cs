using OrleansBilling.Tests.Processes;
using OrleansBilling.Tests.Storage;
using Xunit.MicrosoftTestingPlatform;
using Xunit.Runner.InProc.SystemConsole;

namespace OrleansBilling.Tests;

/// <summary>
/// The entry point that xunit would generate, with two additions: a test that needs a second process, to kill it for instance, starts this program
/// again with <c>--child</c>; and <c>tests/measure.sh</c> and <c>tests/reminders.sh</c> ask for figures with <c>--measure</c> and <c>--measure-far-off</c>.
/// </summary>
internal static class Program
{
    public static Task<int> Main(string[] args) => args switch
    {
        [StorageChild.Argument, .. string[] rest] => StorageChild.RunAsync(rest),
        [RenewalCost.Argument, .. string[] rest] => RenewalCost.RunAsync(rest),
        [FarOffCost.Argument, .. string[] rest] => FarOffCost.RunAsync(rest),
        _ when args.Contains("-automated") || args.Contains("@@") => ConsoleRunner.Run(args),
        _ => TestPlatformTestFramework.RunAsync(args, SelfRegisteredExtensions.AddSelfRegisteredExtensions),
    };
}
