namespace OrleansBilling.TossSimulator.Browser;

/// <summary>Code and message with which the SDK's promise is rejected, or the merchant's failUrl is called. Messages as published by Toss.</summary>
internal sealed record Refusal(string Code, string Message)
{
    public static readonly Refusal InvalidParameters =
        new("INVALID_PARAMETERS", "필수 파라미터를 누락하거나, 정의되지 않은 파라미터를 추가하거나, 파라미터의 타입이 올바르지 않을 때 발생합니다.");

    public static readonly Refusal UnknownClientKey = new("UNAUTHORIZED_KEY", "인증되지 않은 시크릿 키 혹은 클라이언트 키 입니다.");
    public static readonly Refusal InvalidCustomerKey =
        new("INVALID_CUSTOMER_KEY", "고객키는 영문 대소문자, 숫자, 특수문자 -, _, =, ., @로 2자 이상 50자 이하여야 합니다.");

    public static readonly Refusal NotSupportedMethod = new("NOT_SUPPORTED_METHOD", "지원되지 않는 결제수단입니다.");
    public static readonly Refusal IncorrectSuccessUrl = new("INCORRECT_SUCCESS_URL_FORMAT", "잘못된 successUrl 입니다.");
    public static readonly Refusal IncorrectFailUrl = new("INCORRECT_FAIL_URL_FORMAT", "잘못된 failUrl 입니다.");

    /// <summary>The buyer gave up in the window.</summary>
    public static readonly Refusal Canceled = new("PAY_PROCESS_CANCELED", "사용자에 의해 결제가 취소되었습니다.");

    /// <summary>The buyer could not prove who they are.</summary>
    public static readonly Refusal Aborted = new("PAY_PROCESS_ABORTED", "결제 진행 중 승인에 실패하여 결제가 중단되었습니다.");

    /// <summary>The issuer refuses the card that was entered.</summary>
    public static readonly Refusal CardRejected = new("REJECT_CARD_COMPANY", "결제 승인이 거절되었습니다.");
}
