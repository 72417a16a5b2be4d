using System.Diagnostics;

namespace OrleansBilling.Chaos;

internal static class Patience
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(250);

    /// <summary>Looks until it is so. Errors of the network count as "not yet".</summary>
    /// <exception cref="TimeoutException">Says what did not happen.</exception>
    public static async Task UntilAsync(Func<Task<bool>> isSo, TimeSpan within, string what)
    {
        long start = Stopwatch.GetTimestamp();
        Exception? last = null;
        while (Stopwatch.GetElapsedTime(start) < within)
        {
            try
            {
                if (await isSo())
                {
                    return;
                }
            }
            catch (Exception error) when (error is HttpRequestException or TaskCanceledException or System.Data.Common.DbException or IOException)
            {
                last = error;
            }

            await Task.Delay(LookEvery);
        }

        throw new TimeoutException($"Within {within.TotalSeconds:0} s this did not come about: {what}. {last?.Message}");
    }
}
