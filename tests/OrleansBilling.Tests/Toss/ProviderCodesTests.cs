using OrleansBilling.Domain;

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
    [InlineData("INVALID_BILL_KEY_REQUEST", CodeClass.Hard)]
    [InlineData("ALREADY_REMOVED_BILLING_KEY", CodeClass.Hard)]
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

    [Theory]
    [InlineData("ALREADY_CANCELED_PAYMENT", RefundCodeClass.AlreadyDone)]
    [InlineData("NOT_MATCHES_REFUNDABLE_AMOUNT", RefundCodeClass.StaleBalance)]
    [InlineData("NOT_CANCELABLE_AMOUNT", RefundCodeClass.StaleBalance)]
    [InlineData("PROVIDER_ERROR", RefundCodeClass.Transient)]
    [InlineData("REFUND_REJECTED", RefundCodeClass.Final)]
    [InlineData("UNAUTHORIZED_KEY", RefundCodeClass.AccountFault)]
    [InlineData("SOME_NEW_CODE_OF_TOSS", RefundCodeClass.Unlisted)]
    public void Refund_codes_have_classes_of_their_own(string code, RefundCodeClass expected) => Assert.Equal(expected, RefundCodes.Classify(code));

    [Fact]
    public void An_issuer_that_nobody_knows_is_called_by_its_code()
    {
        Assert.Equal(new IssuerName("하나", "Hana"), CardIssuers.Name("21"));
        Assert.Equal(new IssuerName("9Z", "9Z"), CardIssuers.Name("9Z"));
    }
}
