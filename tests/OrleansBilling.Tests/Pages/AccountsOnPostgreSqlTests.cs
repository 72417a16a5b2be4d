using AngleSharp.Html.Dom;
using OrleansBilling.Accounts;
using OrleansBilling.Tests.Support;

namespace OrleansBilling.Tests.Pages;

/// <summary>The mapping of the two tables of people once more on the other engine; the rules themselves are tested on SQLite.</summary>
public sealed class AccountsOnPostgreSqlTests(PostgresServer server)
{
    [Fact]
    public async Task Accounts_are_opened_refused_twice_locked_and_signed_in_on_PostgreSQL()
    {
        await using PostgresDatabase database = await server.CreateDatabaseAsync(TestContext.Current.CancellationToken);
        await using SiteHost site = await SiteHost.StartAsync(new() { ["ConnectionStrings:OrleansBilling"] = database.ConnectionString });
        (string, string)[] person = [("Name", "김 고객"), ("Email", "kim@example.com"), ("Password", "a long password")];

        SiteVisitor[] visitors = [.. Enumerable.Range(0, 4).Select(_ => site.Visitor())];
        IHtmlDocument[] pages = await Task.WhenAll(visitors.Select(visitor => visitor.SubmitAsync("/account/sign-up", person)));
        Assert.Equal(1, visitors.Count(visitor => visitor.RedirectedTo == "/"));
        Assert.Equal(3, pages.Count(page => SiteVisitor.Errors(page).Contains("already has an account", StringComparison.Ordinal)));
        Array.ForEach(visitors, visitor => visitor.Dispose());

        using SiteVisitor again = site.Visitor();
        await again.SubmitAsync("/account/sign-in", person[1], person[2]);
        Assert.Equal("/", again.RedirectedTo);

        using SiteVisitor guesser = site.Visitor();
        IHtmlDocument answer = pages[0];
        for (int i = 0; i < AccountsExtensions.WrongPasswordsUntilLocked; i++)
        {
            answer = await guesser.SubmitAsync("/account/sign-in", person[1], ("Password", "not this one"));
        }

        Assert.Contains("locked", SiteVisitor.Errors(answer), StringComparison.Ordinal);
    }
}
