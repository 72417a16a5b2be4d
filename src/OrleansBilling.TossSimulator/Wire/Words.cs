namespace OrleansBilling.TossSimulator.Wire;

/// <summary>
/// Field values that are Korean words. Toss documents that Accept-Language en-US turns fields English; which words it uses is not published,
/// so the English ones are an assumption.
/// </summary>
internal static class Words
{
    public const string Card = "카드";

    private static readonly Dictionary<string, string> InEnglish = new()
    {
        [Card] = "Card", ["신용"] = "Credit", ["체크"] = "Debit", ["기프트"] = "Gift", ["미확인"] = "Unverified", ["개인"] = "Individual", ["법인"] = "Corporate",
    };

    public static string In(bool english, string korean) => english ? InEnglish.GetValueOrDefault(korean, korean) : korean;
}
