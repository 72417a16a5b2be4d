using OrleansBilling.TossSimulator.Wire;

namespace OrleansBilling.Tests.Scenarios;

public class RenewalCostTests(Stage stage) : IClassFixture<Stage>
{
    private const int Renewals = 3;

    /// <param name="asleep">The activation left memory before each renewal, as it does between two months.</param>
    [Theory, InlineData(false, 1), InlineData(true, 1)]
    public async Task A_renewal_costs_one_state_write_and_one_reminder_write(bool asleep, int handovers)
    {
        Story story = await stage.SubscribedAsync();
        // Every hand-over to the read side begins with this row; the trigger counts also those that change nothing.
        await stage.Server.ExecuteAsync(
            """
            CREATE TABLE IF NOT EXISTS handovers (subscription_id TEXT NOT NULL, sequence INTEGER NOT NULL);
            CREATE TRIGGER IF NOT EXISTS count_handovers BEFORE INSERT ON subscriptions BEGIN INSERT INTO handovers VALUES (NEW.subscription_id, NEW.sequence); END;
            DELETE FROM handovers;
            """);
        stage.Storage.ResetCounts();

        for (int i = 0; i < Renewals; i++)
        {
            if (asleep)
            {
                await story.ForgetAsync();
            }

            await story.WalkPastDueAsync(TimeSpan.FromMinutes(1));
        }

        int Of(string what) => stage.Storage.Count(what, story.Id);
        IReadOnlyList<long> handedOver = await stage.Server.RowsAsync<long>("SELECT sequence FROM handovers WHERE subscription_id = @Id", new { story.Id });
        int transactions = handedOver.Count;
        int requests = (await stage.Provider.RequestsAsync(WireOperation.Charge, story.Orders)).Count - 1;
        TestContext.Current.TestOutputHelper?.WriteLine(
            $"{Renewals} renewals{(asleep ? ", asleep between them" : "")}: {Of("subscription-read")} state reads, {Of("subscription")} state writes, {Of("reminder")} reminder writes, {Of("reminder-read")} reminder reads, "
            + $"{Of("reminder-removal")} reminder removals, {transactions} read-side transactions ({string.Join(", ", handedOver)}), {requests} requests");
        Assert.Equal(1 + Renewals, (await story.ApprovalsAsync()).Count);
        Assert.Equal(
            (Renewals, Renewals, 0, 0, handovers * Renewals, Renewals),
            (Of("subscription"), Of("reminder"), Of("reminder-read"), Of("reminder-removal"), transactions, requests));
    }
}
