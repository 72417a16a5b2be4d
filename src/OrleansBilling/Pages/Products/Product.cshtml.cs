using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using OrleansBilling.Catalog;

namespace OrleansBilling.Pages.Products;

public sealed class ProductModel(ProductCatalog catalog) : PageModel
{
    public Product Product { get; private set; } = null!;

    public IActionResult OnGet(string id)
    {
        if (catalog.Product(id) is not { } product)
        {
            return NotFound();
        }

        Product = product;
        return Page();
    }
}
