using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Tracing;
using System.Text;
using System.Text.Json;
using OrleansBilling.Toss;

namespace OrleansBilling.Tests.Toss;

/// <summary>
/// Everything that .NET can be asked to say about an HTTP call is listened to, at its most talkative, while calls with a billing key succeed, are refused
/// and fail. No secret may be in it.
/// </summary>
public sealed class RedactionTests
{
    private const string AuthKey = "bln_S3cretAuth1";

    private static readonly string[] Secrets =
    [
        Wire.ClearKey, Wire.ClearKey.TrimEnd('='), TossClients.SecretKey, Convert.ToBase64String(Encoding.UTF8.GetBytes(TossClients.SecretKey + ":")), AuthKey,
        Wire.Charge().CustomerKey, "kim@example.com",
    ];

    [Theory]
    [InlineData(200)]
    [InlineData(403)]
    [InlineData(502)]
    [InlineData(0)]
    public async Task No_log_span_or_event_contains_a_secret(int status)
    {
        string body = status switch { 200 => Wire.Payment(), 403 => Wire.Error("REJECT_CARD_PAYMENT"), _ => "<html>" + Wire.ClearKey };
        await using ScriptedServer server = await ScriptedServer.StartAsync(async context =>
        {
            if (status == 0)
            {
                context.Abort();
                return;
            }
            context.Response.StatusCode = status;
            context.Response.Headers["x-tosspayments-trace-id"] = new(["trace-new", "trace-first"]);
            await context.Response.Body.WriteAsync(Encoding.UTF8.GetBytes(body), context.RequestAborted);
        });
        using Eavesdropper heard = new();
        await using TossClients toss = new(server.Address);

        await toss.Client.ChargeAsync(Wire.Charge() with { CustomerEmail = "kim@example.com" });
        await toss.Client.DeleteBillingKeyAsync(new BillingKey(Wire.ClearKey), "pm_1");
        await toss.Client.IssueAsync(AuthKey, Wire.Charge().CustomerKey, "reg_1");

        // The server did get the key, so there was something to leak.
        Assert.Contains($"DELETE /v1/billing/{Uri.EscapeDataString(Wire.ClearKey)}", server.Requests);
        string logs = toss.Logs.Text();
        Assert.Contains("inv-0001-01", logs, StringComparison.Ordinal);
        Assert.Contains("POST /v1/billing/{billingKey}", heard.Spans(), StringComparison.Ordinal);
        Assert.Contains("RequestStart", heard.Events(), StringComparison.Ordinal);
        if (status > 0)
        {
            Assert.Contains("trace-new,trace-first", logs, StringComparison.Ordinal);
        }
        foreach (string secret in Secrets)
        {
            Assert.DoesNotContain(secret, logs, StringComparison.Ordinal);
            Assert.DoesNotContain(Uri.EscapeDataString(secret), logs, StringComparison.Ordinal);
            Assert.DoesNotContain(secret, heard.Spans(), StringComparison.Ordinal);
            Assert.DoesNotContain(Uri.EscapeDataString(secret), heard.Spans(), StringComparison.Ordinal);
            Assert.DoesNotContain(secret, heard.Events(), StringComparison.Ordinal);
            Assert.DoesNotContain(Uri.EscapeDataString(secret), heard.Events(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_billing_key_prints_as_nothing()
    {
        BillingKey key = new(Wire.ClearKey);

        Assert.Equal("[billing key]", $"{key}");
        Assert.Equal("\"[billing key]\"", JsonSerializer.Serialize(key));
        Assert.DoesNotContain(Wire.ClearKey, $"{Wire.Charge()}", StringComparison.Ordinal);
        Assert.DoesNotContain(Wire.ClearKey, JsonSerializer.Serialize(Wire.Charge()), StringComparison.Ordinal);
        Assert.DoesNotContain(Wire.ClearKey, $"{new IssueAnswer.Issued(key, "m", "카드", new(null, null, null, null))}", StringComparison.Ordinal);
        Assert.DoesNotContain(TossClients.SecretKey, JsonSerializer.Serialize(new TossOptions { SecretKey = TossClients.SecretKey }), StringComparison.Ordinal);
        Assert.Equal(Wire.ClearKey, key.Reveal());
        Assert.Throws<InvalidOperationException>(() => default(BillingKey).Reveal());
    }

    /// <summary>Every span of every source with all its tags, and every event of the HTTP stack's public event source.</summary>
    private sealed class Eavesdropper : EventListener
    {
        private readonly ConcurrentQueue<string> _events = new();
        private readonly ConcurrentQueue<string> _spans = new();
        private readonly ActivityListener _activities;

        public Eavesdropper()
        {
            _activities = new ActivityListener
            {
                ShouldListenTo = _ => true,
                Sample = (ref _) => ActivitySamplingResult.AllDataAndRecorded,
                ActivityStopped = span => _spans.Enqueue(
                    $"{span.Source.Name} {span.OperationName} {span.DisplayName} {span.StatusDescription} "
                    + string.Join(' ', span.TagObjects.Select(tag => $"{tag.Key}={tag.Value}"))
                    + string.Join(' ', span.Events.SelectMany(e => e.Tags).Select(tag => $"{tag.Key}={tag.Value}"))),
            };
            ActivitySource.AddActivityListener(_activities);
        }

        // The scripted server lives in this process and rightly sees its own requests; only the client's side is of interest.
        public string Spans() => string.Join('\n', _spans.Where(span => !span.StartsWith("Microsoft.AspNetCore", StringComparison.Ordinal)));

        public string Events() => string.Join('\n', _events);

        public override void Dispose()
        {
            _activities.Dispose();
            base.Dispose();
        }

        protected override void OnEventSourceCreated(EventSource eventSource)
        {
            if (eventSource.Name == "System.Net.Http")
            {
                EnableEvents(eventSource, EventLevel.Verbose, EventKeywords.All);
            }
        }

        protected override void OnEventWritten(EventWrittenEventArgs eventData) =>
            _events.Enqueue($"{eventData.EventName} {string.Join(' ', eventData.Payload ?? (IEnumerable<object?>)[])}");
    }
}
