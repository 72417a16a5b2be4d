using System.Net;
using AngleSharp.Html.Dom;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.FileProviders;
using OrleansBilling.Policies;
using OrleansBilling.Site;

namespace OrleansBilling.Tests.Pages;

public sealed class SitePagesTests : IAsyncLifetime
{
    private SiteHost _site = null!;

    public async ValueTask InitializeAsync() => _site = await SiteHost.StartAsync(map: app =>
    {
        app.Map("/test/fail", void () => throw new InvalidOperationException("the secret reason"));
        app.MapGet("/test/private", () => Results.Content("<p>hello", "text/html")).RequireAuthorization();
    });

    public ValueTask DisposeAsync() => _site.DisposeAsync();

    [Theory]
    [InlineData("ko-KR,ko;q=0.9,en;q=0.8", "ko")]
    [InlineData("en-GB,en;q=0.9", "en")]
    [InlineData("fr-FR", "ko")]
    public async Task The_browsers_language_is_taken_and_Korean_when_it_is_neither(string accept, string language)
    {
        using SiteVisitor visitor = _site.Visitor(accept);
        Assert.Equal(language, (await visitor.GetAsync("/")).DocumentElement.GetAttribute("lang"));
    }

    [Fact]
    public async Task The_language_switch_is_remembered_and_comes_back_to_the_page()
    {
        using SiteVisitor visitor = _site.Visitor("ko");
        IHtmlDocument korean = await visitor.GetAsync("/policies/refund?from=mail");

        await visitor.GetAsync(korean.QuerySelector("header a[hreflang=en]")!.GetAttribute("href")!);

        Assert.Equal("/policies/refund?from=mail", visitor.RedirectedTo);
        Assert.Equal("en", (await visitor.GetAsync("/")).DocumentElement.GetAttribute("lang"));
    }

    [Theory]
    [InlineData("/language/en?returnUrl=https://evil.example", "/")]
    [InlineData("/language/en?returnUrl=//evil.example", "/")]
    [InlineData("/language/en", "/")]
    public async Task The_language_switch_leads_only_into_this_site(string link, string leadsTo)
    {
        using SiteVisitor visitor = _site.Visitor();
        await visitor.GetAsync(link);
        Assert.Equal(leadsTo, visitor.RedirectedTo);
    }

    [Theory]
    [InlineData("ko")]
    [InlineData("en")]
    public async Task Every_product_and_policy_is_a_page_with_footer_and_one_heading(string language)
    {
        using SiteVisitor visitor = _site.Visitor(language);
        IHtmlDocument home = await visitor.GetAsync("/");
        string[] links = [.. home.QuerySelectorAll("main a[href^='/products/'], footer a[href^='/']").Select(a => a.GetAttribute("href")!)];
        Assert.True(links.Length >= 3 + PolicyDocuments.Names.Count);

        foreach (string link in links)
        {
            IHtmlDocument page = await visitor.GetAsync(link);
            Assert.Equal(HttpStatusCode.OK, visitor.Last.StatusCode);
            Assert.Single(page.QuerySelectorAll("h1"));
            Assert.Contains("000-00-00000", page.QuerySelector("footer")!.TextContent, StringComparison.Ordinal);
            Assert.Empty(page.QuerySelectorAll("style, [style], script:not([src]), [onclick]"));
            Assert.DoesNotContain("{{", page.QuerySelector("main")!.TextContent, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("terms")]
    [InlineData("privacy")]
    [InlineData("refund")]
    public async Task A_policy_has_its_own_text_in_each_language(string policy)
    {
        using SiteVisitor korean = _site.Visitor("ko");
        using SiteVisitor english = _site.Visitor("en");
        string ko = (await korean.GetAsync($"/policies/{policy}")).QuerySelector("article")!.TextContent;
        string en = (await english.GetAsync($"/policies/{policy}")).QuerySelector("article")!.TextContent;
        Assert.Contains("시행일", ko, StringComparison.Ordinal);
        Assert.Contains("In force from", en, StringComparison.Ordinal);
        Assert.True(ko.Length > 500 && en.Length > 1000);
    }

    [Theory]
    [InlineData("/nothing-here")]
    [InlineData("/products/nothing")]
    [InlineData("/policies/..%2fappsettings")]
    [InlineData("/error/404")]
    public async Task What_does_not_exist_says_so_kindly(string path)
    {
        using SiteVisitor visitor = _site.Visitor("ko");
        IHtmlDocument page = await visitor.GetAsync(path);
        Assert.Equal(HttpStatusCode.NotFound, visitor.Last.StatusCode);
        Assert.Equal("화면을 찾을 수 없습니다", page.QuerySelector("h1")!.TextContent);
    }

    [Theory]
    [InlineData("GET")]
    [InlineData("POST")]
    public async Task A_fault_shows_a_request_id_and_nothing_of_its_reason(string method)
    {
        using HttpClient http = new() { BaseAddress = _site.Address };
        using HttpRequestMessage request = new(new HttpMethod(method), "/test/fail");
        request.Headers.AcceptLanguage.ParseAdd("en");

        using HttpResponseMessage answer = await http.SendAsync(request, TestContext.Current.CancellationToken);

        string page = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.InternalServerError, answer.StatusCode);
        Assert.Contains("Something went wrong", page, StringComparison.Ordinal);
        Assert.Matches("<code>[0-9A-Za-z:]{20,}</code>", page);
        Assert.DoesNotContain("secret reason", page, StringComparison.Ordinal);
        Assert.DoesNotContain("InvalidOperationException", page, StringComparison.Ordinal);
        Assert.Contains("frame-ancestors 'none'", answer.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/css/site.css")]
    [InlineData("/nothing-here")]
    [InlineData("/account/sign-in")]
    public async Task Every_answer_carries_the_security_headers(string path)
    {
        using SiteVisitor visitor = _site.Visitor();
        await visitor.GetAsync(path);
        Assert.Equal("nosniff", Header("X-Content-Type-Options"));
        Assert.Equal("strict-origin-when-cross-origin", Header("Referrer-Policy"));
        Assert.Equal("same-origin-allow-popups", Header("Cross-Origin-Opener-Policy"));
        string policy = Header("Content-Security-Policy");
        Assert.Contains("default-src 'self'; script-src 'self' http://localhost:5999; style-src 'self';", policy, StringComparison.Ordinal);
        Assert.Contains("frame-src http://localhost:5999;", policy, StringComparison.Ordinal);
        Assert.Contains("base-uri 'none'; frame-ancestors 'none'", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("unsafe", policy, StringComparison.Ordinal);

        string Header(string name) => visitor.Last.Headers.GetValues(name).Single();
    }

    [Fact]
    public void With_the_real_provider_the_policy_lets_its_hosts_in_and_no_inline_script()
    {
        string policy = SecurityHeaders.ContentSecurityPolicy(new Uri("https://js.tosspayments.com/v2/standard"));
        Assert.Contains("script-src 'self' https://*.tosspayments.com;", policy, StringComparison.Ordinal);
        Assert.Contains("frame-src https://*.tosspayments.com;", policy, StringComparison.Ordinal);
        Assert.Contains("connect-src 'self' https://*.tosspayments.com;", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("script-src 'self' 'unsafe", policy, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Pages_of_a_signed_in_person_are_stored_nowhere()
    {
        using SiteVisitor visitor = _site.Visitor();
        await visitor.GetAsync("/");
        Assert.True(visitor.Last.Headers.CacheControl is { NoStore: true } or { Private: true });
        await visitor.SubmitAsync("/account/sign-in", ("Email", "reviewer@example.com"), ("Password", "sandbox-reviewer"));
        foreach (string path in new[] { "/", "/test/private", "/policies/terms" })
        {
            await visitor.GetAsync(path);
            Assert.True(visitor.Last.Headers.CacheControl!.NoStore, $"{path} may be stored");
        }
    }

    [Fact]
    public async Task The_sandbox_says_so_on_every_page()
    {
        using SiteVisitor visitor = _site.Visitor();
        foreach (string path in new[] { "/", "/account/sign-in", "/policies/terms", "/nothing-here" })
        {
            IHtmlDocument page = await visitor.GetAsync(path);
            Assert.Contains("no real money moves", page.QuerySelector("aside.sandbox")!.TextContent, StringComparison.Ordinal);
            Assert.Equal("http://localhost:5999/", page.QuerySelector("aside.sandbox a")!.GetAttribute("href"));
        }
    }

    [Fact]
    public async Task HTML_in_a_policy_is_shown_and_not_run()
    {
        string root = Directory.CreateTempSubdirectory("billing-policies-").FullName;
        try
        {
            Directory.CreateDirectory(Path.Combine(root, "Policies"));
            await File.WriteAllTextAsync(Path.Combine(root, "Policies", "terms.ko.md"), "# 약관\n\n<script>alert(1)</script> {{CompanyName}}", TestContext.Current.CancellationToken);
            using PhysicalFileProvider files = new(root);
            PolicyDocuments documents = new(files, _site.App.Services.GetRequiredService<SiteFacts>());

            string html = (await documents.HtmlAsync("terms", SiteLanguage.English, TestContext.Current.CancellationToken))!;

            Assert.Contains("&lt;script&gt;", html, StringComparison.Ordinal);
            Assert.DoesNotContain("<script", html, StringComparison.Ordinal);
            Assert.Contains("오를리언스 주식회사", html, StringComparison.Ordinal);
            Assert.Null(await documents.HtmlAsync("refund", SiteLanguage.Korean, TestContext.Current.CancellationToken));
        }
        finally
        {
            Directory.Delete(root, recursive: true);
        }
    }
}
