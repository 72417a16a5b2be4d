using System.Globalization;
using Markdig;
using Microsoft.Extensions.FileProviders;
using OrleansBilling.Site;

namespace OrleansBilling.Policies;

/// <summary>
/// Terms, privacy and refund rules as the merchant writes them: <c>Policies/{name}.{ko|en}.md</c> beside the program, read at each visit, so that a change
/// needs no restart. <c>{{CompanyName}}</c> and the other names of section <c>Business</c> stand for its values.
/// </summary>
/// <param name="files">The content root.</param>
public sealed class PolicyDocuments(IFileProvider files, SiteFacts site)
{
    public static IReadOnlyList<string> Names { get; } = ["terms", "privacy", "refund"];

    // HTML in a document is shown as text: whoever edits a policy does not thereby run scripts in the shop.
    private static readonly MarkdownPipeline Markdown = new MarkdownPipelineBuilder().DisableHtml().UsePipeTables().Build();

    /// <summary>The document as HTML in this language, in Korean when there is no other; null when the shop has no such document.</summary>
    public async Task<string?> HtmlAsync(string name, CultureInfo culture, CancellationToken cancellationToken)
    {
        if (!Names.Contains(name))
        {
            return null;
        }

        IFileInfo file = File(name, SiteLanguage.IsKorean(culture) ? SiteLanguage.Korean : SiteLanguage.English);
        file = file.Exists ? file : File(name, SiteLanguage.Korean);
        if (!file.Exists)
        {
            return null;
        }

        using StreamReader reader = new(file.CreateReadStream());
        return Markdig.Markdown.ToHtml(Fill(await reader.ReadToEndAsync(cancellationToken)), Markdown);
    }

    private IFileInfo File(string name, CultureInfo language) => files.GetFileInfo($"Policies/{name}.{language.Name}.md");

    private string Fill(string document)
    {
        BusinessOptions business = site.Business;
        return new (string Name, string Value)[]
        {
            (nameof(business.ShopName), business.ShopName),
            (nameof(business.CompanyName), business.CompanyName),
            (nameof(business.Representative), business.Representative),
            (nameof(business.Address), business.Address),
            (nameof(business.Phone), business.Phone),
            (nameof(business.Email), business.Email),
            (nameof(business.PrivacyOfficer), business.PrivacyOfficer),
            (nameof(business.HostingProvider), business.HostingProvider),
        }.Aggregate(document, (text, setting) => text.Replace($"{{{{{setting.Name}}}}}", setting.Value, StringComparison.Ordinal));
    }
}
