using OrleansBilling.TossSimulator.Cards;
using OrleansBilling.TossSimulator.Faults;
using OrleansBilling.TossSimulator.State;
using OrleansBilling.TossSimulator.Wire;

namespace OrleansBilling.TossSimulator.Browser.Home;

/// <summary>The simulator's own page: what it is, what happened at it, and its switches.</summary>
internal static class HomePage
{
    public static IResult Send(HttpContext context, SimulatorState state, FaultPlan faults, RequestLog requests)
    {
        Language language = Language.Of(context.Request);
        HomeView view = HomeView.Of(state, requests);
        string title = language.Say("토스페이먼츠 시뮬레이터", "Toss Payments simulator");
        string address = $"{context.Request.Scheme}://{context.Request.Host}{context.Request.PathBase}";
        Markup body =
            $"""
            <header>
              <p><span class="badge">TEST</span></p>
              <h1>{title}</h1>
              <p class="lead">{language.Say(
                  "자동결제(빌링) API와 브라우저 SDK를 흉내 내는 연습용 서버예요. 토스페이먼츠와 무관하고, 돈은 움직이지 않아요.",
                  "A rehearsal server that plays the billing API and the browser SDK. It is not run by Toss Payments, and no money moves.")}</p>
              <nav aria-label="{language.Say("이 페이지의 내용", "On this page")}">
                <a href="#ledger">{language.Say("원장", "Ledger")}</a>
                <a href="#keys">{language.Say("빌링키", "Billing keys")}</a>
                <a href="#cards">{language.Say("테스트 카드", "Test cards")}</a>
                <a href="#clock">{language.Say("가상 시계", "Clock")}</a>
                <a href="#faults">{language.Say("장애", "Faults")}</a>
                <a href="#knobs">{language.Say("동작 설정", "Knobs")}</a>
                <a href="#webhooks">{language.Say("웹훅", "Webhooks")}</a>
                <a href="#requests">{language.Say("API 요청", "Requests")}</a>
              </nav>
            </header>
            <main>
            <p id="notice" class="notice" role="status" hidden></p>
            {Connection(language, address, state)}
            {HistorySections.Ledger(language, view)}
            {HistorySections.BillingKeys(language, view)}
            {Cards(language)}
            {ClockForm.Of(language, state.Clock)}
            {FaultForm.Of(language, faults)}
            {KnobForm.Of(language, state.Knobs)}
            {HistorySections.Webhooks(language, view)}
            {HistorySections.Requests(language, view)}
            </main>
            """;
        Markup page = Layout.Document(language, context.Request.PathBase, title, "home", body);
        return Layout.Send(context, page);
    }

    private static Markup Connection(Language language, string address, SimulatorState state)
    {
        // Client keys only. A secret key has no business in a browser, not even one that opens nothing.
        Markup Keys(SimulatorKeySet set) =>
            $"""<dt>{language.Say("클라이언트 키", "Client key")} ({set.MerchantId})</dt><dd><code>{set.ClientKey}</code></dd>""";

        return $"""
            <section id="connect">
            <h2>{language.Say("연결하기", "Connect")}</h2>
            <dl>
              <dt>{language.Say("API 주소", "API address")}</dt><dd><code>{address}/</code></dd>
              <dt>{language.Say("SDK 스크립트", "SDK script")}</dt><dd><code>{address}/v2/standard</code></dd>
              {state.KeySets.Select(Keys)}
            </dl>
            </section>
            """;
    }

    private static Markup Cards(Language language) =>
        $"""
        <section id="cards">
        <h2>{language.Say("테스트 카드", "Test cards")}</h2>
        <p>{language.Say(
            "카드 번호가 동작을 정해요. 앞의 다섯 번호는 실제 샌드박스에서 측정한 그대로이고, 나머지는 이 시뮬레이터의 약속이에요. 표에 없는 번호는 항상 승인돼요.",
            "The number decides what a card does. The first five behave as measured in the real sandbox, the rest are this simulator's own convention. Any other number always approves.")}</p>
        <details>
        <summary>{language.Say($"카드 {ScriptedCards.All.Count}장 보기", $"Show {ScriptedCards.All.Count} cards")}</summary>
        {Table.Of(
            language.Say("테스트 카드", "Test cards"),
            [language.Say("카드 번호", "Card number"), language.Say("동작", "What it does")],
            ScriptedCards.All,
            "",
            card => [Table.Digits(CardText.Grouped(card.Number)), Table.Text(language.Say(card.DescriptionKo, card.DescriptionEn))])}
        </details>
        </section>
        """;
}
