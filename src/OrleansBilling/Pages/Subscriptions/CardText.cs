using System.Globalization;
using OrleansBilling.Domain;
using OrleansBilling.Site;
using OrleansBilling.Subscriptions;

namespace OrleansBilling.Pages.Subscriptions;

internal static class CardText
{
    /// <summary>Issuer and masked number. An issuer that nobody knows is shown by its code.</summary>
    public static string Of(CardView card)
    {
        IssuerName issuer = CardIssuers.Name(card.IssuerCode);
        return $"{(SiteLanguage.IsKorean(CultureInfo.CurrentUICulture) ? issuer.Korean : issuer.English)} {card.MaskedNumber}".Trim();
    }
}
