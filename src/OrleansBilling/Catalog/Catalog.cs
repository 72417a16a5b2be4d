using OrleansBilling.Domain;

namespace OrleansBilling.Catalog;

/// <summary>What the merchant sells.</summary>
/// <param name="Id">Lower-case letters, digits and dashes.</param>
/// <param name="Plans">The versions on sale now, at least one.</param>
public sealed record Product(string Id, LocalizedText Name, LocalizedText Description, IReadOnlyList<Plan> Plans)
{
    /// <summary>One line, for lists.</summary>
    public LocalizedText Summary { get; init; } = Description;

    /// <summary>What the price includes.</summary>
    public IReadOnlyList<LocalizedText> Features { get; init; } = [];
}

/// <summary>The products on sale, and every plan version that anybody still pays for.</summary>
/// <param name="products">What is on sale.</param>
/// <param name="retired">Versions that nobody can order any more, but some still pay for.</param>
public sealed class ProductCatalog(IReadOnlyList<Product> products, IReadOnlyList<Plan> retired)
{
    private readonly Dictionary<(string, int), Plan> _plans = products.SelectMany(p => p.Plans).Concat(retired).ToDictionary(p => (p.Id, p.Version));
    private readonly Dictionary<string, Plan> _onSale = products.SelectMany(p => p.Plans).GroupBy(p => p.Id).ToDictionary(g => g.Key, g => g.MaxBy(p => p.Version)!);

    public ProductCatalog(IReadOnlyList<Product> products)
        : this(products, [])
    {
    }

    public IReadOnlyList<Product> Products => products;

    /// <summary>The plan, or null when there is no such version.</summary>
    public Plan? Find(string planId, int version) => _plans.GetValueOrDefault((planId, version));

    /// <summary>The newest version of a plan that is on sale, or null when there is none.</summary>
    public Plan? Current(string planId) => _onSale.GetValueOrDefault(planId);

    public Product? Product(string productId) => products.FirstOrDefault(p => p.Id == productId);
}
