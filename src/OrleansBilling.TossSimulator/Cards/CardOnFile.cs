namespace OrleansBilling.TossSimulator.Cards;

/// <summary>What is kept of a card: enough to print it and to let it behave, not enough to know its number.</summary>
/// <param name="ScriptNumber">Number in <see cref="ScriptedCards"/>; null for a card that is not in that table and always approves.</param>
/// <param name="Expiry">YYMM: good until the end of that month, Korean time.</param>
/// <param name="IssuerCode">Two characters, for example 21.</param>
/// <param name="CardType">신용, 체크, 기프트 or 미확인.</param>
/// <param name="OwnerType">개인, 법인 or 미확인.</param>
internal sealed record CardOnFile(
    string? ScriptNumber, string MaskedNumber, string Expiry, string IssuerCode, string AcquirerCode, string CardType, string OwnerType)
{
    public CardScript Script => ScriptNumber is null ? CardScript.Approves : ScriptedCards.Find(ScriptNumber)?.Script ?? CardScript.Approves;

    public bool IsExpired(DateTimeOffset now, bool everyCardExpires) =>
        (everyCardExpires || Script.Expires)
        && string.CompareOrdinal(Expiry, now.ToOffset(Wire.KoreanTime.Offset).ToString("yyMM", System.Globalization.CultureInfo.InvariantCulture)) < 0;
}
