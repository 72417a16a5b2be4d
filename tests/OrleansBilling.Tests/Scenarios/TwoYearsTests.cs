using Microsoft.Extensions.DependencyInjection;
using OrleansBilling.Domain;
using OrleansBilling.Reports;
using OrleansBilling.Storage;
using OrleansBilling.Tests.Support;
using OrleansBilling.TossSimulator.State;

namespace OrleansBilling.Tests.Scenarios;

public class TwoYearsTests(PostgresServer postgres)
{
    [Theory, InlineData(DatabaseEngine.Sqlite), InlineData(DatabaseEngine.PostgreSql)]
    public async Task A_monthly_plan_begun_on_the_31st_is_charged_25_times_in_two_years_across_a_restart(DatabaseEngine engine)
    {
        string directory = Directory.CreateTempSubdirectory("orleansbilling-years-").FullName;
        await using PostgresDatabase? database = engine == DatabaseEngine.PostgreSql ? await postgres.CreateDatabaseAsync(TestContext.Current.CancellationToken) : null;
        WatchedStorage watch = new();
        try
        {
            string id, customer = PrefixedId.New("cus", TimeProvider.System);
            DateTimeOffset begin;
            await using (BillingServer firstYear = await BillingServer.StartAsync(directory, database?.ConnectionString, watch.Install))
            {
                begin = TwoYears.BeginAfter(firstYear.Clock.GetUtcNow());
                await firstYear.WalkToAsync(begin);
                id = await firstYear.SubscribeAsync(Stage.Monthly, customerId: customer);
                await firstYear.UntilAsync(id, v => v.Status == SubscriptionStatus.Active, "the first charge is approved");
                await firstYear.WalkToAsync(begin.AddMonths(12).AddDays(10));
            }

            await using BillingServer secondYear = await BillingServer.StartAsync(directory, database?.ConnectionString, watch.Install);
            await secondYear.WalkToAsync(begin.AddMonths(24).AddHours(1));

            Story story = new(secondYear, new ProviderBook(secondYear.Simulator), customer, id);
            IReadOnlyList<LedgerRow> approvals = await story.ApprovalsAsync();
            TwoYears.AssertCharged(approvals, begin, lateness: TimeSpan.FromMinutes(1));
            Assert.Equal(TwoYears.Charges, (await story.Provider.RowsAsync(BillingServer.Merchant)).Count); // Nothing beside them.
            await AssertReadSideAgreesAsync(story, approvals);
            Assert.Empty(watch.Breaches);
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    private static async Task AssertReadSideAgreesAsync(Story story, IReadOnlyList<LedgerRow> approvals)
    {
        await story.AssertNoEventIsMissingAsync(atLeast: 4 * TwoYears.Charges);
        var payments = await story.Server.RowsAsync<(string OrderId, string PaymentKey, long AmountKrw, string State)>(
            "SELECT order_id, payment_key, amount_krw, state FROM payments WHERE subscription_id = @Id", new { story.Id });
        Assert.Equal(
            approvals.Select(row => (row.OrderId, row.PaymentKey, row.AmountKrw, "approved")).Order(),
            payments.Order());

        var invoices = await story.Server.RowsAsync<(long Number, string State, long TotalKrw, long PeriodEndMs, long PeriodStartMs)>(
            "SELECT CAST(number AS BIGINT), state, total_krw, period_end_ms, period_start_ms FROM invoices WHERE subscription_id = @Id ORDER BY number", new { story.Id });
        Assert.Equal(Enumerable.Range(1, TwoYears.Charges).Select(n => ((long)n, "paid")), invoices.Select(i => (i.Number, i.State)));
        Assert.Equal(approvals.Sum(row => row.AmountKrw), invoices.Sum(i => i.TotalKrw));
        Assert.All(invoices.Zip(invoices.Skip(1)), pair => Assert.Equal(pair.First.PeriodEndMs, pair.Second.PeriodStartMs)); // No day is paid twice, none is left out.

        SubscriptionHistory history = story.Server.App.Services.GetRequiredService<SubscriptionHistory>();
        IReadOnlyList<PaymentRow> shown = await history.PaymentsAsync(BillingServer.Merchant, story.Id, TestContext.Current.CancellationToken);
        Assert.Equal(approvals.Sum(row => row.AmountKrw), shown.Sum(row => row.AmountKrw));
        Assert.All(shown, row => Assert.Equal("approved", row.State));
    }
}
