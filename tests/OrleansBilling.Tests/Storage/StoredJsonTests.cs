using System.Text.Json;
using NodaTime;
using OrleansBilling.Storage;

namespace OrleansBilling.Tests.Storage;

public class StoredJsonTests
{
    private static readonly Sample Full = new(
        Version: 1,
        Name: "월간 구독 <b>",
        Kind: SampleKind.PastDue,
        At: Instant.FromUtc(2027, 1, 31, 14, 59, 59) + Duration.FromMilliseconds(120),
        Day: new LocalDate(2027, 2, 28),
        Zone: DateTimeZoneProviders.Tzdb["Asia/Seoul"],
        AmountKrw: 9_900,
        Nothing: null,
        ByKey: new Dictionary<string, long> { ["Sub_1"] = 1 });

    // A golden text: records in databases look like this, so a change of this line breaks installations.
    private const string Golden =
        """{"version":1,"name":"월간 구독 \u003Cb\u003E","kind":"pastDue","at":"2027-01-31T14:59:59.12Z","day":"2027-02-28","zone":"Asia/Seoul","amountKrw":9900,"byKey":{"Sub_1":1}}""";

    public enum SampleKind
    {
        Active,
        PastDue,
    }

    [Fact]
    public void A_record_is_written_as_the_golden_text() => Assert.Equal(Golden, JsonSerializer.Serialize(Full, StoredJson.Options));

    [Fact]
    public void What_is_read_and_written_again_is_the_same()
    {
        Sample read = JsonSerializer.Deserialize<Sample>(Golden, StoredJson.Options)!;

        Assert.Equal(Full with { ByKey = read.ByKey }, read);
        Assert.Equal(Golden, JsonSerializer.Serialize(read, StoredJson.Options));
    }

    [Fact]
    public void Members_of_a_newer_program_are_skipped_and_missing_ones_are_empty()
    {
        Sample read = JsonSerializer.Deserialize<Sample>("""{"version":2,"madeLater":{"x":[1]},"kind":"active"}""", StoredJson.Options)!;

        Assert.Equal((2, SampleKind.Active, (string?)null), (read.Version, read.Kind, read.Name));
    }

    [Fact]
    public void An_enum_value_that_is_not_known_is_an_error_and_never_a_default() =>
        Assert.Throws<JsonException>(() => JsonSerializer.Deserialize<Sample>("""{"kind":"madeLater"}""", StoredJson.Options));

    private sealed record Sample(
        int Version, string? Name, SampleKind Kind, Instant At, LocalDate Day, DateTimeZone? Zone, long AmountKrw, string? Nothing, Dictionary<string, long>? ByKey);
}
