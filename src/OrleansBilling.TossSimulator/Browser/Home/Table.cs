namespace OrleansBilling.TossSimulator.Browser.Home;

/// <summary>A table that becomes a list of cards on a phone: each cell carries the name of its column.</summary>
internal static class Table
{
    public static Markup Of<T>(string caption, IReadOnlyList<string> columns, IReadOnlyList<T> rows, string empty, Func<T, Markup[]> cells)
    {
        if (rows.Count == 0)
        {
            return $"""<p class="empty">{empty}</p>""";
        }
        // One element in each cell: on a phone the cell is a grid of its name and its content.
        Markup Cell(int index, Markup content) => $"""<td data-label="{columns[index]}"><div>{content}</div></td>""";
        Markup Row(T row) => $"<tr>{cells(row).Select((cell, index) => Cell(index, cell))}</tr>\n";

        return $"""
            <table>
              <caption class="unseen">{caption}</caption>
              <thead><tr>{columns.Select(Heading)}</tr></thead>
              <tbody>
              {rows.Select(Row)}
              </tbody>
            </table>
            """;
    }

    public static Markup Text(string? text) => $"{text}";

    /// <summary>A key or an id; an empty one leaves its cell empty.</summary>
    public static Markup Code(string? text) => Markup.When(!string.IsNullOrEmpty(text), $"<code>{text}</code>");

    /// <summary>An amount or a number that must not break over lines.</summary>
    public static Markup Digits(string text) => $"""<span class="digits">{text}</span>""";

    /// <summary>A coloured word, and when it became true.</summary>
    public static Markup Tag(string tone, string text, Markup? since = null) => $"""<span class="tag {tone}">{text}</span> {since ?? Markup.Nothing}""";

    private static Markup Heading(string column) => $"""<th scope="col">{column}</th>""";
}
