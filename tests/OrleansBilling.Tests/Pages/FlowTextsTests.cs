using System.Globalization;
using System.Reflection;
using System.Resources;
using System.Text.Json.Serialization;
using OrleansBilling.Domain;
using OrleansBilling.Pages.Operator;
using OrleansBilling.Pages.Register;
using OrleansBilling.Pages.Subscriptions;
using OrleansBilling.Reconciliation;
using OrleansBilling.Resources;
using OrleansBilling.Subscriptions;

namespace OrleansBilling.Tests.Pages;

/// <summary>Pages build some text keys from codes, states and event names. Each of them must have words in both languages.</summary>
public sealed class FlowTextsTests
{
    private static readonly ResourceManager Texts = new(typeof(Texts));

    public static TheoryData<string> BuiltKeys =>
    [
        .. DeclineReasons.TextKeys.SelectMany(key => (string[])[$"{key}.what", $"{key}.todo"]),
        .. RegistrationFailures.TextKeys,
        .. RegistrationFailures.ShownByScript.Select(RegistrationFailures.TextKey),
        .. EventTexts.ForCustomers.Select(EventTexts.TextKey),
        .. Enum.GetNames<SubscriptionStatus>().Select(status => $"sub.status.{status}"),
        .. Enum.GetNames<EndReason>().Select(reason => $"sub.end.{reason}"),
        .. CancelModel.Reasons.Select(reason => $"sub.cancel.reason.{reason}"),
        .. NamesOf<Command>().Select(command => $"sub.command.{command}"),
        .. ((string[])["undo", "cancelNow", "cancelAtEnd"]).SelectMany(command => Enum.GetValues<CommandStatus>()
            .Select(status => CommandNotices.TextKey(command, new CommandAnswer(status, Refusal: null)))),
        .. ((string[])["approved", "declined", "refunded"]).Select(state => $"sub.payment.{state}"),
        .. Causes.All.SelectMany(cause => (string[])[$"op.rec.cause.{cause}.what", $"op.rec.cause.{cause}.todo"]),
        .. ((string[])["theirs_only", "ours_only", "amount_differs", "state_differs", "foreign"]).Select(kind => $"op.rec.kind.{kind}"),
        .. ((string[])[DifferenceStates.Open, DifferenceStates.Mended, DifferenceStates.Accepted, DifferenceStates.Gone, DifferenceStates.Foreign]).Select(state => $"op.rec.difference.{state}"),
        .. ParkingReasons.All.Append("A_CODE_OF_THE_PROVIDER").SelectMany(reason => (string[])[$"op.park.reason.{ParkedModel.TextOf(reason)}.what", $"op.park.reason.{ParkedModel.TextOf(reason)}.todo"]),
    ];

    [Theory]
    [MemberData(nameof(BuiltKeys))]
    public void Every_key_that_a_page_builds_has_a_text_in_both_languages(string key)
    {
        Assert.False(string.IsNullOrWhiteSpace(InFile("ko", key)), "Korean is missing.");
        Assert.False(string.IsNullOrWhiteSpace(InFile("en", key)), "English is missing.");
        Assert.NotEqual(InFile("ko", key), InFile("en", key));
    }

    [Fact]
    public void Every_event_that_customers_are_told_exists() =>
        Assert.Subset(NamesOf<EventData>().ToHashSet(), EventTexts.ForCustomers.ToHashSet());

    [Theory]
    [InlineData("REJECT_CARD_PAYMENT", "sub.decline.funds")]
    [InlineData("INVALID_CARD_EXPIRATION", "sub.decline.expired")]
    [InlineData("ALREADY_REMOVED_BILLING_KEY", "sub.decline.unusable")] // Hard, and without words of its own.
    [InlineData("A_CODE_THAT_NOBODY_KNOWS", "sub.decline.general")]
    [InlineData(null, "sub.decline.general")]
    public void A_decline_code_is_told_in_the_customers_words(string? code, string key) => Assert.Equal(key, DeclineReasons.TextKey(code));

    [Theory]
    [InlineData("<script>alert(1)</script>")]
    [InlineData("")]
    public void An_unknown_failure_gets_the_general_sentence(string code)
    {
        Assert.False(RegistrationFailures.IsKnown(code));
        Assert.Equal("register.fail.general", RegistrationFailures.TextKey(code));
    }

    // The Korean texts are the neutral ones; English must not fall back to them.
    private static string? InFile(string language, string key) =>
        Texts.GetResourceSet(language == "ko" ? CultureInfo.InvariantCulture : CultureInfo.GetCultureInfo(language), createIfNotExists: true, tryParents: false)?.GetString(key);

    private static IEnumerable<string> NamesOf<T>() =>
        typeof(T).GetCustomAttributes<JsonDerivedTypeAttribute>(inherit: false).Select(a => (string)a.TypeDiscriminator!);
}
