using Microsoft.Extensions.Options;
using OrleansBilling.Toss;

namespace OrleansBilling.Site;

/// <summary>
/// Who sells: what the footer of every page must name (전자상거래법 §10, 시행규칙 §7). Section <c>Business</c>. The defaults are samples, marked as such on
/// every page and refused with a live key.
/// </summary>
public sealed class BusinessOptions
{
    public const string Section = "Business";

    /// <summary>Name of the shop, in the header and in titles.</summary>
    public string ShopName { get; set; } = "오를리언스 구독";

    /// <summary>상호.</summary>
    public string CompanyName { get; set; } = "오를리언스 주식회사 (예시)";

    /// <summary>대표자.</summary>
    public string Representative { get; set; } = "홍길동 (예시)";

    /// <summary>사업자등록번호, 000-00-00000.</summary>
    public string RegistrationNumber { get; set; } = "000-00-00000";

    /// <summary>통신판매업신고번호, with the office that took it.</summary>
    public string MailOrderNumber { get; set; } = "제0000-예시-00000호";

    public string Address { get; set; } = "서울특별시 예시구 예시로 1, 1층";

    public string Phone { get; set; } = "02-0000-0000";

    public string Email { get; set; } = "help@example.com";

    /// <summary>개인정보 보호책임자.</summary>
    public string PrivacyOfficer { get; set; } = "홍길동 (예시)";

    /// <summary>호스팅서비스 제공자.</summary>
    public string HostingProvider { get; set; } = "예시 호스팅";

    /// <summary>The public entry of the registration number at the Fair Trade Commission.</summary>
    public Uri PublicEntry => new($"https://www.ftc.go.kr/bizCommPop.do?wrkr_no={string.Concat(RegistrationNumber.Where(char.IsAsciiDigit))}");

    /// <summary>Names of the settings that still hold the sample value.</summary>
    public IReadOnlyList<string> SampleSettings()
    {
        BusinessOptions sample = new();
        return
        [
            .. new (string Name, string Value, string Sample)[]
            {
                (nameof(CompanyName), CompanyName, sample.CompanyName),
                (nameof(Representative), Representative, sample.Representative),
                (nameof(RegistrationNumber), RegistrationNumber, sample.RegistrationNumber),
                (nameof(MailOrderNumber), MailOrderNumber, sample.MailOrderNumber),
                (nameof(Address), Address, sample.Address),
                (nameof(Phone), Phone, sample.Phone),
                (nameof(Email), Email, sample.Email),
                (nameof(PrivacyOfficer), PrivacyOfficer, sample.PrivacyOfficer),
                (nameof(HostingProvider), HostingProvider, sample.HostingProvider),
            }.Where(setting => setting.Value == setting.Sample).Select(setting => $"{Section}:{setting.Name}"),
        ];
    }
}

/// <summary>A shop that takes real money without naming its owner breaks the law, so it does not start.</summary>
internal sealed class BusinessOptionsValidator(IOptions<TossOptions> toss) : IValidateOptions<BusinessOptions>
{
    public ValidateOptionsResult Validate(string? name, BusinessOptions options)
    {
        List<string> failures = [.. Empty(options)];
        if (!System.Text.RegularExpressions.Regex.IsMatch(options.RegistrationNumber, @"\A\d{3}-\d{2}-\d{5}\z"))
        {
            failures.Add("Business:RegistrationNumber is not a business registration number: write it as 123-45-67890.");
        }

        if (toss.Value.Environment == TossEnvironment.Live && options.SampleSettings() is { Count: > 0 } samples)
        {
            failures.Add($"Toss:SecretKey is live but {string.Join(", ", samples)} still {(samples.Count == 1 ? "holds" : "hold")} a sample value: "
                + "set what the business is registered with, or set test keys.");
        }

        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
    }

    private static IEnumerable<string> Empty(BusinessOptions options) =>
        typeof(BusinessOptions).GetProperties()
            .Where(property => property.PropertyType == typeof(string) && string.IsNullOrWhiteSpace((string?)property.GetValue(options)))
            .Select(property => $"{BusinessOptions.Section}:{property.Name} is empty: every page must show it.");
}
