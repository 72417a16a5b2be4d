using OrleansBilling.TossSimulator.Cards;
using OrleansBilling.TossSimulator.State;
using OrleansBilling.TossSimulator.Wire;

namespace OrleansBilling.TossSimulator.Browser.Home;

/// <summary>What happened at the simulator: money, keys, webhooks, requests.</summary>
internal static class HistorySections
{
    public static Markup Ledger(Language language, HomeView view) =>
        $"""
        <section id="ledger">
        <h2>{language.Say("원장", "Ledger")} <span class="count">{HomeTexts.Count(view.LedgerCount)}</span></h2>
        <ul class="figures">
          <li><span>{language.Say("승인", "Approved")}</span> <b>{HomeTexts.Krw(language, view.ApprovedKrw)}</b></li>
          <li><span>{language.Say("취소", "Cancelled")}</span> <b>{HomeTexts.Krw(language, view.CanceledKrw)}</b></li>
          <li><span>{language.Say("남은 금액", "Balance")}</span> <b>{HomeTexts.Krw(language, view.ApprovedKrw - view.CanceledKrw)}</b></li>
        </ul>
        {Table.Of(
            language.Say("승인과 취소, 최신순", "Approvals and cancels, newest first"),
            [language.Say("시각 (KST)", "Time (KST)"), language.Say("종류", "Kind"), language.Say("금액", "Amount"), language.Say("주문번호", "Order"),
                language.Say("고객 키", "Customer key"), language.Say("결제 키", "Payment key")],
            view.Ledger,
            language.Say("아직 승인되거나 취소된 결제가 없어요.", "Nothing was approved or cancelled yet."),
            row =>
            [
                HomeTexts.Time(row.At), Kind(language, row.Kind), Table.Digits(HomeTexts.Krw(language, row.AmountKrw)),
                Table.Code(row.OrderId), Table.Code(row.CustomerKey), Table.Code(row.PaymentKey),
            ])}
        {More(language, view.LedgerCount)}
        </section>
        """;

    private static Markup Kind(Language language, LedgerKind kind) => kind == LedgerKind.Approval
        ? Table.Tag("good", language.Say("승인", "Approval"))
        : Table.Tag("bad", language.Say("취소", "Cancel"));

    public static Markup BillingKeys(Language language, HomeView view) =>
        $"""
        <section id="keys">
        <h2>{language.Say("빌링키", "Billing keys")} <span class="count">{HomeTexts.Count(view.BillingKeyCount)}</span></h2>
        {Table.Of(
            language.Say("발급된 빌링키, 최신순", "Issued billing keys, newest first"),
            [language.Say("발급 (KST)", "Issued (KST)"), language.Say("빌링키", "Key"), language.Say("카드", "Card"), language.Say("고객 키", "Customer key"),
                language.Say("결제 시도", "Charges"), language.Say("상태", "State")],
            view.BillingKeys,
            language.Say("아직 등록된 카드가 없어요.", "No card was registered yet."),
            key =>
            [
                HomeTexts.Time(key.IssuedAt), Table.Code(HomeTexts.Masked(key.BillingKey)), CardOf(language, key.Card), Table.Code(key.CustomerKey),
                Table.Text(HomeTexts.Count(key.Charges)), KeyState(language, key),
            ])}
        {More(language, view.BillingKeyCount)}
        </section>
        """;

    private static Markup CardOf(Language language, CardOnFile card)
    {
        ScriptedCard? scripted = card.ScriptNumber is null ? null : ScriptedCards.Find(card.ScriptNumber);
        string behaviour = scripted is null ? "" : language.Say(scripted.DescriptionKo, scripted.DescriptionEn);
        return $"""
            {CardCheck.CompanyOf(card.IssuerCode)} <span class="digits">{card.MaskedNumber}</span> <small>{behaviour}</small>
            """;
    }

    private static Markup KeyState(Language language, BillingKeyRecord key) => key.RemovedAt is { } removed
        ? Table.Tag("bad", language.Say("삭제", "Deleted"), HomeTexts.Time(removed))
        : Table.Tag("good", language.Say("사용 가능", "Usable"));

    public static Markup Webhooks(Language language, HomeView view) =>
        $"""
        <section id="webhooks">
        <h2>{language.Say("웹훅", "Webhooks")} <span class="count">{HomeTexts.Count(view.WebhookCount)}</span></h2>
        {Table.Of(
            language.Say("보낸 웹훅, 최신순", "Webhooks sent, newest first"),
            [language.Say("시각 (KST)", "Time (KST)"), language.Say("이벤트", "Event"), language.Say("받는 곳", "Receiver"), language.Say("시도한 결과", "Tries"),
                language.Say("상태", "State")],
            view.Webhooks,
            language.Say("보낸 웹훅이 없어요. 받을 주소는 동작 설정에서 정해요.", "None sent. Receivers are set among the knobs."),
            webhook =>
            [
                HomeTexts.Time(webhook.CreatedAt), Table.Code(webhook.EventType), Table.Code(webhook.Url), Tries(language, webhook), WebhookState(language, webhook),
            ])}
        {More(language, view.WebhookCount)}
        </section>
        """;

    private static Markup Tries(Language language, WebhookRecord webhook) =>
        Table.Text(string.Join(", ", webhook.Attempts.Select(status => status == 0 ? language.Say("응답 없음", "no answer") : $"HTTP {status}")));

    private static Markup WebhookState(Language language, WebhookRecord webhook) => webhook switch
    {
        { NextAt: { } next } => Table.Tag("", language.Say("대기", "Pending"), HomeTexts.Time(next)),
        { State: "delivered" } => Table.Tag("good", language.Say("전달", "Delivered")),
        _ => Table.Tag("bad", language.Say("실패", "Failed")),
    };

    public static Markup Requests(Language language, HomeView view) =>
        $"""
        <section id="requests">
        <h2>{language.Say("최근 API 요청", "Recent API requests")} <span class="count">{HomeTexts.Count(view.RequestCount)}</span></h2>
        {Table.Of(
            language.Say("최근 API 요청, 최신순", "Recent API requests, newest first"),
            [language.Say("시각 (KST)", "Time (KST)"), language.Say("요청", "Request"), language.Say("대상", "Resource"), language.Say("주문번호", "Order"),
                language.Say("응답", "Answer"), language.Say("장애", "Fault")],
            view.Requests,
            language.Say("아직 요청이 없어요.", "No request yet."),
            row =>
            [
                HomeTexts.Time(row.At), Table.Text($"{row.Method} {row.Operation}"), Table.Code(row.Resource), Table.Code(row.OrderId), Answer(language, row),
                Table.Text(row.Fault),
            ])}
        {More(language, view.RequestCount)}
        </section>
        """;

    private static Markup Answer(Language language, RequestRow row)
    {
        string status = row.Status == 0 ? language.Say("연결 끊김", "dropped") : $"HTTP {row.Status}";
        string replay = row.IsReplay ? language.Say("(멱등 재응답)", "(replayed)") : "";
        return $"{status} {Table.Code(row.Code)} {replay}";
    }

    private static Markup More(Language language, int count) => Markup.When(count > HomeView.Rows,
        $"<p class=\"empty\">{language.Say($"최근 {HomeView.Rows}건만 보여요.", $"Only the latest {HomeView.Rows} are shown.")}</p>");
}
