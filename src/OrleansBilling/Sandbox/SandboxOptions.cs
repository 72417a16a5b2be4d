using Microsoft.Extensions.Options;
using OrleansBilling.Toss;

namespace OrleansBilling.Sandbox;

/// <summary>What only makes sense where no money moves. Section <c>Sandbox</c>; other values than the defaults are refused with keys of the provider.</summary>
public sealed class SandboxOptions
{
    public const string Section = "Sandbox";

    /// <summary>The shortest wait that a person sees (a reminder list that is refreshed every second) still is one.</summary>
    public const int MostDividedBy = 300;

    /// <summary>
    /// Divides every wait of the charge protocol, the waits of Orleans' reminders and the longest wait for an answer of the provider by the same number, so that tests with real
    /// processes see in minutes what takes hours. 1 to 300; default 1: as in earnest.
    /// </summary>
    public int WaitsDividedBy { get; set; } = 1;

    /// <summary>False: the billing clock is the system clock and cannot be moved, as with a live key. Default: true.</summary>
    public bool TestClock { get; set; } = true;
}

internal sealed class SandboxOptionsValidator(IOptions<TossOptions> toss) : IValidateOptions<SandboxOptions>
{
    public ValidateOptionsResult Validate(string? name, SandboxOptions options)
    {
        if (options.WaitsDividedBy is < 1 or > SandboxOptions.MostDividedBy)
        {
            return ValidateOptionsResult.Fail($"Sandbox:WaitsDividedBy is {options.WaitsDividedBy}: write 1 to {SandboxOptions.MostDividedBy}, or remove it.");
        }

        return options.WaitsDividedBy > 1 && toss.Value.Environment != TossEnvironment.Simulator
            ? ValidateOptionsResult.Fail(
                $"Sandbox:WaitsDividedBy is {options.WaitsDividedBy}, but the waits fit what Toss needs: only the simulator can be hurried. Remove it, or the keys of the provider.")
            : ValidateOptionsResult.Success;
    }
}
