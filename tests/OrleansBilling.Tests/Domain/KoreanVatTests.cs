using CsCheck;
using OrleansBilling.Domain;

namespace OrleansBilling.Tests.Domain;

public class KoreanVatTests
{
    // The examples of the provider's reference and measurements in its sandbox.
    [Theory]
    [InlineData(10_000, 3_000, 636, 6_364)]
    [InlineData(4_900, 0, 445, 4_455)]
    [InlineData(9_900, 0, 900, 9_000)]
    [InlineData(1_000, 0, 91, 909)]
    [InlineData(100, 0, 9, 91)]
    [InlineData(5_000, 5_000, 0, 0)]
    [InlineData(0, 0, 0, 0)]
    public void Vat_is_one_eleventh_of_the_taxable_part(long totalKrw, long taxFreeKrw, long vatKrw, long suppliedKrw)
    {
        KoreanVat vat = new(totalKrw, taxFreeKrw);

        Assert.Equal((vatKrw, suppliedKrw), (vat.VatKrw, vat.SuppliedKrw));
    }

    [Fact]
    public void The_parts_add_up_to_the_total_and_vat_is_within_half_a_won_of_a_tenth() =>
        Gen.Select(Gen.Long[0, 100_000_000_000], Gen.Double[0, 1]).Sample((total, share) =>
        {
            long taxFree = (long)(total * share);
            KoreanVat vat = new(total, taxFree);
            Assert.Equal(total, vat.SuppliedKrw + vat.VatKrw + taxFree);
            Assert.InRange((22 * vat.VatKrw) - (2 * (total - taxFree)), -11, 11);
        });
}
