using System.Collections.Frozen;

namespace OrleansBilling.TossSimulator.Wire;

/// <param name="Status">HTTP status. Not a hint for retries: PROVIDER_ERROR is 400 and transient, FAILED_DB_PROCESSING is 500 and a wrong value.</param>
internal sealed record TossError(string Code, int Status, string Korean, string English)
{
    public string Message(bool english) => english ? English : Korean;
}

/// <summary>
/// Every code that the simulator can answer, and that TossPayments-Test-Code can force. Status and Korean message as published by Toss or
/// measured, where either exists; messages of codes that are only known by name, and the English ones, are worded here.
/// </summary>
internal static class TossErrors
{
    private static readonly FrozenDictionary<string, TossError> ByCode = All().ToFrozenDictionary(error => error.Code);

    public static TossError? Find(string code) => ByCode.GetValueOrDefault(code);

    /// <summary>A code that is not in the table answers 400 with its own name, as a code that Toss adds tomorrow would.</summary>
    public static TossError Get(string code) => Find(code) ?? new(code, 400, code, code);

    public static IEnumerable<TossError> Table => ByCode.Values;

    private static IEnumerable<TossError> All() =>
    [
        // Keys, headers, request.
        new("UNAUTHORIZED_KEY", 401, "인증되지 않은 시크릿 키 혹은 클라이언트 키 입니다.", "Unauthorized secretKey or clientKey."),
        new("INCORRECT_BASIC_AUTH_FORMAT", 403, "잘못된 요청입니다. ':' 를 포함해 인코딩해주세요.", "Malformed request. Include ':' when encoding."),
        new("INVALID_API_KEY", 400, "잘못된 시크릿키 연동 정보 입니다.", "Incorrect secret key."),
        new("INVALID_CLIENT_KEY", 400, "잘못된 클라이언트 연동 정보 입니다.", "Incorrect client key."),
        new("API_KEY_ACCESS_DENIED", 403, "API 키 접근 정책에 의해 거부되었습니다.", "Denied by the access policy of the API key."),
        new("INSECURE_KEY_USAGE", 403, "시크릿 키는 클라이언트에서 사용할 수 없습니다.", "A secret key must not be used in client code."),
        new("API_VERSION_UPDATE_NEEDED", 400, "API 버전 업데이트가 필요합니다.", "The API version must be updated."),
        new("FORBIDDEN_REQUEST", 403, "허용되지 않은 요청입니다.", "Not allowed request."),
        new("NOT_FOUND_MERCHANT", 404, "존재하지 않는 상점 정보 입니다.", "Not found merchant."),
        new("NOT_FOUND_MERCHANT_INTEGRATION", 404, "존재하지 않는 상점 연동 정보 입니다.", "Not found merchant integration."),
        new("NOT_FOUND_HTTP_METHOD", 404, "존재하지 않는 HTTP 메소드 접근입니다.", "Not found HTTP method."),
        new("NOT_FOUND_TERMINAL_ID", 400, "단말기번호(Terminal Id)가 없습니다. 토스페이먼츠로 문의 바랍니다.", "No terminal id. Ask Toss Payments."),
        new("NOT_REGISTERED_BUSINESS", 400, "등록되지 않은 사업자 번호입니다.", "Business number is not registered."),
        new("INVALID_UNREGISTERED_SUBMALL", 400, "등록되지 않은 서브몰입니다.", "Submall is not registered."),
        new("NOT_SUPPORTED_METHOD", 400, "지원되지 않는 결제수단입니다.", "Not supported payment method."),
        new("NOT_SUPPORTED_PROCESS", 400, "지원되지 않는 처리입니다.", "Not supported process."),
        new("INVALID_IDEMPOTENCY_KEY", 400, "멱등키는 300자 이하여야 합니다.", "Idempotency key must be 300 characters or fewer."),
        new("IDEMPOTENT_REQUEST_PROCESSING", 409, "이전 멱등 요청이 처리중입니다.", "The previous idempotent request is being processed."),
        new("INVALID_TEST_CODE", 400, "유효하지 않은 테스트 코드입니다.", "Invalid test code."),
        new("INVALID_REQUEST", 400, "잘못된 요청입니다.", "The bad request."),
        new("INVALID_REQUIRED_PARAM", 400, "필수 파라미터가 누락되었습니다.", "A required parameter is missing."),
        new("INVALID_ORDER_ID", 400, "주문번호는 영문 대소문자, 숫자, 특수문자 -, _ 로 6자 이상 64자 이하여야 합니다.", "orderId must have 6 to 64 letters, digits, - or _."),
        new("INVALID_ORDER_NAME", 400, "주문명은 100자 이하여야 합니다.", "orderName must be 100 characters or fewer."),
        new("INVALID_CUSTOMER_KEY", 400, "고객키는 영문 대소문자, 숫자, 특수문자 -, _, =, ., @ 로 2자 이상 255자 이하여야 합니다.", "customerKey must have 2 to 255 letters, digits, -, _, =, . or @."),
        new("INVALID_EMAIL", 400, "이메일 주소 형식에 맞지 않습니다.", "Invalid e-mail address."),
        new("INVALID_CURRENCY", 400, "잘못된 통화 값입니다.", "Invalid currency."),
        new("REQUIRED_AMOUNT", 400, "결제금액은 필수 값입니다.", "amount is required."),
        new("BELOW_ZERO_AMOUNT", 400, "금액은 0보다 커야 합니다.", "Amount must be over zero."),
        new("BELOW_MINIMUM_AMOUNT", 400, "신용카드는 결제금액이 100원 이상, 계좌는 200원이상부터 결제가 가능합니다.", "Cards pay 100 won or more, accounts 200 won or more."),
        new("EXCEEDS_TRANSFER_AMOUNT_MAXIMUM", 400, "계좌이체는 1회 1,000만원까지 결제가 가능합니다.", "Transfers pay at most 10,000,000 won."),
        new("INVALID_DATE", 400, "날짜 데이터가 잘못 되었습니다.", "Invalid date."),
        new("INVALID_ISO_DATE_FORMAT", 400, "날짜는 ISO 8601 형식이어야 합니다.", "Dates must be ISO 8601."),
        new("EXCEED_MAX_QUERY_LIMIT", 400, "조회 가능한 최대 개수를 초과했습니다.", "Over the query limit."),
        new("UNAPPROVED_ORDER_ID", 400, "아직 승인되지 않은 주문번호입니다.", "The order is not approved."),

        // Billing keys and registration.
        new("NOT_FOUND_BILLING", 404, "존재하지 않는 빌링 결제 인증 정보 입니다.", "Not found billing authentication."),
        new("INVALID_BILLING_AUTH", 400, "유효하지 않은 빌링 인증입니다.", "Invalid billing authentication."),
        new("INVALID_AUTHORIZE_AUTH", 400, "유효하지 않은 인증 방식입니다.", "Invalid authentication."),
        new("INVALID_BILL_KEY_REQUEST", 400, "빌링키 인증이 완료되지 않았거나 유효하지 않은 빌링 거래 건입니다.", "Billing key is not authenticated or invalid."),
        new("ALREADY_REMOVED_BILLING_KEY", 400, "이미 삭제된 빌링키입니다.", "Already removed billing key."),
        new("NOT_MATCHES_CUSTOMER_KEY", 400, "빌링 인증 고객키와 결제 요청 고객키가 일치하지 않습니다.", "customerKey is not the one of the billing key."),
        new("INVALID_CARD_IDENTITY", 400, "입력하신 주민번호/사업자번호가 카드 소유주 정보와 일치하지 않습니다.", "Birth date or business number is not the card owner's."),
        new("INVALID_CARD_PASSWORD", 400, "카드 정보를 다시 확인해주세요. (비밀번호)", "Check the card. (password)"),
        new("INVALID_BIRTH_DAY_FORMAT", 400, "생년월일 정보는 6자리의 `yyMMdd` 형식이어야 합니다. 사업자등록번호는 10자리의 숫자여야 합니다.", "Birth date must be yyMMdd, business number 10 digits."),

        // Refusals of card, issuer and account.
        new("REJECT_CARD_PAYMENT", 403, "한도초과 혹은 잔액부족으로 결제에 실패했습니다.", "Over the limit or insufficient balance."),
        new("REJECT_ACCOUNT_PAYMENT", 403, "잔액부족으로 결제에 실패했습니다.", "Insufficient balance."),
        new("REJECT_CARD_COMPANY", 403, "결제 승인이 거절되었습니다.", "Payment was rejected by the card company."),
        new("EXCEED_MAX_AMOUNT", 400, "거래금액 한도를 초과했습니다.", "Over the amount limit."),
        new("EXCEED_UNKNOWN_CASE", 400, "한도 초과 되었습니다.", "Over a limit."),
        new("EXCEED_MAX_PAYMENT_AMOUNT", 400, "하루 결제 가능 금액을 초과했습니다.", "Over the daily amount."),
        new("EXCEED_MAX_DAILY_PAYMENT_COUNT", 400, "하루 결제 가능 횟수를 초과했습니다.", "Over the daily count."),
        new("EXCEED_MAX_ONE_DAY_WITHDRAW_AMOUNT", 400, "1일 출금 한도를 초과했습니다.", "Over the daily withdrawal limit."),
        new("EXCEED_MAX_ONE_TIME_WITHDRAW_AMOUNT", 400, "1회 출금 한도를 초과했습니다.", "Over the single withdrawal limit."),
        new("EXCEED_MAX_ONE_DAY_AMOUNT", 403, "일일 한도를 초과했습니다.", "Over the daily limit."),
        new("NOT_AVAILABLE_PAYMENT", 400, "결제가 불가능한 시간대입니다.", "No payments at this time of day."),
        new("NOT_AVAILABLE_BANK", 403, "은행 서비스 시간이 아닙니다.", "Outside the bank's service hours."),
        new("MAINTAINED_METHOD", 400, "현재 점검 중 입니다.", "Under maintenance."),
        new("RESTRICTED_TRANSFER_ACCOUNT", 400, "계좌는 등록 후 12시간 뒤부터 결제할 수 있습니다. 관련 정책은 해당 은행으로 문의해주세요.", "An account can pay 12 hours after registration."),
        new("FDS_ERROR", 403, "위험거래가 감지되어 결제가 제한됩니다.", "Restricted: a risky transaction was detected."),
        new("SUSPECTED_PHISHING_PAYMENT", 403, "피싱이 의심되는 결제입니다.", "Suspected phishing."),
        new("INVALID_STOPPED_CARD", 400, "정지된 카드 입니다.", "Stopped card."),
        new("INVALID_CARD_EXPIRATION", 400, "카드 정보를 다시 확인해주세요. (유효기간)", "Check the card. (expiration date)"),
        new("INVALID_CARD_LOST_OR_STOLEN", 400, "분실 혹은 도난 카드입니다.", "Lost or stolen card."),
        new("INVALID_REJECT_CARD", 400, "카드 사용이 거절되었습니다. 카드사 문의가 필요합니다.", "Refer to card issuer/decline."),
        new("INVALID_CARD_NUMBER", 400, "카드번호를 다시 확인해주세요.", "Check the card number."),
        new("INVALID_CARD", 400, "카드 입력정보가 올바르지 않습니다.", "Card details are not correct."),
        new("NOT_SUPPORTED_CARD_TYPE", 400, "지원되지 않는 카드 종류입니다.", "Not supported card type."),
        new("NOT_REGISTERED_CARD_COMPANY", 400, "카드를 사용 등록 후 이용해주세요.", "Activate the card before using it."),
        new("EXCEED_MAX_AUTH_COUNT", 403, "최대 인증 횟수를 초과했습니다. 카드사로 문의해주세요.", "Too many authentications. Ask the card company."),
        new("INVALID_PASSWORD", 403, "결제 비밀번호가 일치하지 않습니다.", "Payment password does not match."),
        new("INVALID_ACCOUNT_INFO_RE_REGISTER", 400, "유효하지 않은 계좌입니다. 계좌 재등록 후 시도해주세요.", "Invalid account. Register it again."),
        new("REJECT_TOSSPAY_INVALID_ACCOUNT", 403, "선택하신 출금 계좌가 출금이체 등록이 되어 있지 않아요. 계좌를 다시 등록해 주세요.", "The account is not registered for withdrawal."),
        new("USER_ACCOUNT_ON_HOLD", 400, "계정이 사용 불가능한 상태입니다.", "The account is on hold."),

        // Installments: never asked for in billing.
        new("NOT_SUPPORTED_INSTALLMENT_PLAN_CARD_OR_MERCHANT", 400, "할부가 지원되지 않는 카드 또는 가맹점 입니다.", "Installments not supported."),
        new("INVALID_CARD_INSTALLMENT_PLAN", 400, "할부 개월 정보가 잘못되었습니다.", "Invalid installment plan."),
        new("NOT_SUPPORTED_MONTHLY_INSTALLMENT_PLAN", 400, "할부가 지원되지 않는 카드입니다.", "Installments not supported by the card."),
        new("NOT_SUPPORTED_MONTHLY_INSTALLMENT_PLAN_BELOW_AMOUNT", 400, "5만원 이하의 결제는 할부가 불가능해서 결제에 실패했습니다.", "No installments below 50,000 won."),
        new("EXCEED_MAX_CARD_INSTALLMENT_PLAN", 400, "설정 가능한 최대 할부 개월 수를 초과했습니다.", "Over the longest installment plan."),
        new("EXCEED_MIN_CARD_INSTALLMENT_PLAN", 400, "최소 할부 개월 수 미만입니다.", "Below the shortest installment plan."),
        new("NOT_ALLOWED_INSTALLMENT_BELOW_AMOUNT", 400, "할부가 불가능한 금액입니다.", "No installments for this amount."),
        new("NOT_ALLOWED_POINT_USE", 400, "포인트 사용이 불가한 카드로 카드 포인트 결제에 실패했습니다.", "No points with this card."),

        // Already done.
        new("DUPLICATED_ORDER_ID", 400, "이미 승인 및 취소가 진행된 중복된 주문번호 입니다. 다른 주문번호로 진행해주세요.", "Duplicated orderId. Use another one."),
        new("ALREADY_PROCESSED_PAYMENT", 400, "이미 처리된 결제 입니다.", "Already processed payment."),
        new("ALREADY_COMPLETED_PAYMENT", 400, "이미 완료된 결제 입니다.", "Already completed payment."),
        new("DUPLICATED_REQUEST", 400, "중복된 요청입니다.", "Duplicated request."),

        // Cancels and look-ups.
        new("NOT_FOUND_PAYMENT", 404, "존재하지 않는 결제 정보 입니다.", "Not found payment."),
        new("NOT_FOUND", 404, "존재하지 않는 정보 입니다.", "Not found."),
        new("ALREADY_CANCELED_PAYMENT", 400, "이미 취소된 결제 입니다.", "Already canceled payment."),
        new("NOT_MATCHES_REFUNDABLE_AMOUNT", 400, "잔액 결과가 일치하지 않습니다.", "Refundable amount does not match."),
        new("NOT_CANCELABLE_AMOUNT", 403, "취소 할 수 없는 금액 입니다.", "Not cancelable amount."),
        new("NOT_CANCELABLE_PAYMENT", 403, "취소 할 수 없는 결제 입니다.", "Not cancelable payment."),
        new("NOT_ALLOWED_PARTIAL_REFUND", 403, "부분 취소가 허용되지 않는 결제 입니다.", "Partial refund is not allowed."),
        new("NOT_ALLOWED_PARTIAL_REFUND_WAITING_DEPOSIT", 403, "입금 대기중인 결제는 부분 환불이 불가합니다.", "No partial refund while a deposit is awaited."),
        new("INVALID_REFUND_AMOUNT", 400, "잘못된 환불 금액입니다.", "Invalid refund amount."),
        new("EXCEED_MAX_REFUND_AMOUNT", 403, "환불 가능한 금액을 초과했습니다.", "Over the refundable amount."),
        new("EXCEED_CANCEL_AMOUNT_DISCOUNT_AMOUNT", 400, "즉시할인금액보다 적은 금액은 부분취소가 불가능합니다.", "Partial cancel below the discount is impossible."),
        new("INVALID_REFUND_ACCOUNT_INFO", 400, "환불 계좌번호와 예금주명이 일치하지 않습니다.", "Refund account and holder do not match."),
        new("INVALID_REFUND_ACCOUNT_NUMBER", 400, "잘못된 환불 계좌번호입니다.", "Invalid refund account number."),
        new("INVALID_BANK", 400, "유효하지 않은 은행입니다.", "Invalid bank."),
        new("REFUND_REJECTED", 400, "환불이 거절됐습니다. 결제사에 문의 부탁드립니다.", "Refund was rejected."),
        new("ALREADY_REFUND_PAYMENT", 400, "이미 환불된 결제입니다.", "Already refunded."),
        new("FORBIDDEN_BANK_REFUND_REQUEST", 400, "고객 계좌가 입금이 되지 않는 상태입니다.", "The customer's account takes no deposits."),
        new("EXCEED_MAX_REFUND_DUE", 403, "환불 가능한 기간이 지났습니다.", "The refund period is over."),
        new("NOT_CANCELABLE_PAYMENT_FOR_DORMANT_USER", 403, "휴면 처리된 회원의 결제는 취소할 수 없습니다.", "Payments of dormant users cannot be canceled."),
        new("EXCEED_CANCEL_LIMIT", 403, "취소 한도를 초과했습니다.", "Over the cancel limit."),
        new("FAILED_REFUND_PROCESS", 500, "은행 응답시간 지연이나 일시적인 오류로 환불요청에 실패했습니다.", "Refund failed by a delay of the bank."),
        new("FAILED_METHOD_HANDLING_CANCEL", 500, "취소 중 결제 시 사용한 결제 수단 처리과정에서 일시적인 오류가 발생했습니다.", "The payment method failed during the cancel."),
        new("FAILED_PARTIAL_REFUND", 500, "은행 점검, 해약 계좌 등의 사유로 부분 환불이 실패했습니다.", "Partial refund failed."),

        // Transient, whatever the status says.
        new("PROVIDER_ERROR", 400, "일시적인 오류가 발생했습니다. 잠시 후 다시 시도해주세요.", "A temporary error occurred. Try again later."),
        new("CARD_PROCESSING_ERROR", 400, "카드사에서 오류가 발생했습니다.", "The card company had an error."),
        new("FORBIDDEN_CONSECUTIVE_REQUEST", 403, "반복적인 요청은 허용되지 않습니다. 잠시 후 다시 시도해주세요.", "Consecutive requests are not allowed. Try again later."),
        new("FAILED_INTERNAL_SYSTEM_PROCESSING", 500, "내부 시스템 처리 작업이 실패했습니다. 잠시 후 다시 시도해주세요.", "Internal processing failed. Try again later."),
        new("FAILED_PAYMENT_INTERNAL_SYSTEM_PROCESSING", 500, "결제가 완료되지 않았어요. 다시 시도해주세요.", "The payment was not completed. Try again."),
        new("FAILED_CARD_COMPANY_RESPONSE", 500, "카드사에서 에러가 발생했습니다. 잠시 후 다시 시도해 주세요.", "The card company answered with an error. Try again later."),
        new("FAILED_METHOD_HANDLING", 500, "결제 수단 처리과정에서 일시적인 오류가 발생했습니다.", "The payment method failed temporarily."),
        new("FAILED_BILLING_AUTO_CANCEL", 500, "자동결제 취소에 실패했습니다.", "Automatic cancel failed."),
        new("FAILED_BILL_KEY_AUTH_CREATION", 500, "빌링키 인증 생성에 실패했습니다.", "Creating the billing authentication failed."),
        new("FAILED_HASH_DATA_CREATION", 500, "해쉬 데이터 생성에 실패했습니다.", "Creating hash data failed."),
        new("FAILED_DB_PROCESSING", 500, "잘못된 요청 값으로 처리 중 DB 에러가 발생했습니다.", "Database error caused by an invalid value."),
        new("UNKNOWN_ERROR", 500, "알 수 없는 에러가 발생했습니다.", "Unknown error."),
        new("UNKNOWN_PAYMENT_ERROR", 500, "결제에 실패했어요. 같은 문제가 반복된다면 은행이나 카드사로 문의해주세요.", "The payment failed. Ask your bank or card company if it happens again."),
        new("COMMON_ERROR", 500, "일시적인 오류가 발생했습니다. 잠시 후 다시 시도해주세요.", "A temporary error occurred. Try again later."),
    ];
}
