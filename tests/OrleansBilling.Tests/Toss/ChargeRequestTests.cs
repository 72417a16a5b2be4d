using System.Net;
using System.Net.Sockets;
using System.Text;
using OrleansBilling.Toss;

namespace OrleansBilling.Tests.Toss;

/// <summary>The bytes that leave. Toss binds an idempotency key to what it first saw, so a changed byte is found here and not in a reconciliation.</summary>
public sealed class ChargeRequestTests
{
    [Fact]
    public async Task A_charge_goes_over_the_wire_as_in_the_golden_file()
    {
        string first = await SentAsync(Wire.Charge());
        string repeat = await SentAsync(Wire.Charge());

        Assert.Equal(await File.ReadAllTextAsync(Golden("charge-request.http"), TestContext.Current.CancellationToken), first);
        Assert.Equal(first, repeat);
    }

    [Fact]
    public async Task Optional_members_keep_their_places() => Assert.Equal(
        await File.ReadAllBytesAsync(Golden("charge-request-optional.json"), TestContext.Current.CancellationToken),
        (Wire.Charge() with { TaxFreeKrw = 900, CustomerEmail = "kim@example.com", CustomerName = "김\"하나\" 😀" }).ToBody());

    [Fact]
    public void A_full_refund_names_the_balance_and_no_amount()
    {
        CancelRequest whole = new(7, "p1", null, 4900, "환불 #7", "refund-7");

        Assert.Equal("""{"cancelReason":"환불 #7","refundableAmount":4900}""", Encoding.UTF8.GetString(whole.ToBody()));
        Assert.Equal(
            """{"cancelReason":"환불 #7","cancelAmount":1000,"refundableAmount":4900,"taxFreeAmount":100}""",
            Encoding.UTF8.GetString((whole with { AmountKrw = 1000, TaxFreeKrw = 100 }).ToBody()));
    }

    [Theory]
    [InlineData("a/b?c#d e%2F한", "/v1/payments/a%2Fb%3Fc%23d%20e%252F%ED%95%9C")]
    [InlineData("...", "/v1/payments/...")]
    public async Task Whatever_a_key_contains_stays_one_part_of_the_path(string paymentKey, string target)
    {
        await using ScriptedServer server = await ScriptedServer.StartAsync(404, "");
        await using TossClients toss = new(server.Address);

        await toss.Client.GetPaymentAsync(paymentKey, TestContext.Current.CancellationToken);

        Assert.Equal([$"GET {target}"], server.Requests);
    }

    [Theory]
    [InlineData(".")]
    [InlineData("..")]
    [InlineData(" ")]
    public async Task A_key_that_would_change_the_address_is_never_sent(string paymentKey)
    {
        await using TossClients toss = new(new Uri("http://127.0.0.1:1"));

        await Assert.ThrowsAnyAsync<ArgumentException>(() => toss.Client.GetPaymentAsync(paymentKey, TestContext.Current.CancellationToken));
    }

    private static string Golden(string name) => Path.Combine(AppContext.BaseDirectory, "Toss", "Golden", name);

    /// <summary>The request as bytes on a socket, with the port taken out and the headers sorted, since their order means nothing.</summary>
    private static async Task<string> SentAsync(ChargeRequest charge)
    {
        CancellationToken test = TestContext.Current.CancellationToken;
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        int port = ((IPEndPoint)listener.LocalEndpoint).Port;
        await using TossClients toss = new(new Uri($"http://127.0.0.1:{port}"));

        Task<OrleansBilling.Domain.Outcome> answer = toss.Client.ChargeAsync(charge);
        using TcpClient connection = await listener.AcceptTcpClientAsync(test);
        NetworkStream stream = connection.GetStream();
        byte[] bytes = new byte[16 * 1024];
        int length = 0;
        while (!IsWhole(bytes.AsSpan(0, length)))
        {
            int read = await stream.ReadAsync(bytes.AsMemory(length), test);
            Assert.True(read > 0, "The request ended before its body did.");
            length += read;
        }
        await stream.WriteAsync("HTTP/1.1 429 Too Many Requests\r\nContent-Length: 0\r\n\r\n"u8.ToArray(), test);
        await answer;
        string[] parts = Encoding.UTF8.GetString(bytes, 0, length).Replace($":{port}", ":PORT", StringComparison.Ordinal).Split("\r\n\r\n");
        string[] head = parts[0].Split("\r\n");
        return string.Join('\n', [head[0], .. head[1..].Order(StringComparer.Ordinal), "", parts[1]]);
    }

    private static bool IsWhole(ReadOnlySpan<byte> bytes)
    {
        int head = bytes.IndexOf("\r\n\r\n"u8);
        if (head < 0)
        {
            return false;
        }
        string length = Encoding.ASCII.GetString(bytes[..head]).Split("\r\n").First(line => line.StartsWith("Content-Length:", StringComparison.Ordinal));
        return bytes.Length - head - 4 == int.Parse(length["Content-Length:".Length..], System.Globalization.CultureInfo.InvariantCulture);
    }
}
