using System.Globalization;

namespace OrleansBilling.TossSimulator.Browser.Home;

/// <summary>All knobs in one form, since the control API replaces them as a whole.</summary>
internal static class KnobForm
{
    public static Markup Of(Language language, SimulatorKnobs knobs) =>
        $"""
        <section id="knobs">
        <h2>{language.Say("동작 설정", "Knobs")}</h2>
        <p>{language.Say(
            "토스가 문서로 정하지 않은 동작이에요. 기본값은 알려진 사실을 가장 안전하게 읽은 것이고, 다시 시작하면 기본값으로 돌아가요.",
            "Behaviour that Toss does not document. The defaults are the safest reading of what is known, and come back with a restart.")}</p>
        <details>
        <summary>{language.Say("설정 바꾸기", "Change them")}</summary>
        <form data-api="/simulator/knobs" class="knobs">
          {Switch("bindsServerErrors", knobs.BindsServerErrors, language.Say("5xx 응답도 멱등키에 묶기", "Bind 5xx answers to their idempotency key"))}
          {Switch("failedOrderIdsReusable", knobs.FailedOrderIdsReusable, language.Say("거절된 주문번호 다시 쓰기 허용", "Let order ids of declined charges be used again"))}
          {Switch("refusesDuplicateOrderIds", knobs.RefusesDuplicateOrderIds, language.Say("승인된 주문번호는 거절", "Refuse order ids that were approved"))}
          {Switch("failedChargesVisible", knobs.FailedChargesVisible, language.Say("거절된 결제도 조회되게", "Let declined charges be looked up"))}
          {Switch("everyCardExpires", knobs.EveryCardExpires, language.Say("모든 카드에 유효기간 적용", "Every card stops after its expiry month"))}
          {Switch("drift", knobs.Drift, language.Say("모르는 필드와 값을 섞기", "Mix in unknown fields and values"))}
          {Switch("webhookOnCancel", knobs.WebhookOnCancel, language.Say("취소하면 웹훅 보내기", "Send a webhook on cancel"))}
          {Switch("webhooksReversed", knobs.WebhooksReversed, language.Say("웹훅 순서 뒤바꾸기", "Send webhooks out of order"))}
          {Number("webhookDuplicates", knobs.WebhookDuplicates, language.Say("웹훅 중복 전송 횟수", "Repeats of each webhook"))}
          {Number("requestsPerMinute", knobs.RequestsPerMinute, language.Say("분당 요청 한도 (0은 없음)", "Requests per minute (0: no limit)"))}
          {Span("authKeyLifetime", knobs.AuthKeyLifetime, language.Say("authKey 수명", "Life of an authKey"))}
          {Span("idempotencyLifetime", knobs.IdempotencyLifetime, language.Say("멱등키 수명", "Life of an idempotency key"))}
          {Span("transactionsLag", knobs.TransactionsLag, language.Say("거래 조회 지연", "Lag of the transactions list"))}
          {Span("webhookTimeout", knobs.WebhookTimeout, language.Say("웹훅 응답 대기", "Wait for a webhook's receiver"))}
          {Text("unknownBillingKeyCode", knobs.UnknownBillingKeyCode, language.Say("없는 빌링키로 결제할 때 코드", "Code for a charge with an unknown key"))}
          {Text("unknownBillingKeyOnDeleteCode", knobs.UnknownBillingKeyOnDeleteCode, language.Say("없는 빌링키를 지울 때 코드", "Code for deleting an unknown key"))}
          <div class="wide"><label for="webhookUrls">{language.Say("웹훅 받을 주소 (한 줄에 하나)", "Webhook receivers (one a line)")}</label>
            <textarea id="webhookUrls" name="webhookUrls" data-kind="lines" rows="2" spellcheck="false">{string.Join('\n', knobs.WebhookUrls)}</textarea></div>
          <div class="wide"><button type="submit">{language.Say("적용", "Apply")}</button></div>
        </form>
        </details>
        </section>
        """;

    private static Markup Switch(string name, bool on, string label) =>
        $"""<div><label class="check"><input type="checkbox" id="{name}" name="{name}" data-kind="flag"{(on ? " checked" : "")}> <span>{label}</span></label></div>""";

    private static Markup Number(string name, int value, string label) =>
        $"""<div><label for="{name}">{label}</label><input id="{name}" name="{name}" type="number" min="0" data-kind="number" value="{value}"></div>""";

    // As .NET writes a TimeSpan: days.hours:minutes:seconds.
    private static Markup Span(string name, TimeSpan value, string label) =>
        $"""<div><label for="{name}">{label}</label><input id="{name}" name="{name}" data-kind="text" pattern="(\d+\.)?\d\d:\d\d:\d\d(\.\d+)?" value="{value.ToString("c", CultureInfo.InvariantCulture)}"></div>""";

    private static Markup Text(string name, string value, string label) =>
        $"""<div><label for="{name}">{label}</label><input id="{name}" name="{name}" data-kind="text" spellcheck="false" value="{value}"></div>""";
}
