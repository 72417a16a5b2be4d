namespace OrleansBilling.TossSimulator.Browser;

/// <summary>The pages of the registration window: card form, text-message code, hand-over, refusal.</summary>
internal static class RegistrationPages
{
    public static Markup Card(Language language, string basePath, RegistrationWindow window, CardForm card, DateTimeOffset now, IReadOnlyDictionary<string, string> errors)
    {
        string address = $"{basePath}/sdk/register/{window.Id}";
        Markup body =
            $"""
            {WindowParts.Steps(language, 1)}
            <h1>{language.Say("카드 등록", "Register a card")}</h1>
            <p class="lead">{language.Say("정기 결제에 쓸 카드 정보를 입력해 주세요.", "Enter the card for your recurring payments.")}</p>
            {WindowParts.TestCards(language, now)}
            {WindowParts.Alert(errors.Count > 0, language.Say("입력한 내용을 확인해 주세요.", "Please check what you entered."))}
            <form method="post" action="{address}/card" novalidate>
              {WindowParts.Owners(language, window.Request.Owners, card.Owner)}
              {WindowParts.Field(language.Say("카드 번호", "Card number"), "number", card.Number, "0000 0000 0000 0000", 19, errors)}
              <div class="pair">
                {WindowParts.Field(language.Say("유효기간", "Expiry date"), "expiry", card.Expiry, "MM/YY", 5, errors)}
                {WindowParts.Field(language.Say("비밀번호 앞 2자리", "PIN, first 2 digits"), "password", "", "", 2, errors, type: "password")}
              </div>
              {WindowParts.Field(WindowParts.IdentityLabel(language, card.Owner), "identity", card.Identity, "", 12, errors)}
              {WindowParts.Consent(language, card.Agreed, errors)}
              <button class="primary" type="submit">{language.Say("다음", "Next")}</button>
            </form>
            {WindowParts.Cancel(language, address)}
            """;
        return Document(language, basePath, errors.Count > 0, language.Say("카드 등록", "Register a card"), body);
    }

    public static Markup Code(Language language, string basePath, RegistrationWindow window, bool wrongCode)
    {
        string address = $"{basePath}/sdk/register/{window.Id}";
        Dictionary<string, string> errors = [];
        if (wrongCode)
        {
            errors["code"] = language.Say(
                $"인증번호가 맞지 않아요. {window.CodeTriesLeft}번 더 입력할 수 있어요.", $"That code is wrong. Tries left: {window.CodeTriesLeft}.");
        }
        Markup body =
            $"""
            {WindowParts.Steps(language, 2)}
            <h1>{language.Say("본인 확인", "Verify it is you")}</h1>
            <p class="lead">{language.Say("문자로 받은 인증번호 6자리를 입력해 주세요.", "Enter the 6 digits from the text message.")}</p>
            <p class="note">{language.Say("실제 문자는 보내지 않아요. 테스트 인증번호는", "No message is really sent. The test code is")} <b>{RegistrationWindow.SandboxCode}</b>{language.Say("이에요.", ".")}</p>
            <form method="post" action="{address}/code" novalidate>
              {WindowParts.Field(language.Say("인증번호", "Code"), "code", "", "000000", 6, errors)}
              <button class="primary" type="submit">{language.Say("등록하기", "Register")}</button>
            </form>
            {WindowParts.Cancel(language, address)}
            """;
        return Document(language, basePath, wrongCode, language.Say("본인 확인", "Verify it is you"), body);
    }

    /// <summary>
    /// The last page inside a frame. Its script tells the page around it what happened, and only the origin that opened the window is told.
    /// </summary>
    public static Markup HandOver(Language language, string basePath, string opener, string flow, RegistrationEnd end)
    {
        (string type, string url) = end is RegistrationEnd.Leave leave ? ("navigate", leave.Url) : ("canceled", "");
        return Document(language, basePath, false, language.Say("잠시만 기다려 주세요", "One moment"),
            $"""
            <p class="wait" role="status" data-opener="{opener}" data-flow="{flow}" data-type="{type}" data-url="{url}">{language.Say("상점으로 돌아가고 있어요…", "Returning to the shop…")}</p>
            """);
    }

    public static Markup Refused(Language language, string basePath, string opener, string flow, Refusal refusal) =>
        Document(language, basePath, false, language.Say("등록할 수 없어요", "Cannot register"),
            $"""
            <h1>{language.Say("등록할 수 없어요", "Cannot register")}</h1>
            <div class="alert" role="alert" data-opener="{opener}" data-flow="{flow}" data-type="refused" data-code="{refusal.Code}" data-message="{refusal.Message}">
              <p>{refusal.Message}</p>
              <p><code>{refusal.Code}</code></p>
            </div>
            <p class="lead">{language.Say("상점이 보낸 요청에 문제가 있어요. 이 화면을 닫아 주세요.", "The shop sent a request that cannot be used. You may close this page.")}</p>
            """);

    public static Markup Gone(Language language, string basePath) =>
        Document(language, basePath, false, language.Say("끝난 등록이에요", "Registration is over"),
            $"""
            <h1>{language.Say("끝난 등록이에요", "This registration is over")}</h1>
            <p class="lead">{language.Say("상점 화면에서 다시 시작해 주세요.", "Please start again from the shop.")}</p>
            """);

    private static Markup Document(Language language, string basePath, bool hasError, string title, Markup body)
    {
        string prefix = hasError ? language.Say("오류: ", "Error: ") : "";
        return Layout.Document(language, basePath, $"{prefix}{title} · {language.Say("토스페이먼츠 시뮬레이터", "Toss Payments simulator")}", "window",
            $"""
            <header><span class="badge">TEST</span> {language.Say("토스페이먼츠 시뮬레이터", "Toss Payments simulator")}</header>
            <main>
            {body}
            </main>
            <footer>{language.Say("연습용 화면이에요. 실제 카드 정보를 입력하지 마세요. 돈은 움직이지 않아요.", "This is a rehearsal. Do not enter a real card. No money moves.")}</footer>
            """);
    }
}
