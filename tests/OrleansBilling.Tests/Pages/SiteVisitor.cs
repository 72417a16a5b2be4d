using System.Net;
using AngleSharp.Dom;
using AngleSharp.Html.Dom;
using AngleSharp.Html.Parser;

namespace OrleansBilling.Tests.Pages;

/// <summary>A browser without scripts: keeps cookies, sends forms with all their fields, and shows redirects instead of following them.</summary>
public sealed class SiteVisitor : IDisposable
{
    private readonly HttpClient _http;

    public SiteVisitor(Uri address, string language)
    {
        _http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, CookieContainer = Cookies }) { BaseAddress = address };
        _http.DefaultRequestHeaders.AcceptLanguage.ParseAdd(language);
    }

    public CookieContainer Cookies { get; } = new();

    public HttpResponseMessage Last { get; private set; } = new();

    /// <summary>The path and query of the last redirect; null when it was none.</summary>
    public string? RedirectedTo => Last.Headers.Location is { } to ? to.IsAbsoluteUri ? to.PathAndQuery : to.OriginalString : null;

    public async Task<IHtmlDocument> GetAsync(string path)
    {
        Last = await _http.GetAsync(new Uri(path, UriKind.Relative), TestContext.Current.CancellationToken);
        return await ReadAsync();
    }

    /// <summary>Fills in and sends the form whose action or page is <paramref name="path"/>.</summary>
    public async Task<IHtmlDocument> SubmitAsync(string path, params (string Name, string Value)[] values)
    {
        IHtmlDocument page = await GetAsync(path);
        IHtmlFormElement form = (IHtmlFormElement)page.QuerySelectorAll("main form[method=post]").Single();
        return await SendAsync(path, form, values);
    }

    public async Task<IHtmlDocument> SendAsync(string path, IHtmlFormElement form, params (string Name, string Value)[] values)
    {
        Dictionary<string, string> fields = form.QuerySelectorAll("input[name]").Cast<IHtmlInputElement>().ToDictionary(input => input.Name!, input => input.Value);
        foreach ((string name, string value) in values)
        {
            fields[name] = value;
        }

        using FormUrlEncodedContent content = new(fields);
        Last = await _http.PostAsync(new Uri(form.GetAttribute("action") ?? path, UriKind.Relative), content, TestContext.Current.CancellationToken);
        return await ReadAsync();
    }

    /// <summary>What stands in the page's list of errors.</summary>
    public static string Errors(IDocument page) => page.QuerySelector(".validation-summary-errors")?.TextContent.Trim() ?? "";

    private async Task<IHtmlDocument> ReadAsync() =>
        new HtmlParser().ParseDocument(await Last.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));

    public void Dispose()
    {
        _http.Dispose();
        Last.Dispose();
    }
}
