using OrleansBilling.Domain;
using OrleansBilling.Tests.Support;

namespace OrleansBilling.Tests.Domain;

/// <summary>A quiet subscription in each status: no payment in progress, no command waiting.</summary>
internal static class Statuses
{
    public static Life At(SubscriptionStatus status)
    {
        switch (status)
        {
            case SubscriptionStatus.Incomplete:
                Life incomplete = Life.Started();
                incomplete.UntilCharge();
                return incomplete.Refuse("REJECT_CARD_PAYMENT").Forget();
            case SubscriptionStatus.Trialing:
                return Life.Started(A.Plan(trialDays: 14)).Forget();
            case SubscriptionStatus.Active:
                return Life.Active();
            case SubscriptionStatus.PastDue:
                return Life.PastDue();
            default:
                Life ended = Life.Active();
                ended.Do(A.CancelNow("cmd-ended"));
                return ended.Forget();
        }
    }
}
