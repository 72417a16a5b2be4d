using System.Globalization;

namespace OrleansBilling.TossSimulator.Cards;

/// <summary>The issuer's look at a card before a billing key exists. Moves no money and asks neither balance nor limit.</summary>
internal static class CardCheck
{
    private const int ShortestNumber = 14;
    private const int LongestNumber = 20;

    /// <summary>Name of the issuer for an issuer code (카드사 코드), as in Billing.cardCompany.</summary>
    private static readonly Dictionary<string, string> Companies = new()
    {
        ["3K"] = "기업BC", ["46"] = "광주", ["71"] = "롯데", ["30"] = "산업", ["31"] = "BC", ["51"] = "삼성", ["38"] = "새마을", ["41"] = "신한", ["62"] = "신협",
        ["36"] = "씨티", ["33"] = "우리", ["W1"] = "우리", ["37"] = "우체국", ["39"] = "저축", ["35"] = "전북", ["42"] = "제주", ["15"] = "카카오뱅크",
        ["3A"] = "케이뱅크", ["24"] = "토스뱅크", ["21"] = "하나", ["61"] = "현대", ["11"] = "국민", ["91"] = "농협", ["34"] = "수협", ["4V"] = "비자",
    };

    public static string CompanyOf(string issuerCode) => Companies.GetValueOrDefault(issuerCode, issuerCode);

    /// <exception cref="CardRefusedException">The card cannot be registered.</exception>
    public static CardOnFile Register(CardInput card, DateTimeOffset now, bool everyCardExpires)
    {
        // Measured: the BIN alone (433012) is INVALID_CARD_NUMBER. Numbers without a valid check digit are accepted.
        Require(card.Number.Length is >= ShortestNumber and <= LongestNumber && card.Number.All(char.IsAsciiDigit), "INVALID_CARD_NUMBER");
        Require(IsTwoDigits(card.ExpiryYear) && IsTwoDigits(card.ExpiryMonth)
            && int.Parse(card.ExpiryMonth, CultureInfo.InvariantCulture) is >= 1 and <= 12, "INVALID_CARD_EXPIRATION");
        Require(IsIdentity(card.IdentityNumber), "INVALID_CARD_IDENTITY");
        Require(card.Password2.Length == 0 || IsTwoDigits(card.Password2), "INVALID_CARD_PASSWORD");

        ScriptedCard? scripted = ScriptedCards.Find(card.Number);
        Require(scripted?.Script.IssueCode is null, scripted?.Script.IssueCode);
        CardOnFile onFile = OnFile(card, scripted);
        Require(!onFile.IsExpired(now, everyCardExpires), "INVALID_CARD_EXPIRATION");
        return onFile;
    }

    private static CardOnFile OnFile(CardInput card, ScriptedCard? scripted)
    {
        // Measured: 941000 is 하나 (21), 941011 and 490625 are BC (31); 433012 and 552022 register as 미확인.
        string bin = card.Number[..6];
        bool unverified = scripted?.IsUnverified ?? bin is "433012" or "552022";
        (string issuer, string acquirer) = bin switch
        {
            "941000" => ("21", "31"),
            "941011" or "490625" => ("31", "31"),
            _ when unverified => ("4V", "31"),
            _ => ("11", "11"),
        };
        string owner = card.IdentityNumber.Length == 10 ? "법인" : "개인";
        string? script = scripted?.Number ?? (unverified ? "4330121234567890" : null);
        return new(script, Masked(card.Number), card.ExpiryYear + card.ExpiryMonth, issuer, acquirer,
            unverified ? "미확인" : "신용", unverified ? "미확인" : owner);
    }

    /// <summary>94100012****789*: first eight digits, then stars, three digits before the last.</summary>
    private static string Masked(string number) => number[..8] + new string('*', number.Length - 12) + number[^4..^1] + "*";

    private static bool IsIdentity(string identity) =>
        identity.All(char.IsAsciiDigit)
        && (identity.Length == 10
            || identity.Length == 6 && DateOnly.TryParseExact(identity, "yyMMdd", CultureInfo.InvariantCulture, DateTimeStyles.None, out _));

    private static bool IsTwoDigits(string text) => text.Length == 2 && text.All(char.IsAsciiDigit);

    private static void Require(bool holds, string? code)
    {
        if (!holds)
        {
            throw new CardRefusedException(code!);
        }
    }
}
