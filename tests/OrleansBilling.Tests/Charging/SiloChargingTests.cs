using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using NodaTime;
using OrleansBilling.Charging;
using OrleansBilling.Domain;
using OrleansBilling.Domain.Charging;
using OrleansBilling.Domain.Pumping;
using OrleansBilling.Tests.Support;
using OrleansBilling.Toss;

namespace OrleansBilling.Tests.Charging;

public class SiloChargingTests
{
    private static readonly Instant Since = Instant.FromUtc(2026, 11, 1, 0, 0);

    private static readonly TossOptions Toss = new() { SecretKey = "test_sk_0123456789" };

    private readonly FakeTimeProvider _time = new();
    private readonly SiloCharging _charging;
    private readonly NextStep _charge;
    private readonly NextStep _lookUp;

    public SiloChargingTests()
    {
        _charging = new SiloCharging(Options.Create(Toss), _time, _time);
        Attempt attempt = Life.Active().Attempt;
        (_charge, _lookUp) = (new NextStep.Charge(attempt), new NextStep.LookUp(attempt));
    }

    [Fact]
    public void Before_the_first_news_nothing_is_sent()
    {
        Assert.False(_charging.Flows);
        Assert.False(_charging.MaySend(_charge, Lane.Person));
    }

    [Fact]
    public void Without_news_a_wave_goes_on_for_two_minutes_and_persons_longer()
    {
        Hear(new ChargingState.Flowing());

        _time.Advance(SiloCharging.LastsWithoutNews);
        Assert.True(_charging.Flows && _charging.MaySend(_charge, Lane.Wave));
        _time.Advance(TimeSpan.FromSeconds(1));

        Assert.False(_charging.Flows || _charging.MaySend(_charge, Lane.Wave));
        Assert.True(_charging.MaySend(_charge, Lane.Person) && _charging.MaySend(_lookUp, Lane.Wave));
    }

    [Fact]
    public void The_rate_is_shared_by_the_silos_and_none_leaves_no_limit()
    {
        Hear(new ChargingState.Flowing(), perSecond: 90, silos: 3);
        Assert.Equal(30, _charging.Share);

        Hear(new ChargingState.Flowing(), perSecond: null, silos: 3);
        Assert.Null(_charging.Share);
    }

    [Theory]
    [InlineData(ChargingHealth.ProviderOutage, true, true, false)] // Slowly, and no try to delete a key is used up.
    [InlineData(ChargingHealth.ByOperator, true, true, true)]
    [InlineData("NOT_SUPPORTED_METHOD", true, true, true)] // The contract: only charges fail.
    [InlineData("UNAUTHORIZED_KEY", true, false, false)] // The key: what fails counts against refunds and deletions, and not against look-ups.
    [InlineData(ChargingHealth.KeysGone, false, false, false)] // Under another MID "not found" proves nothing.
    public void What_else_is_sent_while_charges_are_not(string reason, bool lookUp, bool refund, bool deletion)
    {
        Life life = Life.Active();
        Refund back = new()
        {
            Number = 1, InvoiceNumber = 1, PaymentKey = "pk", AmountKrw = 1, RefundableKrw = 1, Reason = "test", NextAt = Since,
        };
        foreach (ChargingState state in (ChargingState[])[new ChargingState.Stopped(reason, Since, null), new ChargingState.Probing(reason, Since, null, null)])
        {
            Hear(state);

            Assert.False(_charging.MaySend(_charge, Lane.Person));
            Assert.Equal(lookUp, _charging.MaySend(_lookUp, Lane.Wave));
            Assert.Equal(refund, _charging.MaySend(new NextStep.SendRefund(back), Lane.Wave));
            Assert.Equal(deletion, _charging.MaySend(new NextStep.DeleteBillingKey(life.S.PaymentMethods[0]), Lane.Wave));
        }
    }

    [Fact]
    public void Under_a_wrong_MID_only_that_is_asked_about_whose_answer_can_be_believed()
    {
        Attempt attempt = Life.Active().Attempt;
        Hear(new ChargingState.Stopped(ChargingHealth.KeysGone, Since, null));

        bool Asks(Attempt a) => _charging.MaySend(new NextStep.LookUp(a), Lane.Wave);
        Assert.False(Asks(attempt with { Doubt = Doubt.NoAnswer }));
        Assert.True(Asks(attempt with { Doubt = Doubt.NoAnswer, Credential = Toss.CredentialFingerprint }));
        Assert.True(Asks(attempt with { Doubt = Doubt.KeyGone }));
    }

    [Fact]
    public void While_charging_stands_still_few_are_looked_at()
    {
        Hear(new ChargingState.Stopped(ChargingHealth.ByOperator, Since, null));
        int looks = 0;
        for (int second = 0; second < 60; second++)
        {
            while (_charging.TryTake(flows: false, out _))
            {
                looks++;
            }

            _time.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.InRange(looks, 60, 60 * SiloCharging.TricklePerSecond);
    }

    [Fact]
    public void After_ten_failures_a_wave_waits_for_the_word_of_a_report_that_tells_them_a_second_at_most()
    {
        using CancellationTokenSource stopping = new();
        Hear(new ChargingState.Flowing());
        Fail(9);
        TaskCompletionSource? before = _charging.Asked;
        Assert.True(_charging.WordAsync(stopping.Token).IsCompleted);

        Fail(1);
        _charging.Answer(before); // That report was begun before the tenth.
        Task waits = _charging.WordAsync(stopping.Token);
        Assert.False(waits.IsCompleted);
        _charging.Answer(_charging.Asked);
        Assert.True(_charging.WordAsync(stopping.Token).IsCompleted);

        Fail(10);
        Task unanswered = _charging.WordAsync(stopping.Token);
        Assert.False(unanswered.IsCompleted);
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.True(SpinWait.SpinUntil(() => unanswered.IsCompleted && waits.IsCompleted, TimeSpan.FromSeconds(10)));
    }

    private void Fail(int times)
    {
        ChargeFlight flight = new(null!, _charging, null!, default, _lookUp, probe: null); // Nothing of it is asked but its step.
        for (int i = 0; i < times; i++)
        {
            _charging.Answered(flight, new Outcome.ChargeUnanswered("order", "no_answer"), _charging.Epoch);
        }
    }

    private void Hear(ChargingState state, double? perSecond = null, int silos = 1) => _charging.Hear(new ChargingView(state, 1, perSecond, Interruptions.None), silos);
}
