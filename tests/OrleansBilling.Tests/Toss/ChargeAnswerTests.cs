using System.Net.Mime;
using System.Text;
using NodaTime;
using OrleansBilling.Domain;
using OrleansBilling.Toss;

namespace OrleansBilling.Tests.Toss;

/// <summary>What each possible answer to a charge is turned into. Wrong here is charging twice, or dunning somebody who has paid.</summary>
public sealed class ChargeAnswerTests
{
    [Fact]
    public async Task Done_with_our_order_and_amount_is_approved()
    {
        Outcome.ChargeApproved approved = Assert.IsType<Outcome.ChargeApproved>(await ChargeAsync(200, Wire.Payment()));

        Assert.Equal("inv-0001-01", approved.OrderId);
        Assert.Equal(
            ("tviva20260901090000AbC12", 4900L, 4900L, Instant.FromUtc(2026, 9, 1, 0, 0, 1)),
            (approved.Payment.PaymentKey, approved.Payment.TotalKrw, approved.Payment.BalanceKrw, approved.Payment.ApprovedAt!.Value));
        Assert.EndsWith("ref=PX", approved.Payment.ReceiptUrl, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("type", "\"SOMETHING_NEW\"")]
    [InlineData("totalAmount", "4900.0")]
    [InlineData("neverSeenBefore", "{\"deep\":[1,2]}")]
    [InlineData("card", "\"a string, some day\"")]
    [InlineData("receipt", "null")]
    [InlineData("approvedAt", "\"2026-09-01T09:00:01.123456\"")]
    public async Task What_says_nothing_about_our_money_does_not_matter(string member, string json) =>
        Assert.IsType<Outcome.ChargeApproved>(await ChargeAsync(200, With(member, json)));

    [Fact]
    public async Task A_receipt_that_is_no_link_is_left_out()
    {
        Outcome outcome = await ChargeAsync(200, With("receipt", """{"url":"javascript:alert(1)"}"""));

        Assert.Null(Assert.IsType<Outcome.ChargeApproved>(outcome).Payment.ReceiptUrl);
    }

    [Theory]
    [InlineData("status", "\"WAITING_FOR_DEPOSIT\"", "status WAITING_FOR_DEPOSIT")]
    [InlineData("status", "\"IN_PROGRESS\"", "status IN_PROGRESS")]
    [InlineData("status", "\"done\"", "status of unknown form")]
    [InlineData("orderId", "\"inv-0001-02\"", "another order id")]
    [InlineData("totalAmount", "4901", "4901 KRW instead of 4900")]
    [InlineData("totalAmount", "4900.5", "no usable totalAmount")]
    [InlineData("totalAmount", "\"4900\"", "no usable totalAmount")]
    [InlineData("totalAmount", "-4900", "no usable totalAmount")]
    [InlineData("currency", "\"USD\"", "another currency than KRW")]
    [InlineData("currency", "null", "no usable currency")]
    [InlineData("paymentKey", "null", "no usable paymentKey")]
    [InlineData("status", "\"\\uD800\"", "no usable status")]
    public async Task Any_other_200_contradicts_and_is_never_paid(string member, string json, string reason) =>
        Assert.Equal(new Outcome.ChargeContradicted("inv-0001-01", reason), await ChargeAsync(200, With(member, json)));

    [Fact]
    public async Task A_200_that_carries_an_error_is_not_paid() =>
        Assert.IsType<Outcome.ChargeContradicted>(await ChargeAsync(200, Wire.Error("REJECT_CARD_PAYMENT")));

    [Theory]
    [InlineData(403, "REJECT_CARD_PAYMENT")]
    [InlineData(400, "PROVIDER_ERROR")]
    [InlineData(500, "FAILED_INTERNAL_SYSTEM_PROCESSING")]
    [InlineData(500, "FAILED_DB_PROCESSING")]
    [InlineData(401, "UNAUTHORIZED_KEY")]
    [InlineData(409, "SOME_OTHER_CONFLICT")]
    [InlineData(418, "NOBODY_KNOWS_THIS_CODE")]
    public async Task An_error_body_is_refused_with_its_code_whatever_the_status(int status, string code) =>
        Assert.Equal(new Outcome.ChargeRefused("inv-0001-01", code), await ChargeAsync(status, Wire.Error(code)));

    [Theory]
    [InlineData(409, """{"code":"IDEMPOTENT_REQUEST_PROCESSING","message":"이전 멱등 요청이 처리중입니다."}""", "HTTP 409 IDEMPOTENT_REQUEST_PROCESSING")]
    [InlineData(409, "", "HTTP 409 without an error code")]
    [InlineData(429, "", "HTTP 429")]
    [InlineData(429, """{"code":"REJECT_CARD_PAYMENT"}""", "HTTP 429")]
    [InlineData(500, "{}", "HTTP 500 without an error code")]
    [InlineData(502, "<html>Bad Gateway</html>", "HTTP 502 with an unreadable body of 24 bytes")]
    [InlineData(403, "<html>Blocked</html>", "HTTP 403 with an unreadable body of 20 bytes")]
    [InlineData(200, "<html>Maintenance</html>", "HTTP 200 with an unreadable body of 24 bytes")]
    [InlineData(200, """{"status":"DONE","orderId":"inv""", "HTTP 200 with an unreadable body of 31 bytes")]
    [InlineData(200, "", "HTTP 200 with an empty body")]
    [InlineData(200, "[]", "HTTP 200 with JSON of another shape")]
    [InlineData(201, "{}", "HTTP 201 without an error code")]
    [InlineData(302, "", "HTTP 302 without an error code")]
    [InlineData(400, """{"code":42}""", "HTTP 400 without an error code")]
    [InlineData(400, """{"code":"Zm9vYmFyYmF6cXV4Zm9vYmFyYmF6cXV4Zm9vYmFyYmE="}""", "HTTP 400 without an error code")]
    public async Task Anything_else_is_no_answer(int status, string body, string reason) =>
        Assert.Equal(new Outcome.ChargeUnanswered("inv-0001-01", reason), await ChargeAsync(status, body));

    [Fact]
    public async Task A_redirect_is_not_followed()
    {
        await using ScriptedServer server = await ScriptedServer.StartAsync(context =>
        {
            context.Response.StatusCode = 307;
            context.Response.Headers.Location = "/elsewhere";
            return Task.CompletedTask;
        });
        await using TossClients toss = new(server.Address);

        Assert.IsType<Outcome.ChargeUnanswered>(await toss.Client.ChargeAsync(Wire.Charge()));
        Assert.Single(server.Requests);
    }

    [Fact]
    public async Task A_body_without_end_is_not_read() =>
        Assert.Equal(
            new Outcome.ChargeUnanswered("inv-0001-01", "connection: ConfigurationLimitExceeded"),
            await ChargeAsync(200, Wire.Payment(payment => payment["padding"] = new string('x', TossTransport.MaxBodyBytes))));

    [Fact]
    public async Task A_body_that_does_not_decompress_is_no_answer()
    {
        await using ScriptedServer server = await ScriptedServer.StartAsync(async context =>
        {
            context.Response.ContentType = MediaTypeNames.Application.Json;
            context.Response.Headers.ContentEncoding = "gzip";
            await context.Response.Body.WriteAsync(Encoding.UTF8.GetBytes("not gzip at all, by no means"), context.RequestAborted);
        });
        await using TossClients toss = new(server.Address);

        Assert.IsType<Outcome.ChargeUnanswered>(await toss.Client.ChargeAsync(Wire.Charge()));
    }

    [Fact]
    public async Task Silence_ends_with_the_time_out()
    {
        await using ScriptedServer server = await ScriptedServer.StartAsync(context => Task.Delay(Timeout.InfiniteTimeSpan, context.RequestAborted));
        await using TossClients toss = new(server.Address, timeout: TimeSpan.FromMilliseconds(300));

        Assert.Equal(new Outcome.ChargeUnanswered("inv-0001-01", "time-out"), await toss.Client.ChargeAsync(Wire.Charge()));
    }

    [Fact]
    public async Task A_body_that_stops_half_way_ends_with_the_time_out_too()
    {
        await using ScriptedServer server = await ScriptedServer.StartAsync(async context =>
        {
            await context.Response.Body.WriteAsync(Encoding.UTF8.GetBytes(Wire.Payment()[..50]), context.RequestAborted);
            await context.Response.Body.FlushAsync(context.RequestAborted);
            await Task.Delay(Timeout.InfiniteTimeSpan, context.RequestAborted);
        });
        await using TossClients toss = new(server.Address, timeout: TimeSpan.FromMilliseconds(500));

        Assert.Equal(new Outcome.ChargeUnanswered("inv-0001-01", "time-out"), await toss.Client.ChargeAsync(Wire.Charge()));
    }

    [Fact]
    public async Task Nobody_listening_is_no_answer()
    {
        ScriptedServer server = await ScriptedServer.StartAsync(200, "");
        Uri address = server.Address;
        await server.DisposeAsync();
        await using TossClients toss = new(address);

        Assert.Equal(new Outcome.ChargeUnanswered("inv-0001-01", "connection: ConnectionError"), await toss.Client.ChargeAsync(Wire.Charge()));
    }

    private static string With(string member, string json) =>
        Wire.Payment(payment => payment[member] = "@").Replace("\"@\"", json, StringComparison.Ordinal);

    private static async Task<Outcome> ChargeAsync(int status, string body)
    {
        await using ScriptedServer server = await ScriptedServer.StartAsync(status, body);
        await using TossClients toss = new(server.Address);
        return await toss.Client.ChargeAsync(Wire.Charge());
    }
}
