using System.Net;
using AngleSharp;
using AngleSharp.Html.Dom;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using OrleansBilling.Accounts;

namespace OrleansBilling.Tests.Pages;

public sealed class AccountPagesTests : IAsyncLifetime
{
    private const string Password = "a long password";
    private SiteHost _site = null!;

    public async ValueTask InitializeAsync() => _site = await SiteHost.StartAsync(map: app =>
    {
        app.MapGet("/test/who", (HttpContext context) => $"{context.User.DisplayName()}|{context.User.CustomerId()}|{context.User.IsOperator()}").RequireAuthorization();
        app.MapGet("/test/operator", () => "secret").RequireAuthorization(AccountRoles.Operator);
    });

    public ValueTask DisposeAsync() => _site.DisposeAsync();

    [Fact]
    public async Task Signing_up_opens_a_customer_and_signs_in()
    {
        using SiteVisitor visitor = _site.Visitor();
        await SignUp(visitor, "kim@example.com");

        Assert.Equal("/", visitor.RedirectedTo);
        string who = (await visitor.GetAsync("/test/who")).Body!.TextContent;
        Assert.Matches(@"^김 고객\|cus_[0-9a-z]{26}\|False$", who);
    }

    [Fact]
    public async Task After_signing_out_nobody_is_signed_in()
    {
        using SiteVisitor visitor = _site.Visitor();
        await SignUp(visitor, "kim@example.com");
        IHtmlDocument home = await visitor.GetAsync("/");

        await visitor.SendAsync("/", (IHtmlFormElement)home.QuerySelectorAll("header form").Single());

        await visitor.GetAsync("/test/who");
        Assert.Equal("/account/sign-in?returnUrl=%2Ftest%2Fwho", visitor.RedirectedTo);
    }

    [Fact]
    public async Task A_link_does_not_sign_out()
    {
        using SiteVisitor visitor = _site.Visitor();
        await SignUp(visitor, "kim@example.com");
        await visitor.GetAsync("/account/sign-out");
        await visitor.GetAsync("/test/who");
        Assert.Equal(HttpStatusCode.OK, visitor.Last.StatusCode);
    }

    [Fact]
    public async Task A_form_without_its_token_is_refused_and_explained()
    {
        using SiteVisitor visitor = _site.Visitor();
        IHtmlDocument page = await visitor.GetAsync("/account/sign-in");
        IHtmlFormElement form = (IHtmlFormElement)page.QuerySelectorAll("main form").Single();

        IHtmlDocument answer = await visitor.SendAsync("/account/sign-in", form, ("__RequestVerificationToken", "forged"), ("Email", "kim@example.com"), ("Password", Password));

        Assert.Equal(HttpStatusCode.BadRequest, visitor.Last.StatusCode);
        Assert.Equal("That request could not be handled", answer.QuerySelector("h1")!.TextContent);
    }

    [Theory]
    [InlineData("ko", "이미 가입된 이메일입니다")]
    [InlineData("en", "already has an account")]
    public async Task One_address_is_one_account_however_it_is_written(string language, string sentence)
    {
        using SiteVisitor first = _site.Visitor();
        await SignUp(first, "kim@example.com");

        using SiteVisitor second = _site.Visitor(language);
        IHtmlDocument page = await SignUp(second, "KIM@Example.com");

        Assert.Contains(sentence, SiteVisitor.Errors(page), StringComparison.Ordinal);
        Assert.Equal("true", page.QuerySelector("#Email")!.GetAttribute("aria-invalid"));
        Assert.Equal(1, await CountCustomers("kim@example.com"));
    }

    [Fact]
    public async Task Of_several_who_take_one_address_at_once_one_gets_it_and_the_others_are_told()
    {
        SiteVisitor[] visitors = [.. Enumerable.Range(0, 4).Select(_ => _site.Visitor())];

        IHtmlDocument[] pages = await Task.WhenAll(visitors.Select(visitor => SignUp(visitor, "race@example.com")));

        Assert.Equal(1, visitors.Count(visitor => visitor.RedirectedTo == "/"));
        Assert.Equal(3, pages.Count(page => SiteVisitor.Errors(page).Contains("already has an account", StringComparison.Ordinal)));
        Assert.Equal(1, await CountCustomers("race@example.com"));
        Array.ForEach(visitors, visitor => visitor.Dispose());
    }

    [Theory]
    [InlineData("ko", "short", "비밀번호는 10자 이상이어야 합니다.")]
    [InlineData("en", "short one", "at least 10 characters")]
    [InlineData("en", "aaaaaaaaaaaa", "at least 5 different characters")]
    [InlineData("ko", "", "비밀번호를 입력해 주세요.")]
    public async Task A_weak_password_is_refused_in_the_readers_language(string language, string password, string sentence)
    {
        using SiteVisitor visitor = _site.Visitor(language);

        IHtmlDocument page = await visitor.SubmitAsync("/account/sign-up", ("Name", "김"), ("Email", "weak@example.com"), ("Password", password));

        Assert.Contains(sentence, SiteVisitor.Errors(page), StringComparison.Ordinal);
        Assert.Equal("true", page.QuerySelector("#Password")!.GetAttribute("aria-invalid"));
        Assert.Contains("Password-error", page.QuerySelector("#Password")!.GetAttribute("aria-describedby"), StringComparison.Ordinal);
        Assert.Equal(0, await CountCustomers("weak@example.com"));
    }

    [Fact]
    public async Task A_password_is_never_written_back_into_the_page()
    {
        using SiteVisitor visitor = _site.Visitor();
        IHtmlDocument page = await visitor.SubmitAsync("/account/sign-up", ("Name", ""), ("Email", "x"), ("Password", Password));
        Assert.DoesNotContain(Password, page.ToHtml(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/subscriptions?a=1", "/subscriptions?a=1")]
    [InlineData("https://evil.example/", "/")]
    [InlineData("//evil.example/", "/")]
    [InlineData("/\\evil.example/", "/")]
    [InlineData("javascript:alert(1)", "/")]
    public async Task Signing_in_leads_only_into_this_site(string returnUrl, string leadsTo)
    {
        using SiteVisitor visitor = _site.Visitor();

        await visitor.SubmitAsync($"/account/sign-in?returnUrl={Uri.EscapeDataString(returnUrl)}", Reviewer);

        Assert.Equal(HttpStatusCode.Redirect, visitor.Last.StatusCode);
        Assert.Equal(leadsTo, visitor.Last.Headers.Location!.OriginalString);
    }

    [Fact]
    public async Task The_session_cookie_is_for_this_site_and_no_script()
    {
        using SiteVisitor visitor = _site.Visitor();
        await visitor.SubmitAsync("/account/sign-in", Reviewer);
        string cookie = Assert.Single(visitor.Last.Headers.GetValues("Set-Cookie"), c => c.StartsWith("session=", StringComparison.Ordinal));
        Assert.Contains("; samesite=lax", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("; httponly", cookie, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task Wrong_address_and_wrong_password_read_the_same()
    {
        using SiteVisitor visitor = _site.Visitor();
        IHtmlDocument wrongPassword = await visitor.SubmitAsync("/account/sign-in", ("Email", SandboxAccount.All[0].Email), ("Password", "not this one"));
        IHtmlDocument wrongAddress = await visitor.SubmitAsync("/account/sign-in", ("Email", "nobody@example.com"), ("Password", "not this one"));
        Assert.NotEmpty(SiteVisitor.Errors(wrongPassword));
        Assert.Equal(SiteVisitor.Errors(wrongPassword), SiteVisitor.Errors(wrongAddress));
    }

    [Fact]
    public async Task Five_wrong_passwords_lock_the_account_even_for_the_right_one()
    {
        using SiteVisitor visitor = _site.Visitor();
        for (int i = 0; i < 5; i++)
        {
            await visitor.SubmitAsync("/account/sign-in", ("Email", SandboxAccount.All[0].Email), ("Password", "not this one"));
        }

        IHtmlDocument page = await visitor.SubmitAsync("/account/sign-in", Reviewer);

        Assert.Contains("locked", SiteVisitor.Errors(page), StringComparison.Ordinal);
        await visitor.GetAsync("/test/who");
        Assert.Equal(HttpStatusCode.Redirect, visitor.Last.StatusCode);
    }

    [Fact]
    public async Task One_machine_cannot_try_passwords_without_end()
    {
        using SiteVisitor visitor = _site.Visitor();
        IHtmlDocument page = await visitor.GetAsync("/account/sign-in");
        IHtmlFormElement form = (IHtmlFormElement)page.QuerySelectorAll("main form").Single();
        IHtmlDocument answer = page;
        for (int i = 0; i <= SignInLimits.PostsPerWindow; i++)
        {
            answer = await visitor.SendAsync("/account/sign-in", form, ("Email", ""));
        }

        Assert.Equal(HttpStatusCode.TooManyRequests, visitor.Last.StatusCode);
        Assert.Equal("60", visitor.Last.Headers.RetryAfter!.ToString());
        Assert.Equal("Please try again shortly", answer.QuerySelector("h1")!.TextContent);
        await visitor.GetAsync("/account/sign-in");
        Assert.Equal(HttpStatusCode.OK, visitor.Last.StatusCode);
    }

    [Fact]
    public async Task Only_the_operator_sees_what_is_the_operators()
    {
        using SiteVisitor customer = _site.Visitor();
        await customer.SubmitAsync("/account/sign-in", Reviewer);
        IHtmlDocument refused = await customer.GetAsync("/test/operator");
        Assert.Equal(HttpStatusCode.Forbidden, customer.Last.StatusCode);
        Assert.Equal("You may not see this page", refused.QuerySelector("h1")!.TextContent);

        using SiteVisitor oper = _site.Visitor();
        await oper.SubmitAsync("/account/sign-in", ("Email", SandboxAccount.All[1].Email), ("Password", SandboxAccount.All[1].Password));
        Assert.Equal("secret", (await oper.GetAsync("/test/operator")).Body!.TextContent);
    }

    [Fact]
    public async Task With_a_real_provider_there_are_no_sandbox_accounts()
    {
        await using SiteHost test = await SiteHost.StartAsync(new() { ["Toss:BaseAddress"] = "https://api.tosspayments.com/", ["Toss:SdkUrl"] = "https://js.tosspayments.com/v2/standard" });
        using SiteVisitor visitor = test.Visitor();

        IHtmlDocument page = await visitor.SubmitAsync("/account/sign-in", Reviewer);

        Assert.Contains("wrong", SiteVisitor.Errors(page), StringComparison.Ordinal);
        Assert.DoesNotContain(SandboxAccount.All[0].Password, (await visitor.GetAsync("/account/sign-in")).ToHtml(), StringComparison.Ordinal);
    }

    private static (string, string)[] Reviewer => [("Email", SandboxAccount.All[0].Email), ("Password", SandboxAccount.All[0].Password)];

    private static Task<IHtmlDocument> SignUp(SiteVisitor visitor, string email) =>
        visitor.SubmitAsync("/account/sign-up", ("Name", "김 고객"), ("Email", email), ("Password", Password));

    private async Task<int> CountCustomers(string email)
    {
        await using AsyncServiceScope scope = _site.App.Services.CreateAsyncScope();
        return await scope.ServiceProvider.GetRequiredService<AccountsDbContext>().Customers.CountAsync(c => c.Email == email, TestContext.Current.CancellationToken);
    }
}
