namespace OrleansBilling.TossSimulator;

/// <summary>
/// The key set that exists when none is configured. Both keys are public on purpose: they open nothing but a simulator. They belong to
/// the family "API-individual" (API 개별 연동), the only one that may bill.
/// </summary>
public static class SimulatorKeys
{
    public const string ClientKey = "test_ck_SimulatorOrleansBilling0001";
    public const string SecretKey = "test_sk_SimulatorOrleansBilling0001";

    /// <summary>Merchant id (MID), at most 14 characters.</summary>
    public const string MerchantId = "simbilling01";

    internal static SimulatorKeySet Default() => new() { MerchantId = MerchantId, ClientKey = ClientKey, SecretKeys = [SecretKey] };
}
