namespace OrleansBilling.Simulation.Mutants;

/// <summary>All mutants. To add one: name what is wrong, the file, a text that stands in it once, and what stands there instead.</summary>
internal static partial class KnownMutants
{
    private const string Commands = Sources.Domain + "SubscriptionLifecycle.Commands.cs";
    private const string Settling = Sources.Domain + "SubscriptionLifecycle.Settling.cs";
    private const string Outcomes = Sources.Domain + "SubscriptionLifecycle.Outcomes.cs";
    private const string Invoicing = Sources.Domain + "SubscriptionLifecycle.Invoicing.cs";
    private const string Refunds = Sources.Domain + "SubscriptionLifecycle.Refunds.cs";
    private const string Lifecycle = Sources.Domain + "SubscriptionLifecycle.cs";
    private const string Step = Sources.Domain + "NextStep.cs";
    private const string Calendar = Sources.Domain + "BillingCalendar.cs";
    private const string Pump = Sources.Domain + "Pumping/SubscriptionPump.cs";
    private const string Storing = Sources.Domain + "Pumping/SubscriptionPump.Storing.cs";
    private const string Freshness = Sources.Domain + "Pumping/Freshness.cs";
    private const string Flight = Sources.Simulation + "Engine/Flight.cs";
    private const string Stores = Sources.Simulation + "Engine/Stores.cs";

    public static IReadOnlyList<Mutant> All { get; } = [.. OfCharges, .. OfTheRest];

    public static Mutant? Find(string name) => All.FirstOrDefault(m => m.Name == name);

    private static Mutant[] OfCharges =>
    [
        new("new-order-id-after-time-out", "A charge without an answer is tried again under a new order id.",
            new Edit(Settling, "bool firstDoubt = attempt.Doubt is null;", "if (doubt == Doubt.NoAnswer) { return s.NotCharged(attempt, c); } bool firstDoubt = attempt.Doubt is null;")),
        new("404-believed-at-once", "A look-up that finds nothing closes the attempt, however soon it comes.",
            new Edit(Settling, "if (asked < phase.FirstProofFrom)", "if (asked > Instant.MinValue) { return s.ProvenNotCharged(attempt, phase, c); } if (asked < phase.FirstProofFrom)"),
            new Edit(Settling, "new LookUpPhase(why, first, second, null), NextAt = next });", "new LookUpPhase(why, first, second, null), NextAt = now + Duration.FromSeconds(5) });")),
        new("second-look-up-does-not-wait-for-strangers", "Two look-ups prove that nothing was charged while another activation may still send what it read.",
            new Edit(Settling, "LookUpCause.Answer => (now + c.Policy.LookUpAfterSend, strangersGone + c.Policy.ProcessingLimit,", "LookUpCause.Answer => (now, now,"),
            new Edit(Settling, "_ => (strangersGone + c.Policy.LookUpAfterSend, strangersGone + c.Policy.LookUpAfterSend + c.Policy.BetweenLookUps, now + c.Policy.ProcessingLimit)", "_ => (now, now, now)"),
            new Edit(Settling, "phase.Why == LookUpCause.TooOld ? c.Policy.BetweenLateLookUps : c.Policy.BetweenLookUps", "phase.Why == LookUpCause.TooOld ? c.Policy.BetweenLateLookUps : Duration.Zero")),
        new("amount-changed-in-flight", "An attempt that may be on its way is given another amount.",
            new Edit(Settling, "UnsettledSends = attempt.UnsettledSends + 1,", "UnsettledSends = attempt.UnsettledSends + 1, AmountKrw = attempt.AmountKrw + 100,")),
        new("repeat-built-from-the-new-card", "The repeat of a request names the card that replaced the attempt's.",
            new Edit(Flight, "KeyOf(s, attempt.PaymentMethodId)", "s.Pending.Select(p => p.Command).OfType<Command.ReplaceCard>().LastOrDefault() is { } r ? People.Encrypted.Read(r.Method.EncryptedBillingKey!) : KeyOf(s, attempt.PaymentMethodId)")),
        new("card-replaced-in-flight", "Another card closes an attempt that may be on its way.",
            new Edit(Commands, "command is (Command.CancelNow or Command.CancelAtPeriodEnd or Command.ReplaceCard)", "command is (Command.CancelNow or Command.CancelAtPeriodEnd)")),
        new("cancelled-in-flight", "A cancellation takes effect while the charge may be on its way.",
            new Edit(Commands, "command is (Command.CancelNow or Command.CancelAtPeriodEnd or Command.ReplaceCard)", "command is (Command.CancelAtPeriodEnd or Command.ReplaceCard)")),
        new("repeat-under-a-rotated-key", "An attempt of the old API key is repeated under the new one, to which its idempotency key is not bound.",
            new Edit(Lifecycle, "if (attempt.Credential != c.Credential)", "if (attempt.Credential is null)")),
        new("bound-answer-repeated-for-ever", "A transient answer is repeated however often it comes, though it is bound to the key.",
            new Edit(Settling, "(transient && next.TransientAnswers <= ChargePolicy.MaxTransientRepeats)", "transient")),
        new("outage-counted-as-decline", "An attempt that was proven not charged counts as a refused try.",
            new Edit(Settling, "_ => s.NotCharged(attempt, c),\n    };\n\n    /// <summary>Refused through", "_ => s.Declined(attempt, attempt.LastReason ?? \"UNKNOWN_ERROR\", hard: false, c),\n    };\n\n    /// <summary>Refused through")),
        new("account-fault-counted-as-decline", "Our own fault with key or contract burns a try of the customer.",
            new Edit(Outcomes, "CodeClass.AccountFault => s.Unsettled(attempt, Doubt.AccountFault, code, c)", "CodeClass.AccountFault => s.Declined(attempt, code, hard: false, c)")),
        new("processing-taken-for-decline", "409, an identical request is being processed, counts as a refusal.",
            new Edit(Outcomes, "CodeClass.InProgress => s.Unsettled(attempt, Doubt.NoAnswer, code, c)", "CodeClass.InProgress => s.Declined(attempt, code, hard: false, c)")),
        new("unlisted-code-taken-for-decline", "A code that nobody knows counts as a refusal at once.",
            new Edit(Outcomes, "_ => s.Unsettled(attempt, Doubt.UnlistedCode, code, c)", "_ => s.Declined(attempt, code, hard: false, c)")),
        new("decline-counted-twice", "One refusal counts as two tries.",
            new Edit(Outcomes, "FailedTries = s.Invoice!.FailedTries + (extra ? 0 : 1)", "FailedTries = s.Invoice!.FailedTries + (extra ? 0 : 2)")),
        new("answer-believed-without-comparing", "A 200 counts as paid, whatever order, amount or state it shows.",
            new Edit(Flight, "Reply.Payment { Body: { Status: \"DONE\", Currency: \"KRW\" } body } when body.OrderId == attempt.OrderId && body.TotalKrw == attempt.AmountKrw =>", "Reply.Payment { Body: var body } when body.PaymentKey.Length > 0 =>")),
        new("sent-again-after-15-days", "An attempt is repeated when the provider has forgotten its idempotency key.",
            new Edit(Lifecycle, "if (c.Now - attempt.NotBefore > c.Policy.MaxSendAge)", "if (c.Now < attempt.NotBefore)")),
        new("sent-before-its-time", "An attempt leaves minutes before its time, when commands do not wait for it yet.",
            new Edit(Step, "attempt.LookUp is null ? Instant.Max(attempt.NextAt, attempt.NotBefore) : attempt.NextAt", "attempt.LookUp is null ? attempt.NotBefore - Duration.FromMinutes(15) : attempt.NextAt")),
        new("charged-after-the-end", "What was due before the scheduled end is charged after it.",
            new Edit(Lifecycle, "if (c.Now >= s.Cancellation?.At)", "if (c.Now < attempt.NotBefore)")),
        new("sent-though-the-debt-is-going", "A charge is repeated although a cancellation waits for it.",
            new Edit(Commands, "return s.Invoice is { Attempt.LookUp: null } invoice && RemovesDebt(pending, invoice) ? next.LookUpOnly(LookUpCause.DebtIsGoing, c) : next;", "return next;")),
        new("stale-state-not-read-again", "A process charges by a state that it read long ago.",
            new Edit(Pump, "case NextStep.Charge or NextStep.Wait or NextStep.Rest when !_freshness.Lasts:", "case NextStep.Charge or NextStep.Wait or NextStep.Rest when !_freshness.Lasts && Current is null:"),
            new Edit(Flight, "if (step is NextStep.Charge && !freshness.Lasts)", "if (step is null)")),
        new("sent-after-standing-still", "A process that stood still between its decision and its request sends all the same.",
            new Edit(Flight, "if (step is NextStep.Charge && !freshness.Lasts)", "if (step is null)")),
        new("only-the-monotonic-clock-is-asked", "A virtual machine that was suspended acts on what it knew before.",
            new Edit(Freshness, "return elapsed > byWall ? elapsed : byWall;", "return elapsed;")),
    ];
}
