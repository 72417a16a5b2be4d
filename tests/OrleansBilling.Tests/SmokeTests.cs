namespace OrleansBilling.Tests;

public class SmokeTests
{
    [Fact]
    public void Builds() => Assert.NotNull(typeof(SmokeTests));
}
