using OrleansBilling.Domain;
using OrleansBilling.Tests.Support;

namespace OrleansBilling.Tests.Domain;

/// <summary>What each command is answered in each status, and when it is repeated.</summary>
public class CommandAnswerTests
{
    private const Refusal Ended = Refusal.AlreadyEnded;

    // Null: accepted.
    [Theory]
    [InlineData("cancel_now", null, null, null, null, Ended)]
    [InlineData("cancel_at_period_end", Refusal.NotPaidYet, null, null, null, Ended)]
    [InlineData("undo_cancellation", Refusal.NotCanceling, Refusal.NotCanceling, Refusal.NotCanceling, Refusal.NotCanceling, Ended)]
    [InlineData("replace_card", null, null, null, null, Ended)]
    [InlineData("retry_now", null, Refusal.NothingToRetry, Refusal.NothingToRetry, null, Ended)]
    public void Each_command_is_answered_by_status(string command, Refusal? incomplete, Refusal? trialing, Refusal? active, Refusal? pastDue, Refusal? ended)
    {
        Assert.Equal(
            [incomplete, trialing, active, pastDue, ended],
            Enum.GetValues<SubscriptionStatus>().Select(status => Statuses.At(status).Do(Named(command)).Refusal));
    }

    [Fact]
    public void A_second_scheduled_cancellation_is_refused()
    {
        Life life = Life.Active();
        life.Do(A.CancelAtPeriodEnd());

        Assert.Equal(Refusal.AlreadyCanceling, life.Do(A.CancelAtPeriodEnd("cmd-other")).Refusal);
    }

    [Fact]
    public void Retrying_with_a_dead_card_is_refused() =>
        Assert.Equal(Refusal.NeedsNewCard, Life.PastDue(code: "INVALID_STOPPED_CARD").Do(A.RetryNow()).Refusal);

    [Fact]
    public void A_refused_command_changes_nothing_but_what_is_remembered_of_commands()
    {
        Life life = Life.Active();
        Subscription before = life.S;

        life.Do(A.RetryNow());

        Assert.Equal(before with { Answered = life.S.Answered }, life.S);
    }

    [Theory]
    [InlineData("cancel_now", SubscriptionStatus.Active)]
    [InlineData("cancel_at_period_end", SubscriptionStatus.Active)]
    [InlineData("cancel_at_period_end", SubscriptionStatus.Incomplete)]
    [InlineData("undo_cancellation", SubscriptionStatus.Active)]
    [InlineData("replace_card", SubscriptionStatus.PastDue)]
    [InlineData("retry_now", SubscriptionStatus.PastDue)]
    public void A_repeated_command_id_is_answered_the_same_and_changes_nothing(string command, SubscriptionStatus status)
    {
        Life life = Statuses.At(status);
        Decision first = life.Do(Named(command));
        Subscription after = life.S;

        Decision second = life.Do(Named(command));

        Assert.Equal(first.Refusal, second.Refusal);
        Assert.Same(after, life.S);
    }

    [Fact]
    public void A_repeated_refusal_is_the_same_even_when_it_would_be_allowed_by_now()
    {
        Life life = Life.Active();
        Assert.Equal(Refusal.NothingToRetry, life.Do(A.RetryNow()).Refusal);
        life.UntilCharge();
        life.Refuse("REJECT_CARD_PAYMENT");

        Assert.Equal(Refusal.NothingToRetry, life.Do(A.RetryNow()).Refusal);
    }

    [Fact]
    public void A_repeated_deferred_command_is_not_recorded_twice()
    {
        Life life = Life.Unknown();
        Assert.True(life.Do(A.CancelNow()).Deferred);

        Assert.True(life.Do(A.CancelNow()).Deferred);

        Assert.Single(life.S.Pending);
    }

    [Fact]
    public void The_id_of_the_start_is_remembered_too() => Assert.Contains(Life.Started().S.Answered, a => a is { CommandId: "cmd-start", Refusal: null });

    [Fact]
    public void Only_the_last_commands_are_remembered()
    {
        Life life = Life.Active();
        for (int i = 0; i < 2 * SubscriptionLifecycle.RememberedCommands; i++)
        {
            life.Do(A.RetryNow($"cmd-{i}"));
        }

        Assert.Equal(SubscriptionLifecycle.RememberedCommands, life.S.Answered.Length);
    }

    private static Command Named(string name) => name switch
    {
        "cancel_now" => A.CancelNow(),
        "cancel_at_period_end" => A.CancelAtPeriodEnd(),
        "undo_cancellation" => A.Undo(),
        "replace_card" => A.ReplaceCard(),
        _ => A.RetryNow(),
    };
}
