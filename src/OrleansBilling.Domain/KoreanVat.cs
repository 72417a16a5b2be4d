namespace OrleansBilling.Domain;

/// <summary>
/// How a total in won splits into supply value and VAT. Korean prices include 10 % VAT, so VAT is one eleventh of the taxable part,
/// rounded half up to a won: 4,900 → 445, 9,900 → 900, 1,000 → 91. Source: Toss Payments core API, Payment.vat.
/// </summary>
/// <param name="TotalKrw">What the customer pays.</param>
/// <param name="TaxFreeKrw">The part of the total that carries no VAT; 0 for ordinary merchants.</param>
public readonly record struct KoreanVat(long TotalKrw, long TaxFreeKrw)
{
    public long VatKrw => (2 * (TotalKrw - TaxFreeKrw) + 11) / 22;

    public long SuppliedKrw => TotalKrw - TaxFreeKrw - VatKrw;
}
