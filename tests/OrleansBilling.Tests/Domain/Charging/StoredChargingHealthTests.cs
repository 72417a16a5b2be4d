using System.Text.Json;
using System.Text.Json.Nodes;
using NodaTime;
using OrleansBilling.Domain.Charging;
using OrleansBilling.Storage;
using OrleansBilling.Tests.Support;

namespace OrleansBilling.Tests.Domain.Charging;

/// <summary>What a database holds of a merchant's charging: members may be added to the golden file, none may be renamed.</summary>
public class StoredChargingHealthTests
{
    private static readonly ChargingHealth Rich = new()
    {
        Epoch = 7,
        Answers = [new AnswerCount { From = A.Start, Answered = 5, Transient = 4, Throttled = 3, KeyGone = 2, FirstKeyGoneAt = A.Start }],
        Breaker = new OpenBreaker(A.Start, A.Start + Duration.FromSeconds(15), 2, 1),
        Account = new AccountStop("UNAUTHORIZED_KEY", A.Start, A.Start + Duration.FromMinutes(3), "sub_a"),
        Operator = new OperatorStop(A.Start, "operator:usr_1", "wrong_prices"),
        Probe = new Probe(9, "silo-1", A.Start + Duration.FromMinutes(2), Ended: true),
        Limit = new RateLimit(12.5, A.Start, A.Start + Duration.FromHours(1)),
        RateBeforeStop = 125,
        Credential = "fp-1",
        Suspect = new Suspect("sub_b", A.Start + Duration.FromHours(24)),
        Interruptions = new Interruptions(
            [new Interruption(A.Start, A.Start + Duration.FromHours(1), InterruptionCause.Provider), new Interruption(A.Start, null, InterruptionCause.Account)]),
    };

    private static string Golden => File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Domain", "Golden", "charging-health.json")).Trim();

    [Fact]
    public void It_is_written_as_the_golden_file() =>
        Assert.Equal(JsonNode.Parse(Golden)!.ToJsonString(), JsonNode.Parse(JsonSerializer.Serialize(Rich, StoredJson.Options))!.ToJsonString());

    [Fact]
    public void The_golden_file_reads_back_as_the_same_value()
    {
        ChargingHealth read = Read(Golden);

        Assert.Equal(Rich.Answers, read.Answers);
        Assert.Equal(Rich.Interruptions.Known, read.Interruptions.Known);
        Assert.Equal(Rich with { Answers = read.Answers, Interruptions = read.Interruptions }, read);
    }

    [Fact]
    public void Members_that_a_newer_program_wrote_survive()
    {
        JsonNode newer = JsonNode.Parse(Golden)!;
        newer["addedLater"] = 1;
        newer["account"]!["addedLater"] = 2;

        ChargingHealth rewritten = Read(newer.ToJsonString()).Report(new SiloReport { Epoch = 7, Answered = 1 }, A.Start, ChargingPolicy.Default).Next;

        JsonNode written = JsonNode.Parse(JsonSerializer.Serialize(rewritten, StoredJson.Options))!;
        Assert.Equal((1, 2), (written["addedLater"]!.GetValue<int>(), written["account"]!["addedLater"]!.GetValue<int>()));
    }

    [Fact]
    public void A_value_of_which_nothing_was_stored_flows() =>
        Assert.Equal((new ChargingState.Flowing(), 1L, null), Read("{}").View(A.Start, ChargingPolicy.Default) is var view ? ((ChargingState.Flowing)view.State, view.Epoch, view.PerSecond) : default);

    private static ChargingHealth Read(string json) => JsonSerializer.Deserialize<ChargingHealth>(json, StoredJson.Options)!;
}
