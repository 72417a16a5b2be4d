using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Text.RegularExpressions;
using OrleansBilling.Domain;
using OrleansBilling.Telemetry;
using OrleansBilling.Tests.Scenarios;
using OrleansBilling.Tests.Support;
using OrleansBilling.TossSimulator.Cards;

namespace OrleansBilling.Tests.Telemetry;

public partial class MetricsTests
{
    [Fact]
    public async Task Requests_are_counted_by_what_became_of_them_and_no_tag_that_is_sent_holds_an_id_or_a_key()
    {
        ConcurrentDictionary<(string Meter, string Instrument, string Tag), double> seen = [];
        using MeterListener listener = new()
        {
            InstrumentPublished = (instrument, self) =>
            {
                if (TelemetryExtensions.Meters.Contains(instrument.Meter.Name))
                {
                    self.EnableMeasurementEvents(instrument);
                }
            },
        };
        listener.SetMeasurementEventCallback<int>((instrument, value, tags, _) => Take(instrument, value, tags));
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Take(instrument, value, tags));
        listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Take(instrument, value, tags));
        listener.Start();

        await using BillingServer server = await BillingServer.StartAsync();
        string id = await server.SubscribeAsync(Stage.Monthly);
        await server.UntilAsync(id, v => v.Status == SubscriptionStatus.Active, "it is paid");
        string refused = await server.SubscribeAsync(Stage.Monthly, ScriptedCards.AlwaysDeclines);
        await server.UntilAsync(refused, v => v.OpenInvoice is { FailedTries: 1 }, "the charge is declined");
        listener.RecordObservableInstruments();

        Assert.True(Sum("orleansbilling.provider.outcomes", "outcome=approved") >= 1);
        Assert.True(Sum("orleansbilling.provider.outcomes", "outcome=declined_soft") >= 1);
        Assert.True(Sum("orleansbilling.outbox.batch", "") >= 1);
        Assert.Equal([], seen.Keys.Where(key => key.Meter == BillingMetrics.MeterName && key.Tag.Length > 0 && !Word().IsMatch(key.Tag)).Select(key => key.Tag));
        // The simulator runs inside and is heard too: its routes are templates, "/v1/billing/{billingKey}".
        Assert.Equal([], seen.Keys.Where(key => key.Tag.Contains(id, StringComparison.Ordinal) || Secret().IsMatch(key.Tag)).Select(key => key.Tag));

        double Sum(string instrument, string tag) => seen.Where(entry => entry.Key.Instrument == instrument && entry.Key.Tag == tag).Sum(entry => entry.Value);

        void Take(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
        {
            foreach (KeyValuePair<string, object?> tag in tags)
            {
                seen.AddOrUpdate((instrument.Meter.Name, instrument.Name, $"{tag.Key}={tag.Value}"), value, (_, sum) => sum + value);
            }

            if (tags.IsEmpty)
            {
                seen.AddOrUpdate((instrument.Meter.Name, instrument.Name, ""), value, (_, sum) => sum + value);
            }
        }
    }

    [GeneratedRegex("^[a-z]+=[a-z_]+$")]
    private static partial Regex Word();

    [GeneratedRegex("(test|live)_(sk|ck)_|v1/billing/(?!\\{|authorizations/issue$)")]
    private static partial Regex Secret();
}
