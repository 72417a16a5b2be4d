using OrleansBilling.Site;

namespace OrleansBilling.Tests.Pages;

public class LocalUrlTests
{
    [Theory]
    [InlineData("/")]
    [InlineData("/subscriptions/sub_1?tab=card#history")]
    [InlineData("/order/a?next=https://example.com//x")]
    [InlineData("/주문")]
    public void A_path_of_this_site_is_followed(string url) => Assert.Equal(url, LocalUrl.OrHome(url));

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("subscriptions")]
    [InlineData("~/subscriptions")]
    [InlineData("https://evil.example")]
    [InlineData("//evil.example")]
    [InlineData("///evil.example")]
    [InlineData("/\\evil.example")]
    [InlineData("\\\\evil.example")]
    [InlineData("/\t/evil.example")]
    [InlineData("/ok\r\nSet-Cookie: a=b")]
    [InlineData(" //evil.example")]
    [InlineData("javascript:alert(1)")]
    public void Anything_else_leads_home(string? url) => Assert.Equal("/", LocalUrl.OrHome(url));
}
