using OrleansBilling.Domain;

namespace OrleansBilling.Catalog;

/// <summary>What the merchant sells.</summary>
/// <param name="Id">Lower-case letters, digits and dashes.</param>
/// <param name="Plans">The versions on sale now, at least one.</param>
public sealed record Product(string Id, LocalizedText Name, LocalizedText Description, IReadOnlyList<Plan> Plans);

/// <summary>The products on sale, and every plan version that anybody still pays for.</summary>
public sealed class ProductCatalog(IReadOnlyList<Product> products)
{
    private readonly Dictionary<(string, int), Plan> _plans = products.SelectMany(p => p.Plans).ToDictionary(p => (p.Id, p.Version));

    public IReadOnlyList<Product> Products => products;

    /// <summary>The plan, or null when there is no such version.</summary>
    public Plan? Find(string planId, int version) => _plans.GetValueOrDefault((planId, version));

    /// <summary>The newest version of a plan, or null when there is no such plan.</summary>
    public Plan? Current(string planId) => _plans.Values.Where(p => p.Id == planId).MaxBy(p => p.Version);

    public Product? Product(string productId) => products.FirstOrDefault(p => p.Id == productId);
}
