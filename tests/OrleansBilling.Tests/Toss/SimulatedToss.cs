using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using OrleansBilling.Toss;
using OrleansBilling.TossSimulator;
using OrleansBilling.TossSimulator.Cards;
using OrleansBilling.TossSimulator.Faults;
using OrleansBilling.TossSimulator.State;
using OrleansBilling.TossSimulator.Wire;
using Outcome = OrleansBilling.Domain.Outcome;

namespace OrleansBilling.Tests.Toss;

/// <summary>A simulator on a free port and the client pointed at it. The simulator's ledger is the judge of what moved.</summary>
internal sealed class SimulatedToss : IAsyncDisposable
{
    public const string CustomerKey = "c7a1f3b2-4d5e-4f60-8a7b-1c2d3e4f5a6b";

    private readonly WebApplication _app;
    private readonly TossClients _clients;

    private SimulatedToss(WebApplication app)
    {
        _app = app;
        _clients = new TossClients(Address);
    }

    public Uri Address => TossSimulatorHost.AddressOf(_app);
    public TossClient Client => _clients.Client;
    public SimulatorState State => _app.Services.GetRequiredService<SimulatorState>();

    public static async Task<SimulatedToss> StartAsync(SimulatorKnobs? knobs = null)
    {
        WebApplication app = TossSimulatorHost.Build(new TossSimulatorOptions { Urls = "http://127.0.0.1:0", Knobs = knobs ?? new() });
        await app.StartAsync(TestContext.Current.CancellationToken);
        return new(app);
    }

    public string AuthKey(string card = ScriptedCards.AlwaysApproves, string customerKey = CustomerKey) =>
        State.CreateAuthKey(SimulatorKeys.ClientKey, customerKey, new CardInput(card, "30", "12", "900101", "12"));

    public async Task<BillingKey> RegisterAsync(string card = ScriptedCards.AlwaysApproves) =>
        Assert.IsType<IssueAnswer.Issued>(await Client.IssueAsync(AuthKey(card), CustomerKey, $"reg-{Guid.NewGuid():N}")).BillingKey;

    /// <summary>A card that is registered, and the request that charges it.</summary>
    public async Task<ChargeRequest> ChargeableAsync(string card = ScriptedCards.AlwaysApproves, string orderId = "inv-0001-01") =>
        new(await RegisterAsync(card), CustomerKey, orderId, "월 구독", 4900);

    public void Fail(Fault fault, WireOperation operation = WireOperation.Charge, int times = 1) =>
        _app.Services.GetRequiredService<FaultPlan>().Add(new FaultRule(fault, operation, null, null, times));

    public void Release() => _app.Services.GetRequiredService<FaultPlan>().Release();

    public Task HeldAsync(int count) =>
        UntilAsync(() => _app.Services.GetRequiredService<FaultPlan>().Held >= count, $"The simulator did not hold {count} requests");

    /// <summary>Asks again while Toss is busy with the first request of the same key, as whoever settles a charge has to.</summary>
    public async Task<Outcome> RepeatAsync(ChargeRequest charge)
    {
        Outcome outcome = new Outcome.ChargeUnanswered(charge.OrderId, "not asked");
        for (int tries = 0; tries < 1000 && outcome is Outcome.ChargeUnanswered; tries++)
        {
            outcome = await Client.ChargeAsync(charge);
        }
        return outcome;
    }

    public int Approvals(string orderId = "inv-0001-01") =>
        State.ReadLedger().Count(row => row.Kind == LedgerKind.Approval && row.OrderId == orderId);

    /// <summary>Requests of one kind that reached the simulator, whatever became of them. It notes a request after its answer has left, so this waits.</summary>
    public async Task<IReadOnlyList<RequestRow>> RequestsAsync(WireOperation operation, int count)
    {
        RequestLog log = _app.Services.GetRequiredService<RequestLog>();
        await UntilAsync(() => Rows().Length >= count, $"The simulator did not note {count} requests of kind {operation}");
        return Rows();

        RequestRow[] Rows() => [.. log.Read().Where(row => row.Operation == operation).OrderBy(row => row.At)];
    }

    public async ValueTask DisposeAsync()
    {
        _app.Services.GetRequiredService<FaultPlan>().Clear(); // What is held would hold the stop, too.
        await _clients.DisposeAsync();
        await _app.DisposeAsync();
    }

    private static async Task UntilAsync(Func<bool> condition, string whatDidNotHappen)
    {
        using PeriodicTimer look = new(TimeSpan.FromMilliseconds(10));
        for (int looks = 0; !condition(); looks++)
        {
            Assert.True(looks < 1000, whatDidNotHappen + " within 10 seconds.");
            await look.WaitForNextTickAsync(TestContext.Current.CancellationToken);
        }
    }
}
