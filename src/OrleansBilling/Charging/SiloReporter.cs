using Microsoft.Extensions.Options;
using OrleansBilling.Domain.Charging;
using OrleansBilling.Toss;

namespace OrleansBilling.Charging;

/// <summary>Keeps <see cref="SiloCharging"/> and the merchant's grain in step, and tries charging out when it is this silo's turn.</summary>
internal sealed class SiloReporter(
    SiloCharging charging,
    ChargeLanes lanes,
    WaveQueue queue,
    IGrainFactory grains,
    ISiloStatusOracle silos,
    ILocalSiloDetails silo,
    IOptions<MerchantOptions> merchant,
    IOptions<TossOptions> toss,
    TimeProvider time,
    ILogger<SiloReporter> logger)
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(1);

    // Of those who wait, so many are asked whether they have a charge to try with; then another silo may.
    private const int MostProbers = 20;

    // Those who are held may wait for something else than a charge: they are not asked again in a hurry.
    private static readonly TimeSpan AfterVain = TimeSpan.FromSeconds(10);

    private readonly string _name = silo.SiloAddress.ToParsableString();
    private string? _credential = toss.Value.CredentialFingerprint;
    private bool _failing;
    private long _askedInVainAt = time.GetTimestamp() - (long)(AfterVain.TotalSeconds * 2 * time.TimestampFrequency);

    private IMerchantChargingGrain Merchant => grains.GetGrain<IMerchantChargingGrain>(merchant.Value.Id);

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            bool told = await TryReportAsync();
            if (told && charging.WantsProbe && lanes.Held > 0 && time.GetElapsedTime(_askedInVainAt) > AfterVain && !lanes.Stopping.IsCancellationRequested)
            {
                await TryProbeAsync();
            }

            if (told)
            {
                await charging.Urgent.WaitAsync(Period, cancellationToken);
            }
            else
            {
                await Task.Delay(Period, time, cancellationToken); // However urgent: a grain that cannot be reached is not hammered.
            }
        }
    }

    private async Task<bool> TryReportAsync()
    {
        TaskCompletionSource? asked = charging.Asked;
        SiloReport counted = charging.Tally.Take(charging.Epoch);
        EndedProbe? ended = charging.TakeEnded();
        (int wave, int person) = lanes.InFlight;
        try
        {
            ChargingNews news = await Merchant.ReportAsync(ChargingReport.Of(_name, _credential, counted, ended, wave + person, lanes.Waiting));
            charging.Hear(news.ToView(), silos.GetApproximateSiloStatuses(onlyActive: true).Count);
            charging.Answer(asked);
            (_credential, _failing) = (null, false);
            lanes.Changed.Set();
            return true;
        }
        catch (Exception error)
        {
            charging.Tally.PutBack(counted);
            charging.PutBack(ended);
            if (!_failing)
            {
                Log.NoNews(logger, error, merchant.Value.Id, SiloCharging.LastsWithoutNews);
            }

            _failing = true;
            return false;
        }
    }

    private async Task TryProbeAsync()
    {
        try
        {
            if (await Merchant.TakeProbeAsync(_name) is not { } number)
            {
                return;
            }

            int held = Math.Min(lanes.Held, MostProbers); // Whoever has no charge to send is held again: each once.
            for (int i = 0; i < held && lanes.NextProbe(number) is { } look; i++)
            {
                if (await queue.CallAsync(look))
                {
                    return; // It ends the probe.
                }
            }

            _askedInVainAt = time.GetTimestamp();
            charging.EndProbe(new EndedProbe(number, ChargeAnswer.None, null, null));
        }
        catch (Exception error)
        {
            Log.NoNews(logger, error, merchant.Value.Id, SiloCharging.LastsWithoutNews); // A probe that was taken and not used is free again after its time.
        }
    }
}
