using System.Net;
using AngleSharp.Html.Dom;
using AngleSharp.Html.Parser;
using OrleansBilling.TossSimulator.Cards;

namespace OrleansBilling.Chaos;

/// <summary>A person without scripts, who signs up on one silo's site and orders there.</summary>
internal sealed class Visitor : IDisposable
{
    private const int MostRedirects = 10;

    private readonly HttpClient _http;
    private Uri _at;

    public Visitor(Uri site)
    {
        _http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, CookieContainer = new CookieContainer() }) { BaseAddress = site };
        _at = site;
    }

    /// <summary>Order, card, confirmation; the authKey comes back in the address, as the provider's window sends it. Answers the subscription's id.</summary>
    public async Task<string> SubscribeAsync(Provider provider, string plan)
    {
        await SubmitAsync(await OpenAsync("account/sign-up"), "main form", ("Name", "홍길동"), ("Email", $"{Guid.NewGuid():N}@example.com"), ("Password", "correct horse battery"));
        IHtmlDocument card = await SubmitAsync(await OpenAsync($"order/{plan}"), "main form", ("Consent", "true"));
        AngleSharp.Dom.IElement register = card.QuerySelector("#register") ?? throw Lost("#register", card);
        string customerKey = register.GetAttribute("data-customer-key")!;
        string authKey = await provider.AuthKeyAsync(customerKey, ScriptedCards.AlwaysApproves);
        IHtmlDocument confirm = await OpenAsync($"{register.GetAttribute("data-success-path")}?customerKey={customerKey}&authKey={authKey}");
        IHtmlDocument result = await SubmitAsync(confirm, "#confirm");
        const string Link = "main a[href^='/subscriptions/sub_']";
        return (result.QuerySelector(Link) ?? throw Lost(Link, result)).GetAttribute("href")!["/subscriptions/".Length..];
    }

    public void Dispose() => _http.Dispose();

    private async Task<IHtmlDocument> OpenAsync(string path)
    {
        using HttpRequestMessage request = new(HttpMethod.Get, new Uri(_http.BaseAddress!, path));
        return await SendAsync(request, 0);
    }

    private async Task<IHtmlDocument> SubmitAsync(IHtmlDocument page, string selector, params (string Name, string Value)[] fields)
    {
        IHtmlFormElement form = (IHtmlFormElement)(page.QuerySelector(selector) ?? throw Lost(selector, page));
        Dictionary<string, string> sent = form.QuerySelectorAll("input[type=hidden]").Cast<IHtmlInputElement>().ToDictionary(input => input.Name!, input => input.Value);
        foreach ((string name, string value) in fields)
        {
            sent[name] = value;
        }

        string action = form.GetAttribute("action") is { Length: > 0 } given ? given : _at.PathAndQuery;
        using HttpRequestMessage request = new(HttpMethod.Post, new Uri(_at, action)) { Content = new FormUrlEncodedContent(sent) };
        return await SendAsync(request, 0);
    }

    private async Task<IHtmlDocument> SendAsync(HttpRequestMessage request, int redirects)
    {
        using HttpResponseMessage answer = await _http.SendAsync(request);
        _at = request.RequestUri!;
        if (answer.Headers.Location is { } next && redirects < MostRedirects)
        {
            using HttpRequestMessage following = new(HttpMethod.Get, new Uri(_at, next));
            return await SendAsync(following, redirects + 1);
        }

        return new HtmlParser().ParseDocument(await answer.Content.ReadAsStringAsync());
    }

    private InvalidOperationException Lost(string what, IHtmlDocument page) => new($"There is no {what} at {_at}: {page.Body?.TextContent.Trim()}");
}
