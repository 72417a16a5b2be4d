using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;
using NodaTime;
using OrleansBilling.Catalog;
using OrleansBilling.Domain;
using OrleansBilling.Site;
using OrleansBilling.Toss;

namespace OrleansBilling.Tests.Pages;

public class OptionsOfTheSiteTests
{
    [Fact]
    public void The_catalog_that_comes_with_the_program_can_be_sold()
    {
        ProductCatalog catalog = Bind().ToCatalog();

        Assert.True(catalog.Products.Count >= 3);
        Assert.Contains(catalog.Products.SelectMany(p => p.Plans), plan => plan.TrialDays == 14);
        Assert.All(catalog.Products, product => Assert.NotEqual(product.Description.Ko, product.Description.En));
        Plan monthly = catalog.Current("hangul-note-monthly")!;
        Assert.Equal((9_900, new BillingInterval(IntervalUnit.Month, 1), "hangul-note"), (monthly.PriceKrw, monthly.Interval, monthly.ProductId));
        Assert.Equal(new BillingInterval(IntervalUnit.Month, 3), catalog.Find("morning-letter-quarterly", 1)!.Interval);
    }

    public static TheoryData<Action<CatalogOptions>, string> Mistakes => new()
    {
        { c => c.Products.Clear(), "Catalog:Products has no plan on sale" },
        { c => c.Products[1].Id = "Big Letters", "Catalog:Products:1:Id \"Big Letters\" is no id" },
        { c => c.Products[0].Name.Ko = "", "Catalog:Products:0:Name:Ko is empty" },
        { c => c.Products[0].Description.Ko = "", "Catalog:Products:0:Description:Ko is empty" },
        { c => c.Products[1].Id = c.Products[0].Id, "\"hangul-note\" twice" },
        { c => c.Products[1].Plans[0].Id = c.Products[0].Plans[0].Id, "version 1 of plan \"hangul-note-monthly\" twice" },
        { c => c.Products[0].Plans[1].PriceKrw = 99, "Catalog:Products:0:Plans:1:PriceKrw is 99" },
        { c => c.Products[0].Plans[0].TaxFreeKrw = 9_901, "Plans:0:TaxFreeKrw is 9901" },
        { c => c.Products[0].Plans[0].Count = 0, "Plans:0:Count is 0" },
        { c => c.Products[0].Plans[0].Unit = 0, "Plans:0:Unit is not a unit" },
        { c => c.Products[0].Plans[0].TrialDays = -1, "Plans:0:TrialDays is -1" },
        { c => c.Products[0].Plans[0].DunningWaits.Add(TimeSpan.FromMinutes(59)), "Plans:0:DunningWaits must be at most 10 waits of 01:00:00" },
        { c => c.Products[0].Plans[0].DunningWaits.Add(TimeSpan.FromDays(31)), "Plans:0:DunningWaits must be at most 10 waits" },
        { c => c.Products[0].Plans[0].CatchUp = 0, "Plans:0:CatchUp is no policy" },
        { c => c.Products[0].Plans[0].Version = 0, "Plans:0:Version is 0" },
    };

    [Theory]
    [MemberData(nameof(Mistakes), DisableDiscoveryEnumeration = true)]
    public void A_mistake_in_the_catalog_is_named(Action<CatalogOptions> mistake, string sentence)
    {
        CatalogOptions options = Bind();
        mistake(options);
        ValidateOptionsResult result = Validate(options);
        Assert.Contains(sentence, Assert.Single(result.Failures!), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("https://api.tosspayments.com/", "test_sk_0123456789")]
    [InlineData("https://api.tosspayments.com/", "live_sk_0123456789")]
    public void A_plan_by_the_minute_is_refused_wherever_the_provider_is_real(string address, string secretKey)
    {
        CatalogOptions options = Bind();
        options.Products[0].Plans[0].Unit = IntervalUnit.Minute;

        Assert.Contains("Plans:0:Unit is Minute, which only the simulator takes", Assert.Single(Validate(options, address, secretKey).Failures!), StringComparison.Ordinal);
        Assert.True(Validate(options).Succeeded);
    }

    [Fact]
    public void A_plan_may_have_a_dunning_schedule_and_a_catch_up_of_its_own()
    {
        PlanSettings plan = Bind().Products[0].Plans[0];
        Assert.Equal((DunningSchedule.Default, CatchUp.LatestOnly), (plan.ToPlan("hangul-note").Dunning, plan.ToPlan("hangul-note").CatchUp));
        plan.DunningWaits.Add(TimeSpan.FromHours(36));
        plan.CatchUp = CatchUp.CollectAll;

        Plan own = plan.ToPlan("hangul-note");

        Assert.Equal(Duration.FromHours(36), Assert.Single(own.Dunning.Waits));
        Assert.Equal(CatchUp.CollectAll, own.CatchUp);
    }

    [Fact]
    public void A_retired_version_is_found_but_not_sold()
    {
        CatalogOptions options = Bind();
        PlanSettings old = options.Products[0].Plans[0];
        old.Retired = true;
        options.Products[0].Plans.Add(new PlanSettings { Id = old.Id, Version = 2, Name = { Ko = "새 요금" }, PriceKrw = 12_900 });

        ProductCatalog catalog = options.ToCatalog();

        Assert.Equal(2, catalog.Current(old.Id)!.Version);
        Assert.Equal(9_900, catalog.Find(old.Id, 1)!.PriceKrw);
        Assert.DoesNotContain(catalog.Products[0].Plans, plan => plan.Id == old.Id && plan.Version == 1);
    }

    [Fact]
    public void A_plan_whose_every_version_is_retired_cannot_be_ordered()
    {
        CatalogOptions options = Bind();
        options.Products[0].Plans[0].Retired = true;
        Assert.Null(options.ToCatalog().Current("hangul-note-monthly"));
    }

    [Fact]
    public void With_a_live_key_each_sample_value_of_the_business_is_refused_by_name()
    {
        BusinessOptions options = new() { CompanyName = "주식회사 한글", RegistrationNumber = "123-45-67890" };

        string sentence = Assert.Single(Validate(options, "live_sk_0123456789").Failures!);

        Assert.Contains("Toss:SecretKey is live but Business:Representative, Business:MailOrderNumber, ", sentence, StringComparison.Ordinal);
        Assert.DoesNotContain("Business:CompanyName", sentence, StringComparison.Ordinal);
    }

    [Fact]
    public void In_a_sandbox_the_sample_business_will_do() => Assert.True(Validate(new BusinessOptions(), "test_sk_0123456789").Succeeded);

    [Theory]
    [InlineData("1234567890")]
    [InlineData("123-45-6789")]
    public void A_registration_number_that_is_none_is_refused(string number) =>
        Assert.Contains("Business:RegistrationNumber", Assert.Single(Validate(new BusinessOptions { RegistrationNumber = number }, "test_sk_0123456789").Failures!), StringComparison.Ordinal);

    [Fact]
    public void The_footer_links_to_the_public_entry_of_the_business() =>
        Assert.Equal("https://www.ftc.go.kr/bizCommPop.do?wrkr_no=1234567890", new BusinessOptions { RegistrationNumber = "123-45-67890" }.PublicEntry.ToString());

    private static ValidateOptionsResult Validate(BusinessOptions options, string secretKey) =>
        new BusinessOptionsValidator(Options.Create(new TossOptions { SecretKey = secretKey })).Validate(null, options);

    private static ValidateOptionsResult Validate(CatalogOptions options, string address = "http://localhost:5090/", string secretKey = "test_sk_0123456789") =>
        new CatalogOptionsValidator(Options.Create(new TossOptions { BaseAddress = new Uri(address), SecretKey = secretKey })).Validate(null, options);

    private static CatalogOptions Bind() => new ConfigurationBuilder()
        .AddJsonFile(Path.Combine(SiteHost.SourceDirectory, "appsettings.json")).Build()
        .GetSection(CatalogOptions.Section).Get<CatalogOptions>()!;
}
