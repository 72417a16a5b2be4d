using NodaTime;
using OrleansBilling.Domain;
using OrleansBilling.Domain.Charging;

namespace OrleansBilling.Charging;

/// <summary>Counts answers from one report to the next.</summary>
internal sealed class AnswerTally
{
    private readonly Lock _gate = new();
    private SiloReport _counted = new() { Epoch = 0 };

    /// <summary>The code of an answer, where there was one.</summary>
    public static string? CodeOf(Outcome outcome) => (outcome as Outcome.ChargeRefused)?.Code;

    /// <param name="epoch">Under which the request was sent.</param>
    /// <returns>True when the report should not wait: a wave against a provider that is out of order fails hundreds of times in its second.</returns>
    public bool Count(ChargeAnswer answer, long epoch, string orderId, string? code, Instant at)
    {
        lock (_gate)
        {
            if (epoch < _counted.Epoch)
            {
                return false; // Sent before a stop ended.
            }

            SiloReport c = epoch > _counted.Epoch ? new SiloReport { Epoch = epoch } : _counted;
            _counted = answer switch
            {
                ChargeAnswer.Definite => c with { Answered = c.Answered + 1 },
                ChargeAnswer.Transient => c with { Transient = c.Transient + 1 },
                ChargeAnswer.Throttled => c with { Throttled = c.Throttled + 1 },
                ChargeAnswer.KeyGone => c with { KeyGone = c.KeyGone + 1, FirstKeyGoneAt = c.FirstKeyGoneAt ?? at },
                // A few name the fault; hundreds of the same wave only say it again.
                ChargeAnswer.AccountFault when c.AccountFaults.Length < MostFaults => c with { AccountFaults = c.AccountFaults.Add(new AccountFaultAnswer(orderId, code ?? "", at)) },
                _ => c,
            };
            return answer switch
            {
                ChargeAnswer.AccountFault => true,
                ChargeAnswer.Throttled => _counted.Throttled % TellsAtOnce == 1,
                ChargeAnswer.Transient => _counted.Transient % TellsAtOnce == 0,
                ChargeAnswer.KeyGone => _counted.KeyGone % TellsAtOnce == 0,
                _ => false,
            };
        }
    }

    private const int MostFaults = 20;
    private const int TellsAtOnce = 10;

    /// <summary>What was counted since the last time, which is forgotten. With another epoch than was counted under, nothing.</summary>
    public SiloReport Take(long epoch)
    {
        lock (_gate)
        {
            SiloReport taken = _counted.Epoch == epoch ? _counted : new SiloReport { Epoch = epoch };
            _counted = new SiloReport { Epoch = epoch };
            return taken;
        }
    }

    /// <summary>The report did not arrive: it is counted to the next one.</summary>
    public void PutBack(SiloReport report)
    {
        lock (_gate)
        {
            if (report.Epoch == _counted.Epoch)
            {
                _counted = _counted with
                {
                    Answered = _counted.Answered + report.Answered,
                    Transient = _counted.Transient + report.Transient,
                    Throttled = _counted.Throttled + report.Throttled,
                    KeyGone = _counted.KeyGone + report.KeyGone,
                    FirstKeyGoneAt = report.FirstKeyGoneAt ?? _counted.FirstKeyGoneAt,
                    AccountFaults = [.. report.AccountFaults.Concat(_counted.AccountFaults).Take(MostFaults)],
                };
            }
        }
    }
}
