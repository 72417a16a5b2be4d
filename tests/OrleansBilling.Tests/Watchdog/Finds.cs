using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using OrleansBilling.Telemetry;
using OrleansBilling.Tests.Support;

namespace OrleansBilling.Tests.Watchdog;

/// <summary>Listens to what one running program measures, as a collector would. Programs of other tests in this process are not heard.</summary>
internal sealed class Finds : IDisposable
{
    private readonly MeterListener _listener = new();
    private readonly ConcurrentQueue<string> _causes = [];
    private readonly ConcurrentDictionary<string, double> _gauges = [];

    public Finds(BillingServer server)
    {
        IMeterFactory factory = server.App.Services.GetRequiredService<IMeterFactory>();
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Name == BillingMetrics.MeterName && ReferenceEquals(instrument.Meter.Scope, factory))
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) =>
        {
            if (instrument.Name == "orleansbilling.watchdog.finds")
            {
                _causes.Enqueue(string.Join(' ', Enumerable.Repeat(tags[0].Value!.ToString()!, (int)value)));
            }
        });
        _listener.SetMeasurementEventCallback<double>((instrument, value, _, _) => _gauges[instrument.Name] = value);
        _listener.Start();
    }

    /// <summary>Every find so far, by its cause.</summary>
    public IReadOnlyList<string> Causes => [.. _causes];

    /// <summary>Null when the program tells no value for it now.</summary>
    public double? Gauge(string name)
    {
        _gauges.TryRemove(name, out _);
        _listener.RecordObservableInstruments();
        return _gauges.TryGetValue(name, out double value) ? value : null;
    }

    public void Dispose() => _listener.Dispose();
}
