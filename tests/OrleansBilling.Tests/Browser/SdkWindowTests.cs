using System.Net;
using Microsoft.AspNetCore.WebUtilities;
using OrleansBilling.TossSimulator;
using OrleansBilling.TossSimulator.Browser;

namespace OrleansBilling.Tests.Browser;

/// <summary>The registration window over plain HTTP: what it refuses, whom it lets frame it, and that one registration makes one authKey.</summary>
public sealed class SdkWindowTests(SdkStage stage) : IClassFixture<SdkStage>
{
    private static readonly Dictionary<string, string> Card = new()
    {
        ["owner"] = "Personal", ["number"] = "9410001234567890", ["expiry"] = "12/39", ["identity"] = "900101", ["password"] = "12", ["agreed"] = "on",
    };

    [Theory]
    [InlineData("https://shop.example/done", "https://shop.example/done?a=1")]
    [InlineData("https://shop.example/done?", "https://shop.example/done?a=1")]
    [InlineData("https://shop.example/done?plan=m", "https://shop.example/done?plan=m&a=1")]
    [InlineData("https://shop.example/done?plan=m&", "https://shop.example/done?plan=m&a=1")]
    [InlineData("https://shop.example/done?plan=%EA%B0%80#top", "https://shop.example/done?plan=%EA%B0%80&a=1#top")]
    [InlineData("https://shop.example/끝?이름=가", "https://shop.example/%EB%81%9D?%EC%9D%B4%EB%A6%84=%EA%B0%80&a=1")]
    public void Parameters_join_the_query_that_is_there(string url, string expected)
    {
        Assert.True(ReturnUrl.TryParse(url, out ReturnUrl? parsed));
        Assert.Equal(expected, parsed.With(("a", "1")));
    }

    [Theory]
    [InlineData("javascript:alert(1)")]
    [InlineData("data:text/html,x")]
    [InlineData("ftp://shop.example/")]
    [InlineData("/done")]
    [InlineData("//shop.example/done")]
    [InlineData("")]
    [InlineData(null)]
    public void Only_absolute_http_addresses_are_taken(string? url) => Assert.False(ReturnUrl.TryParse(url, out _));

    [Theory]
    [InlineData("clientKey", "test_ck_NobodyKnowsThisOne", "UNAUTHORIZED_KEY")]
    [InlineData("clientKey", "", "UNAUTHORIZED_KEY")]
    [InlineData("customerKey", "a", "INVALID_CUSTOMER_KEY")]
    [InlineData("method", "TRANSFER", "NOT_SUPPORTED_METHOD")]
    [InlineData("successUrl", "javascript:alert(1)", "INCORRECT_SUCCESS_URL_FORMAT")]
    [InlineData("failUrl", "/failed", "INCORRECT_FAIL_URL_FORMAT")]
    [InlineData("target", "popup", "INVALID_PARAMETERS")]
    [InlineData("opener", "https://shop.example/path", "INVALID_PARAMETERS")]
    [InlineData("opener", "*", "INVALID_PARAMETERS")]
    [InlineData("flow", "<script>", "INVALID_PARAMETERS")]
    public async Task The_server_checks_what_anybody_could_write_into_the_address(string parameter, string value, string code)
    {
        using HttpClient client = Client();
        using HttpResponseMessage response = await client.GetAsync(Address((parameter, value)), TestContext.Current.CancellationToken);
        string body = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Contains($"<code>{code}</code>", body, StringComparison.Ordinal);
        Assert.DoesNotContain("<script>", body, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("iframe", "frame-ancestors https://shop.example;")]
    [InlineData("self", "frame-ancestors 'none';")]
    public async Task Only_the_page_that_opened_the_window_may_frame_it(string target, string expected)
    {
        using HttpClient client = Client();
        string window = await OpenAsync(client, target);
        using HttpResponseMessage response = await client.GetAsync(window, TestContext.Current.CancellationToken);

        Assert.Contains(expected, response.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
        Assert.Equal("no-store", response.Headers.CacheControl!.ToString());
    }

    [Fact]
    public async Task A_double_click_makes_one_auth_key()
    {
        using HttpClient client = Client();
        string window = await OpenAsync(client, "self");
        using HttpResponseMessage card = await PostAsync(client, window + "/card", Card);
        Assert.Equal(HttpStatusCode.Redirect, card.StatusCode);

        Task<HttpResponseMessage>[] clicks = [.. Enumerable.Range(0, 2).Select(_ => PostAsync(client, window + "/code", new() { ["code"] = "000000" }))];
        HttpResponseMessage[] answers = await Task.WhenAll(clicks);

        Assert.All(answers, answer => Assert.Equal(HttpStatusCode.SeeOther, answer.StatusCode));
        Assert.Single(answers.Select(answer => answer.Headers.Location!.ToString()).Distinct());
        Assert.Contains("authKey=bln_", answers[0].Headers.Location!.ToString(), StringComparison.Ordinal);
        using HttpResponseMessage after = await client.GetAsync(window, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.Gone, after.StatusCode);
    }

    [Fact]
    public async Task A_card_entered_wrongly_is_shown_again_without_its_password()
    {
        using HttpClient client = Client();
        string window = await OpenAsync(client, "self");
        using HttpResponseMessage response = await PostAsync(client, window + "/card",
            new(Card) { ["number"] = "\"><script>9410</script>", ["password"] = "98" });
        string body = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.UnprocessableEntity, response.StatusCode);
        Assert.Contains("value=\"9410\"", body, StringComparison.Ordinal);
        Assert.DoesNotContain("98", body.Split("id=\"password\"")[1].Split("</div>")[0], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ko-KR,ko;q=0.9,en;q=0.8", "lang=\"ko\"")]
    [InlineData("en-US,en;q=0.9,ko;q=0.8", "lang=\"en\"")]
    [InlineData("fr-FR", "lang=\"ko\"")]
    [InlineData("", "lang=\"ko\"")]
    public async Task The_window_speaks_the_browsers_language(string accept, string expected)
    {
        using HttpClient client = Client();
        if (accept.Length > 0)
        {
            client.DefaultRequestHeaders.Add("Accept-Language", accept);
        }
        string window = await OpenAsync(client, "self");

        Assert.Contains(expected, await client.GetStringAsync(window, TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    private static async Task<string> OpenAsync(HttpClient client, string target)
    {
        using HttpResponseMessage response = await client.GetAsync(Address(("target", target)), TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.Redirect, response.StatusCode);
        return response.Headers.Location!.ToString();
    }

    private static async Task<HttpResponseMessage> PostAsync(HttpClient client, string address, Dictionary<string, string> form)
    {
        using FormUrlEncodedContent content = new(form);
        return await client.PostAsync(address, content, TestContext.Current.CancellationToken);
    }

    private static string Address(params (string Name, string Value)[] changes)
    {
        Dictionary<string, string?> query = new()
        {
            ["clientKey"] = SimulatorKeys.ClientKey,
            ["customerKey"] = SdkPage.CustomerKey,
            ["method"] = "CARD",
            ["successUrl"] = "https://shop.example/done",
            ["failUrl"] = "https://shop.example/failed",
            ["cardTypes"] = "PERSONAL",
            ["target"] = "self",
            ["opener"] = "https://shop.example",
            ["flow"] = "1-2-3-4",
        };
        foreach ((string name, string value) in changes)
        {
            query[name] = value;
        }
        return QueryHelpers.AddQueryString("/sdk/register", query);
    }

    private HttpClient Client() => new(new SocketsHttpHandler { AllowAutoRedirect = false }) { BaseAddress = stage.Simulator };
}
