using System.Globalization;
using OrleansBilling.TossSimulator.Cards;
using OrleansBilling.TossSimulator.Wire;

namespace OrleansBilling.TossSimulator.Browser;

/// <summary>What the registration window is made of. Every input has a label, and its error is read out with it.</summary>
internal static class WindowParts
{
    public static Markup Steps(Language language, int current)
    {
        Markup Step(int number, string name) =>
            $"""<li{(number == current ? Current : Markup.Nothing)}><span class="dot">{number}</span> {name}</li>""";

        return $"""
            <ol class="steps" aria-label="{language.Say("진행 단계", "Progress")}">
              {Step(1, language.Say("카드 정보", "Card"))}
              {Step(2, language.Say("본인 확인", "Verification"))}
            </ol>
            """;
    }

    public static Markup Alert(bool show, string text) => Markup.When(show, $"""<p class="alert" role="alert">{text}</p>""");

    /// <summary>Cards whose behaviour is scripted; a click fills the form.</summary>
    public static Markup TestCards(Language language, DateTimeOffset now)
    {
        // The card whose point is to expire does so next month; the others outlive every walk of the virtual clock that starts now.
        string Expiry(ScriptedCard card) => (card.Number == ScriptedCards.Expires ? now.AddMonths(1) : now.AddYears(20))
            .ToOffset(KoreanTime.Offset).ToString("MMyy", CultureInfo.InvariantCulture);

        Markup Choice(ScriptedCard card) =>
            $"""
            <li><button type="button" data-card="{card.Number}" data-expiry="{Expiry(card)}">
              <span class="number">{CardText.Grouped(card.Number)}</span> <span>{language.Say(card.DescriptionKo, card.DescriptionEn)}</span></button></li>
            """;

        return $"""
            <details class="cards">
              <summary>{language.Say("테스트 카드로 채우기", "Fill in a test card")}</summary>
              <ul>
              {ScriptedCards.All.Select(Choice)}
              </ul>
            </details>
            """;
    }

    public static Markup Owners(Language language, IReadOnlyList<CardOwner> offered, CardOwner chosen)
    {
        if (offered.Count == 1)
        {
            return $"""<input type="hidden" name="owner" value="{chosen.ToString()}">""";
        }
        Markup Choice(CardOwner owner) =>
            $"""
            <label><input type="radio" name="owner" value="{owner.ToString()}" data-identity="{IdentityLabel(language, owner)}"{(owner == chosen ? " checked" : "")}>
              <span>{(owner == CardOwner.Personal ? language.Say("개인카드", "Personal") : language.Say("법인카드", "Corporate"))}</span></label>
            """;

        return $"""
            <fieldset class="choice">
              <legend>{language.Say("카드 종류", "Card type")}</legend>
              {offered.Select(Choice)}
            </fieldset>
            """;
    }

    public static string IdentityLabel(Language language, CardOwner owner) => owner == CardOwner.Personal
        ? language.Say("생년월일 6자리", "Date of birth (YYMMDD)")
        : language.Say("사업자등록번호 10자리", "Business registration number (10 digits)");

    // Autofill is off: a browser must not offer somebody's real card to a rehearsal.
    public static Markup Field(
        string label, string name, string value, string placeholder, int length, IReadOnlyDictionary<string, string> errors, string type = "text") =>
        $"""
        <div class="field">
          <label for="{name}">{label}</label>
          <input id="{name}" name="{name}" type="{type}" value="{value}" placeholder="{placeholder}" maxlength="{length}" inputmode="numeric" autocomplete="off"{Described(name, errors)}>
          {ErrorOf(name, errors)}
        </div>
        """;

    public static Markup Consent(Language language, bool agreed, IReadOnlyDictionary<string, string> errors) =>
        $"""
        <div class="field">
          <label class="check"><input type="checkbox" name="agreed"{(agreed ? " checked" : "")}{Described("agreed", errors)}>
            <span>{language.Say("[필수] 자동결제 이용약관과 카드 정보 수집·이용에 동의해요.", "[Required] I agree to automatic payments and to the use of my card details.")}</span></label>
          {ErrorOf("agreed", errors)}
        </div>
        """;

    public static Markup Cancel(Language language, string address) =>
        $"""
        <form method="post" action="{address}/cancel" class="cancel"><button type="submit">{language.Say("취소", "Cancel")}</button></form>
        """;

    private static Markup Current => $""" aria-current="step" """;

    private static Markup Described(string name, IReadOnlyDictionary<string, string> errors) =>
        Markup.When(errors.ContainsKey(name), $""" aria-invalid="true" aria-describedby="{name}-error" """);

    private static Markup ErrorOf(string name, IReadOnlyDictionary<string, string> errors) =>
        errors.TryGetValue(name, out string? error) ? $"""<p class="error" id="{name}-error">{error}</p>""" : Markup.Nothing;
}
