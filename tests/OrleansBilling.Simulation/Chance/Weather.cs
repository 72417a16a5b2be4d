namespace OrleansBilling.Simulation.Chance;

/// <summary>
/// How often each fault strikes in one run. A run has some kinds of faults often and others not at all, drawn by its seed: bugs that need ten of one kind in a row are
/// hidden by a mixture of all kinds, and the other way round.
/// </summary>
internal static class Weather
{
    private const double ChanceOfAFault = 0.5;
    private const ulong Purpose = 0x57454154;

    public static double[] For(ulong seed)
    {
        Dice dice = Dice.For(seed, Purpose);
        double[] rates = new double[Enum.GetValues<Fault>().Length];
        foreach (Fault fault in Enum.GetValues<Fault>())
        {
            bool strikes = dice.Chance(ChanceOfAFault);
            double strength = dice.Pick(0.3, 1, 1, 4);
            rates[(int)fault] = strikes || IsAlwaysThere(fault) ? Math.Min(0.5, Usual(fault) * strength) : 0;
        }

        return rates;
    }

    /// <summary>Cards that refuse and people who leave belong to every life.</summary>
    private static bool IsAlwaysThere(Fault fault) => fault is Fault.SoftDecline or Fault.HardDecline or Fault.ReplaceCard or Fault.Deactivation;

    /// <summary>Probability at each opportunity: a call, a write, a tick, or a planned attempt.</summary>
    private static double Usual(Fault fault) => fault switch
    {
        Fault.RequestLost or Fault.AnswerLost or Fault.RequestSlow => 0.04,
        Fault.GatewayError or Fault.SlowCharge or Fault.TransientUncharged or Fault.TransientCharged or Fault.RateLimited => 0.03,
        Fault.UnlistedCode => 0.01,
        Fault.ForgedAnswer => 0.004,
        Fault.LookUpFails or Fault.LookUpLags => 0.1,
        Fault.DeletionFails => 0.2,
        Fault.ConsoleRefund => 0.01,
        Fault.SoftDecline => 0.03,
        Fault.HiddenDecline => 0.02,
        Fault.HardDecline => 0.01,
        Fault.WriteFails or Fault.WriteAcknowledgementLost or Fault.ReadFails => 0.02,
        Fault.WriteLate => 0.06,
        Fault.StorageSlow => 0.05,
        Fault.TickLate or Fault.TickMissing or Fault.TickDoubled => 0.05,
        Fault.ReminderRowLost => 0.01,
        Fault.ReminderSetFails or Fault.ReminderSetAcknowledgementLost => 0.02,
        Fault.PublishFails or Fault.PublishAcknowledgementLost => 0.03,
        Fault.CrashBefore or Fault.CrashAfter => 0.006,
        Fault.CrashInFlight => 0.02,
        Fault.FreezeBefore or Fault.FreezeAfter => 0.004,
        Fault.FreezeBeforeSending => 0.02,
        Fault.FreezeOverTheGuard => 0.08,
        Fault.Freeze => 0.05,
        Fault.WishInFreeze => 0.5,
        Fault.SlotLate => 0.03,
        Fault.Held => 0.03,
        Fault.Deactivation => 0.1,
        Fault.Split => 0.08,
        Fault.ClockShift => 0.05,
        Fault.Outage or Fault.AccountFault => 0.03,
        Fault.KeyRotation => 0.02,
        Fault.Halt => 0.02,
        Fault.LongHalt => 0.004,
        Fault.HaltOverTheEnd => 0.5,
        Fault.CancelNow => 0.02,
        Fault.CancelAtPeriodEnd or Fault.UndoCancellation => 0.03,
        Fault.LeaveInDunning => 0.2,
        Fault.ReplaceCard or Fault.RetryNow => 0.06,
        Fault.CommandRepeated => 0.2,
        _ => throw new InvalidOperationException($"No rate for {fault}."),
    };
}
