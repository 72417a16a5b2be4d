using System.Net;
using AngleSharp.Dom;
using AngleSharp.Html.Dom;
using AngleSharp.Html.Parser;
using OrleansBilling.Accounts;

namespace OrleansBilling.Tests.Pages;

/// <summary>A person without scripts: keeps cookies, follows nothing by itself, and sends forms as they stand on the page.</summary>
internal sealed class FlowVisitor : IDisposable
{
    private readonly HttpClient _http;

    public FlowVisitor(Uri site) => _http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, CookieContainer = new CookieContainer() })
    {
        BaseAddress = site,
        Timeout = TimeSpan.FromSeconds(60),
    };

    public async Task<FlowPage> GetAsync(string path)
    {
        using HttpResponseMessage answer = await _http.GetAsync(new Uri(path, UriKind.RelativeOrAbsolute), TestContext.Current.CancellationToken);
        return await FlowPage.OfAsync(answer);
    }

    public async Task<FlowPage> HeadAsync(string path)
    {
        using HttpRequestMessage request = new(HttpMethod.Head, path);
        using HttpResponseMessage answer = await _http.SendAsync(request, TestContext.Current.CancellationToken);
        return await FlowPage.OfAsync(answer);
    }

    /// <summary>Follows redirects until there is a page.</summary>
    public async Task<FlowPage> OpenAsync(string path)
    {
        FlowPage page = await GetAsync(path);
        for (int hops = 0; page.Location is { } next; hops++)
        {
            Assert.True(hops < 10, $"{path} leads from page to page without end.");
            page = await GetAsync(next);
        }

        return page;
    }

    /// <summary>Sends a form of the page, its hidden fields and antiforgery token included. Ticks and choices are given.</summary>
    public async Task<FlowPage> SubmitAsync(FlowPage page, string formSelector, params (string Name, string Value)[] fields)
    {
        IHtmlFormElement form = (IHtmlFormElement)(page.Document.QuerySelector(formSelector) ?? throw new InvalidOperationException($"No {formSelector} on {page.Address}: {page.Text}"));
        Dictionary<string, string> sent = form.QuerySelectorAll<IHtmlInputElement>("input[type=hidden]").ToDictionary(i => i.Name!, i => i.Value);
        foreach ((string name, string value) in fields)
        {
            sent[name] = value;
        }

        using FormUrlEncodedContent content = new(sent);
        Uri action = new(page.Address, form.GetAttribute("action") is { Length: > 0 } given ? given : page.Address.PathAndQuery);
        using HttpResponseMessage answer = await _http.PostAsync(action, content, TestContext.Current.CancellationToken);
        return await FlowPage.OfAsync(answer);
    }

    public async Task SignInAsync(SandboxAccount account)
    {
        FlowPage done = await SubmitAsync(await GetAsync("/account/sign-in"), "main form", ("Email", account.Email), ("Password", account.Password));
        Assert.Equal(HttpStatusCode.Redirect, done.Status);
    }

    public async Task SignUpAsync(string email)
    {
        FlowPage done = await SubmitAsync(await GetAsync("/account/sign-up"), "main form", ("Name", "홍길동"), ("Email", email), ("Password", "correct horse battery"));
        Assert.True(done.Status == HttpStatusCode.Redirect, done.Text);
    }

    public void Dispose() => _http.Dispose();
}

internal sealed record FlowPage(Uri Address, HttpStatusCode Status, IReadOnlyDictionary<string, string> Headers, IHtmlDocument Document)
{
    public string? Location => Headers.GetValueOrDefault("Location");

    public string Text => Document.QuerySelector("main")?.TextContent ?? Document.DocumentElement.TextContent;

    public string Html => Document.DocumentElement.OuterHtml;

    public static async Task<FlowPage> OfAsync(HttpResponseMessage answer)
    {
        string html = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        return new FlowPage(
            answer.RequestMessage!.RequestUri!,
            answer.StatusCode,
            answer.Headers.Concat(answer.Content.Headers).ToDictionary(h => h.Key, h => string.Join(", ", h.Value), StringComparer.OrdinalIgnoreCase),
            new HtmlParser().ParseDocument(html));
    }
}
