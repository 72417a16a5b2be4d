using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;
using OrleansBilling.Toss;

namespace OrleansBilling.Tests.Toss;

public sealed class TossOptionsTests
{
    private const string TestSecret = "test_sk_aaaabbbbccccddddeeeeffff";
    private const string TestClient = "test_ck_aaaabbbbccccddddeeeeffff";
    private const string LiveSecret = "live_sk_aaaabbbbccccddddeeeeffff";
    private const string LiveClient = "live_ck_aaaabbbbccccddddeeeeffff";

    [Theory]
    [InlineData(TestSecret, TestClient, "https://api.tosspayments.com", TossEnvironment.Test)]
    [InlineData(TestSecret, TestClient, "http://127.0.0.1:5090", TossEnvironment.Simulator)]
    [InlineData(LiveSecret, LiveClient, "https://api.tosspayments.com", TossEnvironment.Live)]
    public void Keys_and_address_tell_the_environment(string secret, string client, string address, TossEnvironment environment)
    {
        TossOptions options = new() { SecretKey = secret, ClientKey = client, BaseAddress = new(address) };

        Assert.Equal(environment, options.Environment);
        Assert.Empty(Failures(options));
    }

    [Theory]
    [InlineData("", "", null, "no simulator stands in")]
    [InlineData(TestSecret, "", null, "Toss:ClientKey is empty although the other key is set")]
    [InlineData("", TestClient, null, "Toss:SecretKey is empty although the other key is set")]
    [InlineData(TestSecret, LiveClient, null, "different environments")]
    [InlineData(LiveSecret, TestClient, null, "different environments")]
    [InlineData(TestClient, TestClient, null, "Toss:SecretKey (test_ck_…) is not a secret key")]
    [InlineData(TestSecret, TestSecret, null, "Toss:ClientKey (test_sk_…) is not a client key")]
    [InlineData("test_gsk_docs_aaaabbbbcccc", TestClient, null, "payment-widget key")]
    [InlineData(TestSecret, "test_gck_docs_aaaabbbbcccc", null, "payment-widget key")]
    [InlineData(TestSecret + "\n", TestClient, null, "without blanks")]
    [InlineData("sk_aaaabbbbccccddddeeeeffff", TestClient, null, "Toss:SecretKey is not a Toss key")]
    [InlineData(LiveSecret, LiveClient, "http://api.tosspayments.com", "Toss:BaseAddress is not https")]
    [InlineData(TestSecret, TestClient, "http://api.tosspayments.com", "Toss:BaseAddress is not https")]
    [InlineData(LiveSecret, LiveClient, "http://localhost:5090", "not a tosspayments.com host")]
    [InlineData(LiveSecret, LiveClient, "https://tosspayments.com.evil.example", "not a tosspayments.com host")]
    [InlineData(LiveSecret, LiveClient, "https://eviltosspayments.com", "not a tosspayments.com host")]
    [InlineData(TestSecret, TestClient, "https://user:secret@api.tosspayments.com", "contains a user name or password")]
    [InlineData(TestSecret, TestClient, "ftp://api.tosspayments.com", "not an http(s) address")]
    public void Each_rule_has_one_sentence_that_says_what_to_set(string secret, string client, string? address, string expected)
    {
        TossOptions options = new() { SecretKey = secret, ClientKey = client };
        options.BaseAddress = address is null ? options.BaseAddress : new(address);

        string failure = Assert.Single(Failures(options));

        Assert.Contains(expected, failure, StringComparison.Ordinal);
        Assert.Matches("set |remove ", failure);
        Assert.DoesNotContain("aaaabbbb", failure, StringComparison.Ordinal);
    }

    [Fact]
    public void A_script_from_elsewhere_never_sees_live_cards() =>
        Assert.Contains("Toss:SdkUrl", Assert.Single(Failures(new()
        {
            SecretKey = LiveSecret,
            ClientKey = LiveClient,
            SdkUrl = new("https://cdn.example/v2/standard"),
        })), StringComparison.Ordinal);

    [Theory]
    [InlineData(59, 5, "simbilling01", "Toss:ChargeTimeout is under 60 seconds")]
    [InlineData(181, 5, "simbilling01", "Toss:ChargeTimeout is over 3 minutes")]
    [InlineData(60, 0, "simbilling01", "Toss:ConnectTimeout")]
    [InlineData(60, 5, "a MID with blanks", "Toss:Mid")]
    public void Limits_are_kept(int chargeSeconds, int connectSeconds, string mid, string expected) =>
        Assert.Contains(expected, Assert.Single(Failures(new()
        {
            SecretKey = TestSecret,
            ClientKey = TestClient,
            Mid = mid,
            ChargeTimeout = TimeSpan.FromSeconds(chargeSeconds),
            ConnectTimeout = TimeSpan.FromSeconds(connectSeconds),
        })), StringComparison.Ordinal);

    [Fact]
    public void The_fingerprint_follows_key_and_merchant_and_hides_both()
    {
        TossOptions options = new() { SecretKey = TestSecret, Mid = "simbilling01" };

        Assert.Equal("e109d1fca2199f92", options.CredentialFingerprint); // Stored in attempts: it must never change by itself.
        Assert.NotEqual(options.CredentialFingerprint, new TossOptions { SecretKey = TestSecret + "x", Mid = "simbilling01" }.CredentialFingerprint);
        Assert.NotEqual(options.CredentialFingerprint, new TossOptions { SecretKey = TestSecret, Mid = "simbilling02" }.CredentialFingerprint);
    }

    [Fact]
    public async Task Wrong_settings_stop_the_start()
    {
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?> { ["Toss:SecretKey"] = LiveSecret, ["Toss:ClientKey"] = TestClient });
        builder.WebHost.UseKestrelCore();
        builder.AddToss();
        await using WebApplication app = builder.Build();

        OptionsValidationException refusal = await Assert.ThrowsAsync<OptionsValidationException>(
            () => app.StartAsync(TestContext.Current.CancellationToken));

        Assert.DoesNotContain("aaaabbbb", refusal.ToString(), StringComparison.Ordinal);
    }

    private static string[] Failures(TossOptions options) => [.. new TossOptionsValidator().Validate(null, options).Failures ?? []];
}
