using AngleSharp.Html.Dom;
using Dapper;
using OrleansBilling.Accounts;
using OrleansBilling.Domain;
using OrleansBilling.Registrations;
using OrleansBilling.Storage;
using OrleansBilling.Subscriptions;
using OrleansBilling.Tests.Support;
using OrleansBilling.TossSimulator.Cards;

namespace OrleansBilling.Tests.Processes;

/// <summary>
/// A whole story on real processes, with every logger at Trace: register, pay, decline, replace the card, lose the old key, cancel during a payment
/// and be refunded. Then every line, every answer and everything stored is searched for the keys.
/// </summary>
public class SecretsStayInsideTests(PostgresServer postgres, ITestOutputHelper output)
{
    private const string Plan = "morning-letter-monthly";

    // Each category that appsettings.json names has a level of its own, so each is set.
    private static readonly string[] LogEverything =
    [
        .. new[] { "Default", "Microsoft.AspNetCore", "Microsoft.EntityFrameworkCore", "Orleans", "OrleansBilling", "Polly", "System.Net.Http", "Npgsql" }.Select(category => $"--Logging:LogLevel:{category}=Trace"),
    ];

    [Theory, InlineData(DatabaseEngine.Sqlite), InlineData(DatabaseEngine.PostgreSql)]
    public async Task No_key_is_in_any_log_line_answer_or_column(DatabaseEngine engine)
    {
        await using Deployment deployment = await Deployment.CreateAsync(engine == DatabaseEngine.PostgreSql ? postgres : null);
        SiloProcess silo = await deployment.StartSiloAsync(LogEverything);
        await deployment.ConnectAsync();
        using RecordingVisitor customer = new(await silo.SiteAsync());
        using RecordingVisitor operation = new(await silo.SiteAsync());

        string id = await StoryAsync(deployment, customer);
        await customer.CrawlAsync("/subscriptions", $"/subscriptions/{id}", "/health/ready", "/health/live");
        await SignInAsync(operation, SandboxAccount.All.Single(account => account.Role is not null));
        await operation.CrawlAsync(
            "/operator", $"/operator/subscriptions/{id}", "/operator/dashboard/", "/operator/dashboard/DashboardCounters", "/operator/dashboard/Reminders/1",
            $"/operator/dashboard/GrainState?grainId={Deployment.Merchant}/{id}&grainType={typeof(ISubscriptionGrain).Assembly.GetName().Name}.Subscriptions.SubscriptionGrain");

        await deployment.Simulator.StopAsync();
        SecretSearch search = SecretSearch.Of(deployment.Simulator.Journal);
        (string, string)[] log = [.. silo.Program.Lines.Select(line => ("log", line))];
        (string, string)[] answers = [.. customer.Answers, .. operation.Answers];
        IReadOnlyList<(string Place, string Text)> stored = await StoredTexts.OfTablesAsync(deployment.Database);
        IReadOnlyList<(string, string)> files = StoredTexts.OfFiles(Path.GetDirectoryName(deployment.DataDirectory)!, except: deployment.Simulator.Journal);
        output.WriteLine($"{search.Secrets.Count} keys searched for in {log.Length} log lines, {answers.Length} answers, {stored.Count} stored values and {files.Count} files");

        // The secret key, and of each of two cards the billing key and the authKey.
        Assert.Equal(5, search.Secrets.Count);
        // The places are the right ones, and full: each knows the subscription.
        Assert.All([log, answers, [.. stored]], place => Assert.Contains(place, text => text.Item2.Contains(id, StringComparison.Ordinal)));
        Assert.Contains(log, line => line.Item2.StartsWith("trce:", StringComparison.Ordinal));
        Assert.Empty(search.Find(log));
        Assert.Empty(search.Find(answers));
        Assert.Empty(search.Find(stored));
        Assert.Empty(search.Find(files));

        // And the search would find one.
        foreach (string form in SecretSearch.FormsOf(search.Secrets[^1]))
        {
            Assert.NotEmpty(search.Find([("planted", $"before {form} after")]));
        }

        await PlantAsync(deployment.Database, search.Secrets[^1]);
        Assert.NotEmpty(search.Find(await StoredTexts.OfTablesAsync(deployment.Database)));
        Assert.Equal(engine == DatabaseEngine.Sqlite, search.Find(StoredTexts.OfFiles(Path.GetDirectoryName(deployment.DataDirectory)!, except: deployment.Simulator.Journal)).Count > 0);
    }

    /// <summary>Answers the subscription's id.</summary>
    private static async Task<string> StoryAsync(Deployment deployment, RecordingVisitor customer)
    {
        ClockHand clock = new(deployment);
        await SignInAsync(customer, SandboxAccount.All.Single(account => account.Role is null));
        string id = await SubscribeAsync(deployment, customer, ScriptedCards.FirstApprovedThenStopped);
        SubscriptionView paid = await UntilAsync(deployment, id, view => view is { Status: SubscriptionStatus.Active, PaymentInProgress: false }, "the first charge is approved");

        await clock.ArriveAsync(paid.NextChargeAt!.Value, silos: 1);
        SubscriptionView declined = await UntilAsync(deployment, id, view => view.NeedsNewCard, "the renewal is declined");
        await deployment.RegisterAsync(new OpenRegistration(RegistrationPurpose.ReplaceCard, declined.CustomerId, id, null, 0, 0, "v1"), ScriptedCards.AlwaysApproves);
        SubscriptionView renewed = await UntilAsync(deployment, id, view => view is { Status: SubscriptionStatus.Active, PaymentInProgress: false }, "the new card pays");

        await deployment.Simulator.HoldChargesAsync(1, approved: true);
        await clock.ArriveAsync(renewed.NextChargeAt!.Value, silos: 1);
        await deployment.Simulator.HeldAsync(1);
        CommandAnswer answer = await deployment.Grains.Subscription(Deployment.Merchant, id).CancelNowAsync(new CommandInfo("cancel", $"customer:{renewed.CustomerId}", null));
        Assert.Equal(CommandStatus.Deferred, answer.Status);
        await deployment.Simulator.ReleaseAsync();
        await UntilAsync(deployment, id, view => view.Status == SubscriptionStatus.Ended, "the subscription ends");
        await Eventually.Async(() => deployment.QueryAsync<string>("SELECT transaction_key FROM refunds"), refunds => refunds.Count == 1, "the payment of what was cancelled is refunded");
        return id;
    }

    /// <summary>Order, card, confirmation, as a person does it; the authKey comes back in the address, as the provider's window sends it.</summary>
    private static async Task<string> SubscribeAsync(Deployment deployment, RecordingVisitor customer, string cardNumber)
    {
        IHtmlDocument card = await customer.SubmitAsync(await customer.OpenAsync($"/order/{Plan}"), "main form", ("Consent", "true"));
        string customerKey = card.QuerySelector("#register")!.GetAttribute("data-customer-key")!;
        string authKey = await deployment.Simulator.AuthKeyAsync(customerKey, cardNumber);
        IHtmlDocument confirm = await customer.OpenAsync($"{card.QuerySelector("#register")!.GetAttribute("data-success-path")}?customerKey={customerKey}&authKey={authKey}");
        IHtmlDocument result = await customer.SubmitAsync(confirm, "#confirm");
        return result.QuerySelector("main a[href^='/subscriptions/sub_']")!.GetAttribute("href")!["/subscriptions/".Length..];
    }

    private static async Task SignInAsync(RecordingVisitor visitor, SandboxAccount account)
    {
        await visitor.SubmitAsync(await visitor.OpenAsync("/account/sign-in"), "main form", ("Email", account.Email), ("Password", account.Password));
        Assert.DoesNotContain("sign-in", visitor.Address.AbsolutePath, StringComparison.Ordinal);
    }

    private static Task<SubscriptionView> UntilAsync(Deployment deployment, string id, Func<SubscriptionView, bool> wanted, string what) =>
        Eventually.Async(() => deployment.ViewAsync(id), wanted, what, TimeSpan.FromSeconds(60));

    private static async Task PlantAsync(Database database, string secret)
    {
        await using System.Data.Common.DbConnection connection = await database.OpenAsync(TestContext.Current.CancellationToken);
        await connection.ExecuteAsync("UPDATE customers SET name = @name", new { name = Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes($"key: {secret}.")) });
    }
}
