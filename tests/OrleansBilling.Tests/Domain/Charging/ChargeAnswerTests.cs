using NodaTime;
using OrleansBilling.Domain;
using OrleansBilling.Domain.Charging;
using OrleansBilling.Tests.Support;

namespace OrleansBilling.Tests.Domain.Charging;

/// <summary>What one answer says about the provider and the account, as silos count it.</summary>
public class ChargeAnswerTests
{
    [Theory]
    [InlineData("REJECT_CARD_PAYMENT", ChargeAnswer.Definite)]
    [InlineData("INVALID_STOPPED_CARD", ChargeAnswer.Definite)]
    [InlineData("REJECT_CARD_COMPANY", ChargeAnswer.Definite)]
    [InlineData("BELOW_MINIMUM_AMOUNT", ChargeAnswer.Definite)]
    [InlineData("DUPLICATED_ORDER_ID", ChargeAnswer.Definite)]
    [InlineData("IDEMPOTENT_REQUEST_PROCESSING", ChargeAnswer.Definite)]
    [InlineData("A_CODE_MADE_LATER", ChargeAnswer.Transient)]
    [InlineData("PROVIDER_ERROR", ChargeAnswer.Transient)]
    [InlineData("UNKNOWN_PAYMENT_ERROR", ChargeAnswer.Transient)]
    [InlineData("FORBIDDEN_CONSECUTIVE_REQUEST", ChargeAnswer.Throttled)]
    [InlineData("NOT_FOUND_BILLING", ChargeAnswer.KeyGone)]
    [InlineData("UNAUTHORIZED_KEY", ChargeAnswer.AccountFault)]
    public void A_code_says(string code, ChargeAnswer answer) => Assert.Equal(answer, ChargeAnswers.Of(new Outcome.ChargeRefused("order", code)));

    [Fact]
    public void No_answer_is_transient_and_429_is_throttling()
    {
        Assert.Equal(ChargeAnswer.Transient, ChargeAnswers.Of(new Outcome.ChargeUnanswered("order", "timeout")));
        Assert.Equal(ChargeAnswer.Throttled, ChargeAnswers.Of(new Outcome.ChargeUnanswered("order", "HTTP 429")));
    }

    [Fact]
    public void An_approval_and_a_strange_200_are_definite_and_a_look_up_says_nothing()
    {
        Attempt attempt = Life.Started().Attempt;
        Assert.Equal(ChargeAnswer.Definite, ChargeAnswers.Of(new Outcome.ChargeApproved(attempt.OrderId, A.PaymentOf(attempt, Instant.MinValue))));
        Assert.Equal(ChargeAnswer.Definite, ChargeAnswers.Of(new Outcome.ChargeContradicted("order", "amount")));
        Assert.Equal(ChargeAnswer.None, ChargeAnswers.Of(new Outcome.LookUpFailed("order", "UNAUTHORIZED_KEY")));
    }
}
