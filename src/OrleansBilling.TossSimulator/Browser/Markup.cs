using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Unicode;

namespace OrleansBilling.TossSimulator.Browser;

/// <summary>
/// A piece of HTML, written as <c>Markup page = $"&lt;p&gt;{value}&lt;/p&gt;"</c>. Whatever is interpolated is encoded, unless it is
/// <see cref="Markup"/> itself: forgetting to encode is not possible.
/// </summary>
[InterpolatedStringHandler]
internal sealed class Markup(int literalLength, int formattedCount)
{
    // Hangul stays readable in the page source; <, >, &, quotes and the like are always encoded.
    private static readonly HtmlEncoder Encoder = HtmlEncoder.Create(UnicodeRanges.All);

    private readonly StringBuilder _html = new(literalLength + (formattedCount * 16));

    public static Markup Nothing { get; } = new(0, 0);

    public static Markup When(bool condition, Markup markup) => condition ? markup : Nothing;

    public void AppendLiteral(string html) => _html.Append(html);

    public void AppendFormatted(string? text) => _html.Append(Encoder.Encode(text ?? ""));

    public void AppendFormatted(long number) => _html.Append(number.ToString(CultureInfo.InvariantCulture));

    public void AppendFormatted(Markup markup) => _html.Append(markup._html);

    public void AppendFormatted(IEnumerable<Markup> parts)
    {
        foreach (Markup part in parts)
        {
            _html.Append(part._html);
        }
    }

    public override string ToString() => _html.ToString();
}
