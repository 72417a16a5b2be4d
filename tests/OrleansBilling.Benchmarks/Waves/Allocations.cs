using System.Diagnostics.Tracing;
using Microsoft.Diagnostics.NETCore.Client;
using Microsoft.Diagnostics.Tracing;

namespace OrleansBilling.Benchmarks.Waves;

/// <summary>Counts what another .NET process allocates, by the runtime's own counter.</summary>
internal sealed class Allocations
{
    private const double IntervalSeconds = 0.5;

    private readonly EventPipeSession _session;
    private readonly Task _reading;
    private long _bytes;

    private Allocations(EventPipeSession session)
    {
        _session = session;
        _reading = Task.Run(Read);
    }

    public static Allocations Watch(int process)
    {
        EventPipeProvider counters = new("System.Runtime", EventLevel.Informational, 0, new Dictionary<string, string> { ["EventCounterIntervalSec"] = FormattableString.Invariant($"{IntervalSeconds}") });
        return new Allocations(new DiagnosticsClient(process).StartEventPipeSession([counters], requestRundown: false));
    }

    /// <summary>All since <see cref="Watch"/>, to the next tick of the counter.</summary>
    public async Task<long> BytesAsync()
    {
        await Task.Delay(TimeSpan.FromSeconds(2 * IntervalSeconds));
        await _session.StopAsync(CancellationToken.None);
        await _reading;
        _session.Dispose();
        return _bytes;
    }

    private void Read()
    {
        using EventPipeEventSource source = new(_session.EventStream);
        source.Dynamic.All += e =>
        {
            if (e.EventName == "EventCounters" && e.PayloadValue(0) is IDictionary<string, object> outer && outer["Payload"] is IDictionary<string, object> counter
                && counter["Name"] is "alloc-rate")
            {
                _bytes += Convert.ToInt64(counter["Increment"], System.Globalization.CultureInfo.InvariantCulture);
            }
        };
        source.Process();
    }
}
