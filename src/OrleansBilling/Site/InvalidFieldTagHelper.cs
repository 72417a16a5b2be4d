using Microsoft.AspNetCore.Mvc.ModelBinding;
using Microsoft.AspNetCore.Mvc.Rendering;
using Microsoft.AspNetCore.Mvc.ViewFeatures;
using Microsoft.AspNetCore.Razor.TagHelpers;

namespace OrleansBilling.Site;

/// <summary>
/// Tells screen readers which field is wrong: <c>aria-invalid</c>, and <c>aria-describedby</c> naming the element with id <c>{field}-error</c>. The
/// framework's own attributes are for a script that this site does not have.
/// </summary>
[HtmlTargetElement("input", Attributes = "asp-for")]
[HtmlTargetElement("select", Attributes = "asp-for")]
public sealed class InvalidFieldTagHelper : TagHelper
{
    // After the framework's helper, whose data-val attributes are taken away.
    public override int Order => 1000;

    [HtmlAttributeName("asp-for")]
    public required ModelExpression For { get; set; }

    [ViewContext, HtmlAttributeNotBound]
    public required ViewContext ViewContext { get; set; }

    public override void Process(TagHelperContext context, TagHelperOutput output)
    {
        foreach (TagHelperAttribute attribute in output.Attributes.Where(a => a.Name.StartsWith("data-val", StringComparison.Ordinal)).ToList())
        {
            output.Attributes.Remove(attribute);
        }

        if (ViewContext.ViewData.ModelState.TryGetValue(For.Name, out ModelStateEntry? entry) && entry.ValidationState == ModelValidationState.Invalid)
        {
            output.Attributes.SetAttribute("aria-invalid", "true");
            string described = output.Attributes.TryGetAttribute("aria-describedby", out TagHelperAttribute? hint) ? $"{hint.Value} " : "";
            output.Attributes.SetAttribute("aria-describedby", $"{described}{TagBuilder.CreateSanitizedId(For.Name, "_")}-error");
        }
    }
}
