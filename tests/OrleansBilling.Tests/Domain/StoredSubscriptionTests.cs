using System.Reflection;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using System.Text.Unicode;
using OrleansBilling.Domain;
using OrleansBilling.Storage;
using OrleansBilling.Tests.Support;

namespace OrleansBilling.Tests.Domain;

/// <summary>
/// What a database holds. The golden file is what released versions wrote: a member may be added to it, none may be renamed or change its form.
/// </summary>
public class StoredSubscriptionTests
{
    private static readonly JsonSerializerOptions Readable = new() { WriteIndented = true, Encoder = JavaScriptEncoder.Create(UnicodeRanges.All) };

    private static string GoldenPath => Path.Combine(AppContext.BaseDirectory, "Domain", "Golden", "subscription.json");

    private static string Golden => File.ReadAllText(GoldenPath).ReplaceLineEndings("\n").TrimEnd();

    [Fact]
    public void It_is_written_as_the_golden_file()
    {
        string written = Indented(Write(RichSubscription.Value));
        string actual = Path.Combine(AppContext.BaseDirectory, "subscription.actual.json");
        File.WriteAllText(actual, written + "\n");

        Assert.True(Golden == written, $"The stored form changed. What is written now: {actual}");
    }

    [Fact]
    public void The_golden_file_reads_back_as_the_same_subscription()
    {
        Subscription read = Read(Golden);

        Assert.Equal(Golden, Indented(Write(read)));
        Assert.Equal(RichSubscription.Value.Invoice!.Attempt, read.Invoice!.Attempt);
        Assert.Equal(RichSubscription.Value.Outbox, read.Outbox);
        Assert.Equal(RichSubscription.Value.Calendar, read.Calendar);
        Assert.Equal(RichSubscription.Value.Refunds, read.Refunds);
        Assert.Equal(RichSubscription.Value.PaymentMethods, read.PaymentMethods);
        Assert.Equal(RichSubscription.Value.Pending, read.Pending);
    }

    [Theory]
    [InlineData(typeof(EventData), "outbox", "data")]
    [InlineData(typeof(Command), "pending", "command")]
    public void Every_kind_of_event_and_command_stands_in_the_golden_file(Type kinds, string list, string member)
    {
        string[] stored = [.. JsonNode.Parse(Golden)![list]!.AsArray().Select(item => item![member]!["type"]!.GetValue<string>())];

        Assert.Equal(kinds.GetCustomAttributes<JsonDerivedTypeAttribute>(inherit: false).Select(a => (string)a.TypeDiscriminator!).Order(), stored.Order());
        Assert.Equal(kinds.GetNestedTypes().Length, stored.Length);
    }

    [Fact]
    public void A_commands_name_is_its_stored_kind() =>
        Assert.All(RichSubscription.Value.Pending, p =>
            Assert.Equal(SubscriptionLifecycle.NameOf(p.Command), JsonNode.Parse(JsonSerializer.Serialize(p.Command, StoredJson.Options))!["type"]!.GetValue<string>()));

    [Fact]
    public void Members_that_a_newer_program_wrote_survive_a_rewrite_at_every_depth()
    {
        JsonNode newer = JsonNode.Parse(Golden)!;
        int added = AddToEveryObject(newer);

        JsonNode rewritten = JsonNode.Parse(Write(Read(newer.ToJsonString()) with { LastSequence = 999 }))!;

        newer["lastSequence"] = 999;
        Assert.True(added > 60, $"{added} objects");
        Assert.Equal(newer.ToJsonString(Readable), rewritten.ToJsonString(Readable));
    }

    [Fact]
    public void They_survive_an_approval_too()
    {
        Life life = Life.Active();
        JsonNode newer = JsonNode.Parse(Write(life.S))!;
        AddToEveryObject(newer);
        life.S = Read(newer.ToJsonString());

        life.UntilCharge();
        life.Approve();

        JsonNode rewritten = JsonNode.Parse(Write(life.S))!;
        Assert.All(
            [rewritten, rewritten["terms"], rewritten["terms"]!["interval"], rewritten["paidPeriod"], rewritten["paymentMethods"]![0], rewritten["settled"]![0]],
            kept => Assert.NotNull(kept!["addedLater"]));
    }

    [Fact]
    public void What_is_computed_is_not_stored()
    {
        JsonObject stored = JsonNode.Parse(Golden)!.AsObject();

        Assert.DoesNotContain(stored, m => m.Key is "isLive" or "calendar" or "usableMethod");
        Assert.DoesNotContain(stored["invoice"]!.AsObject(), m => m.Key is "totalKrw" or "taxFreeKrw");
        Assert.DoesNotContain(stored["terms"]!["dunning"]!.AsObject(), m => m.Key is "total");
    }

    [Fact]
    public void No_text_of_any_record_says_a_ciphertext_or_a_customer_key()
    {
        Subscription s = RichSubscription.Value;
        object[] shown =
        [
            s, .. s.PaymentMethods, s.Invoice!, s.Invoice!.Attempt!, .. s.Pending, .. s.Pending.Select(p => p.Command), .. s.Outbox, .. s.Refunds,
            new NextStep.Charge(s.Invoice.Attempt!), new NextStep.LookUp(s.Invoice.Attempt!), new NextStep.DeleteBillingKey(s.PaymentMethods[0]),
            A.NewSubscription(A.Plan()), new Decision(s, null, Deferred: false),
        ];

        Assert.All(shown, x =>
        {
            Assert.DoesNotContain("ciphertext", x.ToString(), StringComparison.Ordinal);
            Assert.DoesNotContain("hash-of", x.ToString(), StringComparison.Ordinal);
            Assert.DoesNotContain(A.Card().CustomerKey, x.ToString(), StringComparison.Ordinal);
        });
    }

    private static int AddToEveryObject(JsonNode node)
    {
        int added = 0;
        foreach (JsonNode child in (node as JsonObject)?.Select(m => m.Value).OfType<JsonNode>().ToArray() ?? (node as JsonArray)?.OfType<JsonNode>().ToArray() ?? [])
        {
            added += AddToEveryObject(child);
        }

        if (node is JsonObject o)
        {
            o["addedLater"] = new JsonObject { ["x"] = new JsonArray(1, "둘") };
            added++;
        }

        return added;
    }

    private static string Write(Subscription s) => JsonSerializer.Serialize(s, StoredJson.Options);

    private static Subscription Read(string json) => JsonSerializer.Deserialize<Subscription>(json, StoredJson.Options)!;

    private static string Indented(string json) => JsonNode.Parse(json)!.ToJsonString(Readable).ReplaceLineEndings("\n");
}
