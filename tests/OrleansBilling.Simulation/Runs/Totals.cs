using OrleansBilling.Simulation.Audit;

namespace OrleansBilling.Simulation.Runs;

/// <summary>What many seeds came to.</summary>
internal sealed class Totals
{
    private readonly int[] _violations = new int[Enum.GetValues<ViolationKind>().Length];
    private int _seeds;
    private double _subscriptionYears;
    private long _charges;
    private long _crashes;
    private long _unknowns;

    public bool AllHold => _violations.All(static count => count == 0);

    public void Add(SeedResult result)
    {
        _seeds++;
        _subscriptionYears += result.SubscriptionYears;
        _charges += result.Charges;
        _crashes += result.Crashes;
        _unknowns += result.Unknowns;
        if (result.Violation is { } violation)
        {
            _violations[(int)violation.Kind]++;
        }
    }

    public string ToLine(TimeSpan took) => FormattableString.Invariant(
        $"seeds={_seeds} subscription-years={_subscriptionYears:F0} charges={_charges} crashes={_crashes} unknowns={_unknowns} double={Of(ViolationKind.Double)} missed={Of(ViolationKind.Missed)} other={Of(ViolationKind.Other)} in {took.TotalSeconds:F1}s");

    private int Of(ViolationKind kind) => _violations[(int)kind];
}
