using System.Globalization;
using System.Text.Json;
using OrleansBilling.TossSimulator.Faults;
using OrleansBilling.TossSimulator.Wire;

namespace OrleansBilling.TossSimulator.Browser.Home;

/// <summary>Orders the next requests to go wrong, and shows what is ordered.</summary>
internal static class FaultForm
{
    private static readonly JsonSerializerOptions WireNames = new(JsonSerializerDefaults.Web);

    // An answer of one's own needs a body: that is for the control API.
    private static readonly FaultKind[] Offered = [.. Enum.GetValues<FaultKind>().Where(kind => kind != FaultKind.Answer)];

    public static Markup Of(Language language, FaultPlan faults) =>
        $"""
        <section id="faults">
        <h2>{language.Say("장애 일으키기", "Faults")} <span class="count">{HomeTexts.Count(faults.Rules.Count)}</span></h2>
        <p>{language.Say("다음 요청부터 정한 횟수만큼 일부러 실패해요.", "The next requests go wrong on purpose, as often as you say.")}</p>
        <form data-api="/simulator/faults" class="knobs">
          <div><label for="kind">{language.Say("장애", "Fault")}</label><select id="kind" name="kind" data-kind="text">{Offered.Select(kind => Kind(language, kind))}</select></div>
          <div><label for="operation">{language.Say("요청", "Request")}</label><select id="operation" name="operation" data-kind="optional">
            <option value="">{language.Say("모든 요청", "Any request")}</option>{Enum.GetValues<WireOperation>().Select(operation => Operation(language, operation))}</select></div>
          <div><label for="times">{language.Say("횟수", "Times")}</label><input id="times" name="times" type="number" min="1" value="1" data-kind="number"></div>
          <div><label for="seconds">{language.Say("기다릴 시간 (초)", "Wait (seconds)")}</label><input id="seconds" name="seconds" type="number" min="0" value="0" data-kind="number"></div>
          <div><label for="code">{language.Say("오류 코드 (선택)", "Error code (optional)")}</label><input id="code" name="code" data-kind="optional" placeholder="PROVIDER_ERROR" spellcheck="false"></div>
          <div><label for="orderIdPrefix">{language.Say("주문번호 앞부분 (선택)", "Order id begins with (optional)")}</label><input id="orderIdPrefix" name="orderIdPrefix" data-kind="optional" spellcheck="false"></div>
          <div class="wide"><button type="submit">{language.Say("추가", "Add")}</button></div>
        </form>
        {Table.Of(
            language.Say("기다리는 장애", "Faults in wait"),
            [language.Say("장애", "Fault"), language.Say("요청", "Request"), language.Say("조건", "Only for"), language.Say("남은 횟수", "Left")],
            faults.Rules,
            language.Say("기다리는 장애가 없어요.", "None in wait."),
            rule =>
            [
                Table.Text(Described(language, rule.Fault)), Table.Text(rule.Operation is { } operation ? NameOf(language, operation) : language.Say("모든 요청", "Any request")),
                Table.Code($"{rule.OrderIdPrefix} {rule.CustomerKey}".Trim()), Table.Text(HomeTexts.Count(rule.Left)),
            ])}
        {Markup.When(faults.Rules.Count > 0 || faults.Held > 0, Clearing(language, faults.Held))}
        </section>
        """;

    private static Markup Clearing(Language language, int held) =>
        $"""
        <div class="row">
          <form data-api="/simulator/faults" data-method="DELETE"><button type="submit">{language.Say("모두 지우기", "Remove all")}</button></form>
          {Markup.When(held > 0, Releasing(language, held))}
        </div>
        """;

    private static Markup Releasing(Language language, int held) =>
        $"""<form data-api="/simulator/faults/release"><button type="submit">{language.Say($"붙잡은 요청 {held}건 놓아주기", $"Release held requests: {held}")}</button></form>""";

    private static Markup Kind(Language language, FaultKind kind) =>
        $"""<option value="{WireName(kind)}">{NameOf(language, kind)}</option>""";

    private static Markup Operation(Language language, WireOperation operation) =>
        $"""<option value="{WireName(operation)}">{NameOf(language, operation)}</option>""";

    // The name that the control API reads, whatever converter the enum has.
    private static string WireName<T>(T value)
        where T : struct, Enum => JsonSerializer.SerializeToElement(value, WireNames).ToString();

    private static string Described(Language language, Fault fault)
    {
        string seconds = fault.Seconds > 0 ? fault.Seconds.ToString("0.#", CultureInfo.InvariantCulture) + language.Say("초", " s") : "";
        return string.Join(' ', ((string[])[NameOf(language, fault.Kind), fault.Code ?? "", seconds]).Where(part => part.Length > 0));
    }

    private static string NameOf(Language language, FaultKind kind) => kind switch
    {
        FaultKind.Error => language.Say("오류 코드로 응답", "Answer an error code"),
        FaultKind.Latency => language.Say("늦게 처리", "Work late"),
        FaultKind.LateAfterCommit => language.Say("처리하고 늦게 응답", "Work, answer late"),
        FaultKind.DropBeforeCommit => language.Say("처리 전에 연결 끊기", "Drop before work"),
        FaultKind.DropAfterCommit => language.Say("처리하고 연결 끊기", "Drop after work"),
        FaultKind.Committed500 => language.Say("처리하고 500 응답", "Work, answer 500"),
        FaultKind.HtmlBody => language.Say("HTML로 응답", "Answer HTML"),
        FaultKind.Truncated => language.Say("응답을 중간에 자르기", "Cut the answer short"),
        FaultKind.Http429 => language.Say("429 응답", "Answer 429"),
        FaultKind.Hold => language.Say("놓아줄 때까지 붙잡기", "Hold until released"),
        FaultKind.Answer => language.Say("정해 준 응답", "Answer as told"),
        _ => kind.ToString(),
    };

    private static string NameOf(Language language, WireOperation operation) => operation switch
    {
        WireOperation.Issue => language.Say("빌링키 발급", "Issue a billing key"),
        WireOperation.Charge => language.Say("결제", "Charge"),
        WireOperation.Cancel => language.Say("취소", "Cancel"),
        WireOperation.Delete => language.Say("빌링키 삭제", "Delete a billing key"),
        WireOperation.Lookup => language.Say("결제 조회", "Look up"),
        WireOperation.Transactions => language.Say("거래 조회", "Transactions"),
        _ => operation.ToString(),
    };
}
