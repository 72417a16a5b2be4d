using System.Diagnostics;

namespace OrleansBilling.Tests.Support;

/// <summary>Waits for a condition, never for a fixed time. A timeout says what did not happen and what was seen instead.</summary>
internal static class Eventually
{
    private static readonly TimeSpan Default = TimeSpan.FromSeconds(30);

    public static async Task<T> Async<T>(Func<Task<T>> look, Func<T, bool> wanted, string what, TimeSpan? within = null)
    {
        Stopwatch watch = Stopwatch.StartNew();
        while (true)
        {
            T seen = await look();
            if (wanted(seen))
            {
                return seen;
            }

            if (watch.Elapsed > (within ?? Default))
            {
                throw new TimeoutException($"After {watch.Elapsed.TotalSeconds:0} s it has not happened that {what}. Seen: {seen}");
            }

            await Task.Delay(50);
        }
    }
}
