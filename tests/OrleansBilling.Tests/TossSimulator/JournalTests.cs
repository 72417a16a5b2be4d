using System.Diagnostics;
using System.Text;
using System.Text.Json;
using OrleansBilling.TossSimulator;
using OrleansBilling.TossSimulator.Cards;
using OrleansBilling.TossSimulator.State;

namespace OrleansBilling.Tests.TossSimulator;

public sealed class JournalTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("toss-simulator-").FullName;

    private string JournalPath => Path.Combine(_directory, Journal.FileName);

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public async Task Everything_that_was_answered_survives_a_restart()
    {
        string billingKey;
        string removedKey;
        string authKey;
        WireReply paid;
        WireReply canceled;
        await using (RunningSimulator before = await StartAsync())
        {
            await before.AdvanceToAsync(TimeSpan.FromDays(40));
            billingKey = await before.IssueAsync(ScriptedCards.FirstApprovedThenDeclines);
            removedKey = await before.IssueAsync();
            await before.DeleteAsync("/v1/billing/" + removedKey);
            paid = await before.ChargeAsync(billingKey, "order-1", idempotencyKey: "key-1");
            canceled = await before.CancelAsync(paid.Text("paymentKey"), new { cancelReason = "r", cancelAmount = 900 }, "key-2");
            authKey = before.State.CreateAuthKey(SimulatorKeys.ClientKey, "customer-1", new(ScriptedCards.AlwaysApproves, "30", "12", "900101", "12"));
        }

        await using RunningSimulator after = await StartAsync();

        Assert.Equal(TimeSpan.FromDays(40), after.State.Clock.Offset);
        WireReply replay = await after.ChargeAsync(billingKey, "order-1", idempotencyKey: "key-1");
        Assert.Equal(paid.Bytes, replay.Bytes);
        Assert.Equal(paid.Headers["x-tosspayments-trace-id"][0], replay.Headers["x-tosspayments-trace-id"][1]);
        Assert.Equal(canceled.Bytes, (await after.GetAsync("/v1/payments/orders/order-1")).Bytes);
        Assert.Equal("REJECT_CARD_PAYMENT", (await after.ChargeAsync(billingKey, "order-2")).Code); // The card's script goes on where it was.
        Assert.Equal("ALREADY_REMOVED_BILLING_KEY", (await after.ChargeAsync(removedKey, "order-3")).Code);
        Assert.Equal(200, (await after.PostAsync("/v1/billing/authorizations/issue", new { authKey, customerKey = "customer-1" })).Status);
        Assert.Equal([LedgerKind.Approval, LedgerKind.Cancel], after.State.ReadLedger().Select(row => row.Kind));
    }

    [Theory]
    [InlineData("[{\"type\":\"paymentAppr")]
    [InlineData("\0\0\0\0")]
    public async Task A_torn_last_line_never_happened(string torn)
    {
        await using (RunningSimulator before = await StartAsync())
        {
            await before.PayAsync();
        }
        await File.AppendAllTextAsync(JournalPath, torn, TestContext.Current.CancellationToken);

        await using (RunningSimulator after = await StartAsync())
        {
            Assert.Single(after.State.ReadLedger());
            await after.PayAsync("order-2");
        }
        await using RunningSimulator again = await StartAsync();
        Assert.Equal(["order-1", "order-2"], again.State.ReadLedger().Select(row => row.OrderId));
    }

    [Fact]
    public async Task A_line_that_cannot_be_read_stops_the_start_instead_of_forgetting_payments()
    {
        await File.WriteAllTextAsync(JournalPath, "[]\nnonsense\n[]\n", TestContext.Current.CancellationToken);

        InvalidDataException refused = Assert.Throws<InvalidDataException>(() => TossSimulatorHost.Build(Options()));

        Assert.Contains("Line 2", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Two_simulators_cannot_write_one_journal()
    {
        await using RunningSimulator first = await StartAsync();

        Assert.Throws<IOException>(() => TossSimulatorHost.Build(Options()));
    }

    [Fact]
    public async Task A_webhook_that_was_due_when_the_program_ended_is_sent_after_the_restart()
    {
        await using WebhookReceiver receiver = await WebhookReceiver.StartAsync();
        receiver.Status = 500;
        SimulatorKnobs knobs = new() { WebhookUrls = [receiver.Url] };
        await using (RunningSimulator before = await RunningSimulator.StartAsync(Options(knobs)))
        {
            await before.DeleteAsync("/v1/billing/" + await before.IssueAsync());
            await receiver.UntilAsync(1, "the first try");
            await RunningSimulator.UntilAsync(
                async () => (await before.GetAsync("/simulator/webhooks")).Json[0].GetProperty("attempts").GetArrayLength() == 1, "the first try is noted");
            receiver.Status = 200;
        }

        await using RunningSimulator after = await RunningSimulator.StartAsync(Options(knobs));
        await after.AdvanceToAsync(TimeSpan.FromMinutes(1));
        await receiver.UntilAsync(2, "the retry after the restart");

        Assert.Equal(["0", "1"], receiver.Received.Select(webhook => webhook.RetriedCount));
    }

    [Fact]
    public async Task What_was_answered_before_kill_9_is_still_true_after_it()
    {
        List<string> answered = [];
        using (Process program = Start())
        {
            Uri address = await AddressOfAsync(program);
            using HttpClient http = new() { BaseAddress = address };
            http.DefaultRequestHeaders.Authorization = new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(SimulatorKeys.SecretKey + ":")));
            JsonElement issued = await PostAsync(http, "/v1/billing/authorizations/card", RunningSimulator.CardBody());
            // Killed in the middle of charges that arrive four at a time.
            Task[] clients = [.. Enumerable.Range(0, 4).Select(client => ChargeUntilDeadAsync(http, issued.GetProperty("billingKey").GetString()!, client, answered))];
            await RunningSimulator.UntilAsync(() => Task.FromResult(Count(answered) >= 40), "40 charges are answered");
            program.Kill();
            await program.WaitForExitAsync(TestContext.Current.CancellationToken);
            await Task.WhenAll(clients);
        }

        await using RunningSimulator after = await StartAsync();

        string[] approved = [.. after.State.ReadLedger().Select(row => row.OrderId)];
        Assert.Equal(approved.Length, approved.Distinct().Count());
        Assert.Empty(answered.Except(approved));
    }

    private TossSimulatorOptions Options(SimulatorKnobs? knobs = null) =>
        new() { Urls = "http://127.0.0.1:0", DataDirectory = _directory, Knobs = knobs ?? new() };

    private Task<RunningSimulator> StartAsync() => RunningSimulator.StartAsync(Options());

    /// <summary>The program as a user starts it, configured by its environment.</summary>
    private Process Start() => Process.Start(new ProcessStartInfo("dotnet", [typeof(TossSimulatorHost).Assembly.Location])
    {
        RedirectStandardOutput = true,
        Environment =
        {
            ["TossSimulator__Urls"] = "http://127.0.0.1:0",
            ["TossSimulator__DataDirectory"] = _directory,
        },
    })!;

    private static async Task<Uri> AddressOfAsync(Process program)
    {
        const string Announced = "Now listening on: ";
        while (await program.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken) is { } line)
        {
            if (line.IndexOf(Announced, StringComparison.Ordinal) is >= 0 and int at)
            {
                return new Uri(line[(at + Announced.Length)..].Trim());
            }
        }
        throw new InvalidOperationException("The program ended without listening.");
    }

    private static async Task ChargeUntilDeadAsync(HttpClient http, string billingKey, int client, List<string> answered)
    {
        try
        {
            for (int charge = 0; ; charge++)
            {
                string orderId = $"order-{client}-{charge}";
                await PostAsync(http, "/v1/billing/" + billingKey, RunningSimulator.ChargeBody(orderId));
                lock (answered)
                {
                    answered.Add(orderId);
                }
            }
        }
        catch (HttpRequestException)
        {
            // Killed, as intended.
        }
    }

    private static int Count(List<string> answered)
    {
        lock (answered)
        {
            return answered.Count;
        }
    }

    private static async Task<JsonElement> PostAsync(HttpClient http, string path, object body)
    {
        using StringContent content = new(JsonSerializer.Serialize(body), Encoding.UTF8, "application/json");
        using HttpResponseMessage response = await http.PostAsync(path, content, TestContext.Current.CancellationToken);
        response.EnsureSuccessStatusCode();
        return JsonDocument.Parse(await response.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken)).RootElement;
    }
}
