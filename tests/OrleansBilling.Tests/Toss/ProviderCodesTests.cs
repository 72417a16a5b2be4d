using OrleansBilling.Domain;
using OrleansBilling.TossSimulator.Wire;

namespace OrleansBilling.Tests.Toss;

public sealed class ProviderCodesTests
{
    // The ones where the HTTP status or the name suggests something else.
    [Theory]
    [InlineData("PROVIDER_ERROR", CodeClass.Transient)] // 400
    [InlineData("FAILED_DB_PROCESSING", CodeClass.RowFault)] // 500
    [InlineData("INVALID_API_KEY", CodeClass.AccountFault)] // 400
    [InlineData("NOT_SUPPORTED_METHOD", CodeClass.AccountFault)] // no billing contract
    [InlineData("NOT_SUPPORTED_CARD_TYPE", CodeClass.Hard)] // the card's fault, not the contract's
    [InlineData("EXCEED_MAX_AUTH_COUNT", CodeClass.Hard)]
    [InlineData("EXCEED_MAX_DAILY_PAYMENT_COUNT", CodeClass.Soft)]
    [InlineData("REJECT_CARD_PAYMENT", CodeClass.Soft)]
    [InlineData("REJECT_CARD_COMPANY", CodeClass.SoftThenHard)]
    [InlineData("FDS_ERROR", CodeClass.SoftThenHard)]
    [InlineData("INVALID_BILL_KEY_REQUEST", CodeClass.KeyGone)]
    [InlineData("ALREADY_REMOVED_BILLING_KEY", CodeClass.KeyGone)]
    [InlineData("NOT_MATCHES_CUSTOMER_KEY", CodeClass.RowFault)]
    [InlineData("BELOW_MINIMUM_AMOUNT", CodeClass.RowFault)]
    [InlineData("FORBIDDEN_CONSECUTIVE_REQUEST", CodeClass.Transient)] // 403
    [InlineData("FAILED_PAYMENT_INTERNAL_SYSTEM_PROCESSING", CodeClass.TransientThenSoft)]
    [InlineData("UNKNOWN_PAYMENT_ERROR", CodeClass.TransientThenSoft)]
    [InlineData("DUPLICATED_ORDER_ID", CodeClass.AlreadyDone)]
    [InlineData("IDEMPOTENT_REQUEST_PROCESSING", CodeClass.InProgress)]
    public void A_code_decides_not_its_status(string code, CodeClass expected) => Assert.Equal(expected, ProviderCodes.Classify(code));

    [Theory]
    [InlineData("SOME_NEW_CODE_OF_TOSS")]
    [InlineData("reject_card_payment")]
    [InlineData("")]
    public void A_code_that_nobody_knows_is_unlisted(string code) => Assert.Equal(CodeClass.Unlisted, ProviderCodes.Classify(code));

    [Fact]
    public void Every_class_but_unlisted_has_codes() => Assert.Equal(
        Enum.GetValues<CodeClass>().Except([CodeClass.Unlisted]),
        ProviderCodes.Known.Select(ProviderCodes.Classify).Distinct().Order());

    // Two lists written apart: what the simulator can answer to a charge and nobody classified would be found here.
    [Fact]
    public void Every_code_of_the_simulator_that_a_charge_can_meet_is_listed() => Assert.Empty(
        TossErrors.Table.Select(error => error.Code).Except(ProviderCodes.Known).Except(OtherCalls));

    // Registration, cancels and look-ups, which no charge is answered with.
    private static readonly string[] OtherCalls =
    [
        "INVALID_BILLING_AUTH", "INVALID_CARD_IDENTITY", "INVALID_CARD_PASSWORD", "INVALID_BIRTH_DAY_FORMAT",
        "NOT_FOUND_PAYMENT", "NOT_FOUND", "ALREADY_CANCELED_PAYMENT", "NOT_MATCHES_REFUNDABLE_AMOUNT", "NOT_CANCELABLE_AMOUNT", "NOT_CANCELABLE_PAYMENT",
        "NOT_ALLOWED_PARTIAL_REFUND", "NOT_ALLOWED_PARTIAL_REFUND_WAITING_DEPOSIT", "INVALID_REFUND_AMOUNT", "EXCEED_MAX_REFUND_AMOUNT",
        "EXCEED_CANCEL_AMOUNT_DISCOUNT_AMOUNT", "INVALID_REFUND_ACCOUNT_INFO", "INVALID_REFUND_ACCOUNT_NUMBER", "INVALID_BANK", "REFUND_REJECTED",
        "ALREADY_REFUND_PAYMENT", "FORBIDDEN_BANK_REFUND_REQUEST", "EXCEED_MAX_REFUND_DUE", "NOT_CANCELABLE_PAYMENT_FOR_DORMANT_USER",
        "EXCEED_CANCEL_LIMIT", "FAILED_REFUND_PROCESS", "FAILED_METHOD_HANDLING_CANCEL", "FAILED_PARTIAL_REFUND",
    ];

    [Fact]
    public void An_issuer_that_nobody_knows_is_called_by_its_code()
    {
        Assert.Equal(new IssuerName("하나", "Hana"), CardIssuers.Name("21"));
        Assert.Equal(new IssuerName("9Z", "9Z"), CardIssuers.Name("9Z"));
    }
}
