using System.Text.Json;
using Microsoft.Extensions.Time.Testing;

namespace OrleansBilling.Tests.TossSimulator;

public class TransactionsTests
{
    private static readonly FakeTimeProvider FirstOfSeptember = new(new DateTimeOffset(2026, 9, 1, 0, 0, 0, TimeSpan.FromHours(9)));
    private const string September = "startDate=2026-09-01T00:00:00&endDate=2026-09-30T23:59:59";

    [Fact]
    public async Task There_is_a_row_for_each_approval_and_each_cancel()
    {
        await using RunningSimulator simulator = await RunningSimulator.StartAsync(time: FirstOfSeptember);
        string paymentKey = await simulator.PayAsync(amount: 1_000);
        await simulator.AdvanceToAsync(TimeSpan.FromDays(1));
        await simulator.CancelAsync(paymentKey, new { cancelReason = "r", cancelAmount = 300 });

        JsonElement[] rows = [.. (await simulator.GetAsync("/v1/transactions?" + September)).Json.EnumerateArray()];

        Assert.Equal(
            ["mId", "transactionKey", "paymentKey", "orderId", "method", "customerKey", "useEscrow", "receiptUrl", "status", "transactionAt", "currency", "amount"],
            rows[0].EnumerateObject().Select(member => member.Name));
        Assert.Equal([("DONE", 1_000L, "2026-09-01T00:00:00+09:00"), ("PARTIAL_CANCELED", 300, "2026-09-02T00:00:00+09:00")],
            rows.Select(row => (row.GetProperty("status").GetString(), row.GetProperty("amount").GetInt64(), row.GetProperty("transactionAt").GetString())));
        Assert.NotEqual(rows[0].GetProperty("transactionKey").GetString(), rows[1].GetProperty("transactionKey").GetString());
        Assert.All(rows, row => Assert.Equal(paymentKey, row.GetProperty("paymentKey").GetString()));
    }

    [Fact]
    public async Task Pages_follow_one_another_by_transaction_key()
    {
        await using RunningSimulator simulator = await RunningSimulator.StartAsync(time: FirstOfSeptember);
        string billingKey = await simulator.IssueAsync();
        for (int order = 1; order <= 5; order++)
        {
            await simulator.ChargeAsync(billingKey, $"order-{order}");
        }

        List<string> orders = [];
        string after = "";
        for (int page = 0; page < 3; page++)
        {
            JsonElement[] rows = [.. (await simulator.GetAsync($"/v1/transactions?{September}&limit=2{after}")).Json.EnumerateArray()];
            orders.AddRange(rows.Select(row => row.GetProperty("orderId").GetString()!));
            after = "&startingAfter=" + rows[^1].GetProperty("transactionKey").GetString();
        }

        Assert.Equal(["order-1", "order-2", "order-3", "order-4", "order-5"], orders);
        Assert.Empty((await simulator.GetAsync($"/v1/transactions?{September}&limit=2{after}")).Json.EnumerateArray());
    }

    [Theory]
    [InlineData("startDate=2026-09-01T00:00:00Z&endDate=2026-09-30T23:59:59Z", "INVALID_DATE")] // Measured.
    [InlineData("startDate=2026-09-01T00:00:00%2B09:00&endDate=2026-09-30T23:59:59%2B09:00", "INVALID_DATE")]
    [InlineData("startDate=yesterday&endDate=2026-09-30", "INVALID_DATE")]
    [InlineData("startDate=2026-09-30&endDate=2026-09-01", "INVALID_DATE")]
    [InlineData("startDate=2026-09-01", "INVALID_REQUIRED_PARAM")]
    [InlineData(September + "&limit=5001", "EXCEED_MAX_QUERY_LIMIT")]
    [InlineData(September + "&limit=0", "INVALID_REQUEST")]
    [InlineData(September + "&startingAfter=txrd_none", "INVALID_REQUEST")]
    public async Task A_query_that_cannot_be_is_refused(string query, string code)
    {
        await using RunningSimulator simulator = await RunningSimulator.StartAsync(time: FirstOfSeptember);

        WireReply reply = await simulator.GetAsync("/v1/transactions?" + query);

        Assert.Equal((400, code), (reply.Status, reply.Code));
    }

    [Theory]
    [InlineData("startDate=2026-09-01&endDate=2026-09-02", 1)] // A date alone is its midnight.
    [InlineData("startDate=2026-09-01T00:00:01&endDate=2026-09-02", 0)]
    [InlineData("startDate=2026-08-31&endDate=2026-09-01T00:00:00", 1)]
    [InlineData("startDate=2026-08-31&endDate=2026-08-31T23:59:59", 0)]
    public async Task Dates_are_Korean(string query, int rows)
    {
        await using RunningSimulator simulator = await RunningSimulator.StartAsync(time: FirstOfSeptember);
        await simulator.PayAsync();

        Assert.Equal(rows, (await simulator.GetAsync("/v1/transactions?" + query)).Json.GetArrayLength());
    }

    [Fact]
    public async Task New_rows_can_be_late_by_knob()
    {
        await using RunningSimulator simulator = await RunningSimulator.StartAsync(new() { Knobs = new() { TransactionsLag = TimeSpan.FromHours(1) } }, FirstOfSeptember);
        await simulator.PayAsync();
        Assert.Equal(0, (await simulator.GetAsync("/v1/transactions?" + September)).Json.GetArrayLength());

        await simulator.AdvanceToAsync(TimeSpan.FromHours(1));
        Assert.Equal(1, (await simulator.GetAsync("/v1/transactions?" + September)).Json.GetArrayLength());
    }
}
