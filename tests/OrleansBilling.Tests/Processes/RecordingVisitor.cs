using System.Collections.Concurrent;
using System.Net;
using AngleSharp.Html.Dom;
using AngleSharp.Html.Parser;

namespace OrleansBilling.Tests.Processes;

/// <summary>A person without scripts who keeps everything that the site ever answered: status, headers and body, of redirects too.</summary>
internal sealed class RecordingVisitor : IDisposable
{
    private const int MostPages = 300;

    private readonly ConcurrentQueue<(string Place, string Text)> _answers = new();
    private readonly HttpClient _http;

    public RecordingVisitor(Uri site) =>
        _http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, CookieContainer = new CookieContainer() }) { BaseAddress = site, Timeout = TimeSpan.FromSeconds(60) };

    public IEnumerable<(string Place, string Text)> Answers => _answers;

    /// <summary>Where the last answer came from, redirects followed.</summary>
    public Uri Address { get; private set; } = new("about:blank");

    public async Task<IHtmlDocument> OpenAsync(string path)
    {
        using HttpRequestMessage request = new(HttpMethod.Get, new Uri(_http.BaseAddress!, path));
        return await SendAsync(request);
    }

    public async Task<IHtmlDocument> SubmitAsync(IHtmlDocument page, string selector, params (string Name, string Value)[] fields)
    {
        IHtmlFormElement form = (IHtmlFormElement)(page.QuerySelector(selector) ?? throw new InvalidOperationException($"No {selector} at {Address}: {page.Body?.TextContent}"));
        Dictionary<string, string> sent = form.QuerySelectorAll("input[type=hidden]").Cast<IHtmlInputElement>().ToDictionary(input => input.Name!, input => input.Value);
        foreach ((string name, string value) in fields)
        {
            sent[name] = value;
        }

        string action = form.GetAttribute("action") is { Length: > 0 } given ? given : Address.PathAndQuery;
        using HttpRequestMessage request = new(HttpMethod.Post, new Uri(Address, action)) { Content = new FormUrlEncodedContent(sent) };
        return await SendAsync(request);
    }

    /// <summary>Reads everything on the site that links lead to, and <paramref name="paths"/> beside it.</summary>
    public async Task CrawlAsync(params string[] paths)
    {
        Queue<string> next = new(["/", .. paths]);
        HashSet<string> seen = [.. next];
        while (next.TryDequeue(out string? path) && seen.Count < MostPages)
        {
            IHtmlDocument page = await OpenAsync(path);
            IEnumerable<string?> links = page.QuerySelectorAll("[href], [src]").Select(element => element.GetAttribute("href") ?? element.GetAttribute("src"));
            // Signing out would end the visit.
            foreach (string link in links.OfType<string>().Where(link => link.StartsWith('/') && !link.StartsWith("//", StringComparison.Ordinal) && !link.Contains("sign-out", StringComparison.Ordinal)))
            {
                if (seen.Add(link))
                {
                    next.Enqueue(link);
                }
            }
        }
    }

    public void Dispose() => _http.Dispose();

    private async Task<IHtmlDocument> SendAsync(HttpRequestMessage request)
    {
        using HttpResponseMessage answer = await _http.SendAsync(request, TestContext.Current.CancellationToken);
        Address = request.RequestUri!;
        string body = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        _answers.Enqueue(($"{request.Method} {Address.AbsolutePath}", $"{(int)answer.StatusCode}\n{answer.Headers}{answer.Content.Headers}\n{body}"));
        return answer.Headers.Location is { } next ? await OpenAsync(new Uri(Address, next).PathAndQuery) : new HtmlParser().ParseDocument(body);
    }
}
