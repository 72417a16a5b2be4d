namespace OrleansBilling.TossSimulator.Browser;

/// <summary>How card numbers are shown.</summary>
internal static class CardText
{
    /// <summary>Groups of four, as printed on a card.</summary>
    public static string Grouped(string number) => string.Join(' ', number.Chunk(4).Select(group => new string(group)));
}
