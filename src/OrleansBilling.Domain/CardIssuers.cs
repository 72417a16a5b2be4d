using System.Collections.Frozen;

namespace OrleansBilling.Domain;

/// <summary>Names of card issuers, for people. Source: Toss Payments institution codes (카드사 코드).</summary>
public static class CardIssuers
{
    private static readonly FrozenDictionary<string, IssuerName> Names = new Dictionary<string, IssuerName>(StringComparer.Ordinal)
    {
        ["3K"] = new("기업BC", "IBK BC"), ["46"] = new("광주", "Gwangju Bank"), ["71"] = new("롯데", "Lotte"), ["30"] = new("산업", "KDB"),
        ["31"] = new("BC", "BC"), ["51"] = new("삼성", "Samsung"), ["38"] = new("새마을금고", "MG Community Credit"), ["41"] = new("신한", "Shinhan"),
        ["62"] = new("신협", "Shinhyup"), ["36"] = new("씨티", "Citi"), ["33"] = new("우리BC", "Woori BC"), ["W1"] = new("우리", "Woori"),
        ["37"] = new("우체국", "Korea Post"), ["39"] = new("저축은행", "Savings Bank"), ["35"] = new("전북", "Jeonbuk Bank"), ["42"] = new("제주", "Jeju Bank"),
        ["15"] = new("카카오뱅크", "KakaoBank"), ["3A"] = new("케이뱅크", "K bank"), ["24"] = new("토스뱅크", "Toss Bank"), ["21"] = new("하나", "Hana"),
        ["61"] = new("현대", "Hyundai"), ["11"] = new("국민", "KB Kookmin"), ["91"] = new("농협", "NH NongHyup"), ["34"] = new("수협", "Suhyup"),
        ["6D"] = new("다이너스", "Diners Club"), ["6I"] = new("디스커버", "Discover"), ["4M"] = new("마스터", "Mastercard"), ["3C"] = new("유니온페이", "UnionPay"),
        ["7A"] = new("아멕스", "American Express"), ["4J"] = new("JCB", "JCB"), ["4V"] = new("비자", "Visa"),
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>A code that nobody knows is its own name: new issuers appear without notice. Null gives an empty name.</summary>
    public static IssuerName Name(string? issuerCode) =>
        issuerCode is null ? new("", "") : Names.TryGetValue(issuerCode, out IssuerName name) ? name : new(issuerCode, issuerCode);
}

public readonly record struct IssuerName(string Korean, string English);
