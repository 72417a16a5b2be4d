using System.Collections.Frozen;
using OrleansBilling.Domain;
using OrleansBilling.Domain.Charging;

namespace OrleansBilling.Charging;

/// <summary>What else may be sent while charges may not. Pure.</summary>
internal static class Permits
{
    // With a key that the provider does not take every request fails, and a refusal counts against the few tries of a refund or of a key's deletion. A look-up that fails is only repeated,
    // and by look-ups the faulted attempts are settled. A missing contract or a refused method stops charges alone.
    private static readonly FrozenSet<string> RefusedKey = FrozenSet.Create(
        StringComparer.Ordinal,
        "UNAUTHORIZED_KEY", "INVALID_API_KEY", "INVALID_CLIENT_KEY", "INCORRECT_BASIC_AUTH_FORMAT", "INSECURE_KEY_USAGE", "API_KEY_ACCESS_DENIED", "FORBIDDEN_REQUEST",
        "INVALID_AUTHORIZE_AUTH", "NOT_FOUND_MERCHANT");

    /// <param name="credential">Fingerprint of the API key and MID in use.</param>
    public static bool Allows(ChargingState state, NextStep step, string credential) => (state, step) switch
    {
        (ChargingState.Flowing, _) => true,
        (_, NextStep.Charge) => false,
        (_, NextStep.SendRefund or NextStep.DeleteBillingKey) when ReasonOf(state) == ChargingHealth.KeysGone || RefusedKey.Contains(ReasonOf(state)) => false,
        // Under another merchant's MID a payment of ours is "not found", which would prove that it was never made. What was sent under these keys, or refused for want of its billing key, is safe to ask about.
        (_, NextStep.LookUp look) when ReasonOf(state) == ChargingHealth.KeysGone => look.Attempt.Credential == credential || look.Attempt.Doubt == Doubt.KeyGone,
        (_, NextStep.ReadRefund) => ReasonOf(state) != ChargingHealth.KeysGone,
        // Tries to delete a key are counted, and an outage is not the key's fault. What asks and what pays back goes on, as slowly as it is looked at.
        (_, NextStep.DeleteBillingKey) => ReasonOf(state) != ChargingHealth.ProviderOutage,
        _ => true,
    };

    private static string ReasonOf(ChargingState state) => state switch
    {
        ChargingState.Stopped stopped => stopped.Reason,
        ChargingState.Probing probing => probing.Reason,
        _ => "",
    };
}
