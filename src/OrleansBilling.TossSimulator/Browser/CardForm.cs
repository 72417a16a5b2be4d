using System.Globalization;
using OrleansBilling.TossSimulator.Cards;
using OrleansBilling.TossSimulator.Wire;

namespace OrleansBilling.TossSimulator.Browser;

/// <summary>
/// The card form as it was sent, digits only: number, <c>Expiry</c> MMYY as printed on a card, <c>Identity</c> the owner's birth date YYMMDD
/// or a business registration number of ten digits, <c>Password2</c> the first two digits of the card's password.
/// </summary>
internal sealed record CardForm(CardOwner Owner, string Number, string Expiry, string Identity, string Password2, bool Agreed)
{
    public string ExpiryMonth => Expiry[..2];

    public string ExpiryYear => Expiry[2..];

    public static CardForm Empty(CardOwner owner) => new(owner, "", "", "", "", false);

    public static CardForm Read(IFormCollection form, IReadOnlyList<CardOwner> offered) => new(
        Enum.TryParse(form["owner"], out CardOwner owner) && offered.Contains(owner) ? owner : offered[0],
        Digits(form["number"]), Digits(form["expiry"]), Digits(form["identity"]), Digits(form["password"]), form["agreed"] == "on");

    public CardInput ToInput() => new(Number, ExpiryYear, ExpiryMonth, Identity, Password2);

    // ToString of a record prints its members, and a card number must not reach a log.
    public override string ToString() => nameof(CardForm);

    /// <summary>What is wrong, by name of the field. Empty when the issuer may be asked.</summary>
    public IReadOnlyDictionary<string, string> Errors(DateTimeOffset now, Language language)
    {
        Dictionary<string, string> errors = [];
        void Require(bool holds, string field, string korean, string english)
        {
            if (!holds)
            {
                errors.TryAdd(field, language.Say(korean, english));
            }
        }

        // No check digit: numbers that the real sandbox accepts (9410 0012 3456 7890) do not have one.
        Require(Number.Length is >= 14 and <= 16, "number", "카드 번호 14~16자리를 입력해 주세요.", "Enter the 14 to 16 digits of the card number.");
        Require(IsMonth(), "expiry", "유효기간을 MM/YY로 입력해 주세요.", "Enter the expiry date as MM/YY.");
        Require(!IsMonth() || !IsPast(now), "expiry", "유효기간이 지난 카드예요.", "This card has expired.");
        if (Owner == CardOwner.Personal)
        {
            Require(IsBirthDate(), "identity", "생년월일 6자리(YYMMDD)를 입력해 주세요.", "Enter the date of birth as YYMMDD.");
        }
        else
        {
            Require(Identity.Length == 10, "identity", "사업자등록번호 10자리를 입력해 주세요.", "Enter the 10 digits of the business number.");
        }
        Require(Password2.Length == 2, "password", "비밀번호 앞 2자리를 입력해 주세요.", "Enter the first 2 digits of the password.");
        Require(Agreed, "agreed", "동의가 필요해요.", "Your consent is needed.");
        return errors;
    }

    private bool IsMonth() => Expiry.Length == 4 && int.Parse(ExpiryMonth, CultureInfo.InvariantCulture) is >= 1 and <= 12;

    // A card is good until the last day of its month.
    private bool IsPast(DateTimeOffset now)
    {
        DateTimeOffset today = now.ToOffset(KoreanTime.Offset);
        int month = int.Parse(ExpiryMonth, CultureInfo.InvariantCulture);
        int year = 2000 + int.Parse(ExpiryYear, CultureInfo.InvariantCulture);
        return (year, month).CompareTo((today.Year, today.Month)) < 0;
    }

    private bool IsBirthDate() => DateOnly.TryParseExact(Identity, "yyMMdd", CultureInfo.InvariantCulture, DateTimeStyles.None, out _);

    private static string Digits(string? text) => new((text ?? "").Where(char.IsAsciiDigit).Take(20).ToArray());
}
