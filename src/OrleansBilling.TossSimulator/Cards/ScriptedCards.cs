using OrleansBilling.TossSimulator.Faults;

namespace OrleansBilling.TossSimulator.Cards;

/// <summary>A card number that behaves in a known way.</summary>
public sealed record ScriptedCard(string Number, string DescriptionKo, string DescriptionEn)
{
    internal CardScript Script { get; init; } = CardScript.Approves;
    internal bool IsUnverified { get; init; }
}

/// <summary>
/// Every number with a behaviour of its own, in the order in which they are shown. The first five behave as measured in the sandbox of Toss;
/// the rest (9410 0090 0000 nnnn) are this simulator's convention: Toss publishes no such numbers. Use expiry 12/30, identity 900101,
/// password 12 unless the expiry is the point. A number that is not here approves always.
/// </summary>
public static class ScriptedCards
{
    private const string Prefix = "941000900000";

    public const string AlwaysApproves = "9410001234567890";
    public const string AlwaysDeclines = Prefix + "1000";
    public const string AlwaysStopped = Prefix + "2001";
    public const string FirstApprovedThenDeclines = Prefix + "3001";
    public const string FirstApprovedThenStopped = Prefix + "3002";
    public const string FirstApprovedThenTwoDeclines = Prefix + "3012";
    public const string Expires = Prefix + "4000";
    public const string AnswersAfter75SecondsButCommits = Prefix + "5175";
    public const string DropsAfterCommit = Prefix + "6001";
    public const string DropsBeforeCommitOnce = Prefix + "6002";
    public const string Committed500 = Prefix + "6003";
    public const string RefusedAtRegistration = Prefix + "8001";

    /// <summary>The card that declines <paramref name="times"/> charges (1–9) with REJECT_CARD_PAYMENT, then approves.</summary>
    public static string Declines(int times) => Prefix + "100" + Digit(times, most: 9);

    /// <summary>The card that answers PROVIDER_ERROR to <paramref name="times"/> charges (1–3), then approves. The answer is bound to its idempotency key.</summary>
    public static string ProviderErrors(int times) => Prefix + "700" + Digit(times, most: 3);

    /// <summary>The card whose charges take 3, 10, 30 or 65 seconds.</summary>
    public static string Slow(int seconds) => Prefix + "50" + seconds.ToString("00", System.Globalization.CultureInfo.InvariantCulture);

    public static IReadOnlyList<ScriptedCard> All { get; } =
    [
        new(AlwaysApproves, "항상 승인 (하나 신용)", "Always approves (Hana, credit)"),
        new("9410112233445566", "항상 승인 (BC)", "Always approves (BC)"),
        new("4906251234123456", "항상 승인 (BC)", "Always approves (BC)"),
        Unverified("4330121234567890"),
        Unverified("5520221234567890"),

        new(AlwaysDeclines, "항상 거절: 한도초과·잔액부족", "Always declines: over limit") { Script = new() { Code = "REJECT_CARD_PAYMENT" } },
        .. Enumerable.Range(1, 9).Select(times => new ScriptedCard(Declines(times), $"한도초과로 {times}번 거절한 뒤 승인", $"Declines {times}× (over limit), then approves")
        {
            Script = new() { Code = "REJECT_CARD_PAYMENT", Times = times },
        }),

        Refuses("2001", "INVALID_STOPPED_CARD", "정지된 카드", "Stopped card"),
        Refuses("2002", "INVALID_CARD_LOST_OR_STOLEN", "분실·도난 카드", "Lost or stolen card"),
        Refuses("2003", "NOT_SUPPORTED_CARD_TYPE", "지원되지 않는 카드 종류", "Card type not supported"),
        Refuses("2004", "INVALID_REJECT_CARD", "카드사 문의 필요", "Refer to card issuer"),
        Refuses("2005", "REJECT_CARD_COMPANY", "카드사 승인 거절", "Declined by the issuer"),
        Refuses("2006", "EXCEED_MAX_DAILY_PAYMENT_COUNT", "하루 결제 횟수 초과", "Over the daily count"),
        Refuses("2007", "SOME_NEW_CODE_OF_TOSS", "아무도 모르는 오류 코드", "A code that nobody knows"),

        AfterFirst("3001", "REJECT_CARD_PAYMENT", "첫 결제만 승인, 이후 한도초과", "First charge approved, then over limit"),
        AfterFirst("3002", "INVALID_STOPPED_CARD", "첫 결제만 승인, 이후 정지된 카드", "First charge approved, then stopped"),
        AfterFirst("3003", "INVALID_CARD_LOST_OR_STOLEN", "첫 결제만 승인, 이후 분실·도난", "First charge approved, then lost or stolen"),
        AfterFirst("3004", "INVALID_CARD_EXPIRATION", "첫 결제만 승인, 이후 유효기간 오류", "First charge approved, then expired"),
        AfterFirst("3011", "REJECT_CARD_PAYMENT", "첫 결제 승인, 1번 거절, 이후 승인", "First charge approved, 1 decline, then approves", times: 1),
        AfterFirst("3012", "REJECT_CARD_PAYMENT", "첫 결제 승인, 2번 거절, 이후 승인", "First charge approved, 2 declines, then approves", times: 2),

        new(Expires, "입력한 유효기간이 지나면 거절", "Declines after the expiry month that was entered") { Script = new() { Times = 0, Expires = true } },

        Faulty("5003", new(FaultKind.Latency) { Seconds = 3 }, "3초 뒤 응답", "Answers after 3 seconds"),
        Faulty("5010", new(FaultKind.Latency) { Seconds = 10 }, "10초 뒤 응답", "Answers after 10 seconds"),
        Faulty("5030", new(FaultKind.Latency) { Seconds = 30 }, "30초 뒤 응답", "Answers after 30 seconds"),
        Faulty("5065", new(FaultKind.Latency) { Seconds = 65 }, "65초 뒤 응답", "Answers after 65 seconds"),
        Faulty("5175", new(FaultKind.LateAfterCommit) { Seconds = 75 }, "바로 승인, 75초 뒤 응답", "Approves at once, answers after 75 seconds"),

        Faulty("6001", new(FaultKind.DropAfterCommit), "승인한 뒤 연결 끊김", "Approves, then drops the connection"),
        Faulty("6002", new(FaultKind.DropBeforeCommit), "첫 요청은 승인 전에 연결 끊김", "Drops the first request before approval", times: 1),
        Faulty("6003", new(FaultKind.Committed500), "승인하고도 500 응답", "Approves, yet answers 500"),
        .. Enumerable.Range(1, 3).Select(times => new ScriptedCard(
            ProviderErrors(times), $"PROVIDER_ERROR {times}번 뒤 승인", $"PROVIDER_ERROR {times}×, then approves")
        {
            Script = new() { Code = "PROVIDER_ERROR", Times = times },
        }),

        new(RefusedAtRegistration, "등록 거절: 카드번호 오류", "Refused at registration: card number") { Script = new() { Times = 0, IssueCode = "INVALID_CARD_NUMBER" } },
        new(Prefix + "8002", "등록 거절: 정지된 카드", "Refused at registration: stopped card") { Script = new() { Times = 0, IssueCode = "INVALID_STOPPED_CARD" } },
    ];

    private static readonly Dictionary<string, ScriptedCard> ByNumber = All.ToDictionary(card => card.Number);

    public static ScriptedCard? Find(string number) => ByNumber.GetValueOrDefault(number);

    private static ScriptedCard Unverified(string number) =>
        new(number, "등록은 되지만 결제는 거절: 지원되지 않는 카드 종류", "Registers, but every charge: card type not supported")
        {
            IsUnverified = true,
            Script = new() { Code = "NOT_SUPPORTED_CARD_TYPE" },
        };

    private static ScriptedCard Refuses(string digits, string code, string korean, string english) =>
        new(Prefix + digits, $"항상 거절: {korean}", $"Always declines: {english}") { Script = new() { Code = code } };

    private static ScriptedCard AfterFirst(string digits, string code, string korean, string english, int times = int.MaxValue) =>
        new(Prefix + digits, korean, english) { Script = new() { ApprovesFirst = 1, Code = code, Times = times } };

    private static ScriptedCard Faulty(string digits, Fault fault, string korean, string english, int times = int.MaxValue) =>
        new(Prefix + digits, korean, english) { Script = new() { Fault = fault, Times = times } };

    private static string Digit(int times, int most) => times >= 1 && times <= most
        ? times.ToString(System.Globalization.CultureInfo.InvariantCulture)
        : throw new ArgumentOutOfRangeException(nameof(times), times, $"1 to {most}");
}
