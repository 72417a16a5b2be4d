namespace OrleansBilling.TossSimulator.Wire;

/// <summary>VAT by the formula of Toss' reference: an eleventh of what is taxed, rounded half up. (Its own sample of 4,900 won breaks it; the formula counts.)</summary>
internal readonly record struct Vat(long VatKrw, long SuppliedKrw)
{
    public static Vat Of(long amountKrw, long taxFreeKrw, long taxExemptionKrw)
    {
        long taxedKrw = amountKrw - taxFreeKrw - taxExemptionKrw;
        // Half up in integers: an eleventh of an integer is never exactly half.
        long vatKrw = (2 * taxedKrw + 11) / 22;
        return new(vatKrw, taxedKrw - vatKrw);
    }
}
