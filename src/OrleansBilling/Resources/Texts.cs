using System.Resources;

[assembly: NeutralResourcesLanguage("ko")]

namespace OrleansBilling.Resources;

/// <summary>The site's texts: <c>Texts.resx</c> is Korean, <c>Texts.en.resx</c> English. Pages take them as <c>T["key"]</c>.</summary>
public sealed class Texts;
