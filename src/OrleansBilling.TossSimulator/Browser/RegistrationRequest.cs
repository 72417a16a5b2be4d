using System.Text.RegularExpressions;

namespace OrleansBilling.TossSimulator.Browser;

/// <summary>
/// What the SDK script asks the registration window for. Everything in it comes from an address that anybody can write.
/// <c>Opener</c> is the origin of the page that opened the window: the only one that may frame it and that gets its messages.
/// <c>Flow</c> is the script's random name for this request; it ignores messages that name another.
/// <c>Owners</c> are the kinds of card to offer, in display order; the first is preselected.
/// </summary>
internal sealed partial record RegistrationRequest(
    string ClientKey, string CustomerKey, ReturnUrl Success, ReturnUrl Fail, bool InFrame, string Opener, string Flow, IReadOnlyList<CardOwner> Owners)
{
    /// <summary>The request, or why it is refused. The codes are the SDK's own.</summary>
    public static (RegistrationRequest? Request, Refusal? Refusal) Parse(IQueryCollection query, Func<string, bool> isKnownClientKey)
    {
        string Value(string name) => query[name].ToString();
        if (Value("target") is not ("iframe" or "self") || !FlowPattern().IsMatch(Value("flow")) || !ReturnUrl.IsOrigin(Value("opener")))
        {
            return (null, Refusal.InvalidParameters);
        }
        if (!isKnownClientKey(Value("clientKey")))
        {
            return (null, Refusal.UnknownClientKey);
        }
        if (!CustomerKeyPattern().IsMatch(Value("customerKey")))
        {
            return (null, Refusal.InvalidCustomerKey);
        }
        // Bank transfers can be closed on a real merchant id too; cards are what the simulator plays.
        if (Value("method") != "CARD")
        {
            return (null, Refusal.NotSupportedMethod);
        }
        if (!ReturnUrl.TryParse(Value("successUrl"), out ReturnUrl? success))
        {
            return (null, Refusal.IncorrectSuccessUrl);
        }
        if (!ReturnUrl.TryParse(Value("failUrl"), out ReturnUrl? fail))
        {
            return (null, Refusal.IncorrectFailUrl);
        }
        CardOwner[] owners = [.. Value("cardTypes").Split(',').Distinct().SelectMany(Owner)];
        return owners.Length == 0
            ? (null, Refusal.InvalidParameters)
            : (new RegistrationRequest(
                Value("clientKey"), Value("customerKey"), success, fail, Value("target") == "iframe", Value("opener"), Value("flow"), owners), null);
    }

    private static CardOwner[] Owner(string type) => type switch
    {
        "PERSONAL" => [CardOwner.Personal],
        "CORPORATE" => [CardOwner.Corporate],
        _ => [],
    };

    [GeneratedRegex(@"\A[0-9-]{1,64}\z")]
    private static partial Regex FlowPattern();

    // The SDK's rule. The API itself takes up to 300 characters, but no such key can come through this window.
    [GeneratedRegex(@"\A[A-Za-z0-9\-_=.@]{2,50}\z")]
    private static partial Regex CustomerKeyPattern();
}

/// <summary>Who owns a card: a person (birth date) or a business (registration number).</summary>
internal enum CardOwner
{
    Personal,
    Corporate,
}
