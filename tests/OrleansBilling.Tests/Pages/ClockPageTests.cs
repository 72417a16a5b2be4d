using System.Net;
using AngleSharp.Html.Dom;
using Microsoft.Extensions.DependencyInjection;
using OrleansBilling.Clock;
using OrleansBilling.Tests.Support;

namespace OrleansBilling.Tests.Pages;

public sealed class ClockPageTests : IAsyncLifetime
{
    private SiteHost _site = null!;

    public async ValueTask InitializeAsync() => _site = await SiteHost.StartAsync();

    public ValueTask DisposeAsync() => _site.DisposeAsync();

    [Theory]
    [InlineData("day", 1, 1)]
    [InlineData("month", 28, 31)]
    public async Task A_button_in_the_banner_moves_the_clock_and_leads_back(string button, int leastDays, int mostDays)
    {
        using SiteVisitor visitor = _site.Visitor();
        DateTimeOffset before = (await StatusAsync()).Now;

        await PressAsync(visitor, button);

        Assert.StartsWith("/sandbox/clock?returnUrl=", visitor.RedirectedTo, StringComparison.OrdinalIgnoreCase);
        TestClockWalkStatus status = await ArrivedAsync();
        Assert.InRange((status.Now - before).TotalDays, leastDays, mostDays + 0.1);
        IHtmlDocument page = await visitor.GetAsync(visitor.RedirectedTo!);
        Assert.Equal("/policies/terms", page.QuerySelector("main a.button-primary")!.GetAttribute("href"));
        Assert.Null(page.QuerySelector("meta[http-equiv=refresh]"));
    }

    [Fact]
    public async Task To_a_date_goes_to_the_end_of_that_day_in_the_merchants_zone()
    {
        using SiteVisitor visitor = _site.Visitor();
        DateTimeOffset day = (await StatusAsync()).Now.ToOffset(TimeSpan.FromHours(9)).Date.AddDays(40);

        await PressAsync(visitor, "date", ("Day", day.ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture)));

        await ArrivedAsync();
        Assert.Equal(new DateTimeOffset(day.DateTime.AddDays(1), TimeSpan.FromHours(9)), (await StatusAsync()).Target);
    }

    [Theory]
    [InlineData("date", "", "Choose a date.")]
    [InlineData("date", "2020-01-01", "The clock goes forward only.")]
    [InlineData("date", "2999-01-01", "at most three years")]
    [InlineData("next", "", "No charge is planned.")]
    public async Task What_cannot_be_done_is_explained_and_moves_nothing(string button, string day, string sentence)
    {
        using SiteVisitor visitor = _site.Visitor();

        IHtmlDocument page = await PressAsync(visitor, button, ("Day", day));

        Assert.Contains(sentence, SiteVisitor.Errors(page), StringComparison.Ordinal);
        Assert.Equal(TimeSpan.Zero, (await StatusAsync()).Offset);
    }

    [Fact]
    public async Task Another_site_cannot_press_the_buttons()
    {
        using HttpClient http = new() { BaseAddress = _site.Address };
        using FormUrlEncodedContent nothing = new([]);
        using HttpResponseMessage answer = await http.PostAsync(new Uri("/sandbox/clock/day", UriKind.Relative), nothing, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Equal(TimeSpan.Zero, (await StatusAsync()).Offset);
    }

    [Fact]
    public async Task With_a_live_key_there_is_no_banner_no_clock_and_no_such_address()
    {
        await using SiteHost live = await SiteHost.StartAsync(new()
        {
            ["Toss:SecretKey"] = "live_sk_0123456789",
            ["Toss:ClientKey"] = "live_ck_0123456789",
            ["Toss:BaseAddress"] = "https://api.tosspayments.com/",
            ["Toss:SdkUrl"] = "https://js.tosspayments.com/v2/standard",
            ["Business:CompanyName"] = "주식회사 한글",
            ["Business:Representative"] = "김한글",
            ["Business:RegistrationNumber"] = "123-45-67890",
            ["Business:MailOrderNumber"] = "제2026-서울종로-00123호",
            ["Business:Address"] = "서울특별시 종로구 세종대로 1",
            ["Business:Phone"] = "02-123-4567",
            ["Business:Email"] = "help@hangul.example",
            ["Business:PrivacyOfficer"] = "김한글",
            ["Business:HostingProvider"] = "한글 호스팅",
        });
        using SiteVisitor visitor = live.Visitor();

        IHtmlDocument home = await visitor.GetAsync("/");
        Assert.Null(home.QuerySelector("aside.sandbox"));
        Assert.Null(home.QuerySelector(".footer-sample"));
        await visitor.GetAsync("/sandbox/clock");
        Assert.Equal(HttpStatusCode.NotFound, visitor.Last.StatusCode);
        using HttpClient http = new() { BaseAddress = live.Address };
        using FormUrlEncodedContent nothing = new([]);
        using HttpResponseMessage answer = await http.PostAsync(new Uri("/sandbox/clock/day", UriKind.Relative), nothing, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
    }

    private static async Task<IHtmlDocument> PressAsync(SiteVisitor visitor, string button, params (string, string)[] values)
    {
        IHtmlDocument page = await visitor.GetAsync("/policies/terms");
        IHtmlFormElement form = page.QuerySelectorAll(".clock form").Cast<IHtmlFormElement>()
            .Single(f => f.GetAttribute("action")!.EndsWith($"/{button}", StringComparison.Ordinal) || f.QuerySelector($"button[formaction$='/{button}']") is not null);
        form.SetAttribute("action", $"/sandbox/clock/{button}");
        return await visitor.SendAsync("/policies/terms", form, values);
    }

    private async Task<TestClockWalkStatus> StatusAsync() =>
        (await _site.App.Services.GetRequiredService<TestClockWalk>().StatusAsync(TestContext.Current.CancellationToken))!;

    private Task<TestClockWalkStatus> ArrivedAsync() => Eventually.Async(StatusAsync, status => status.Finished, "the test clock arrives");
}
