using NodaTime;

namespace OrleansBilling.Domain;

/// <summary>
/// Midnight of the first: very many periods begin in one second. Each subscription has its own place in a window after that, the same every time, so that its charges stay a period apart.
/// Decided when the invoice is planned and stored with it; a later change of the window reaches the invoices that are planned from then on.
/// </summary>
public static class Spreading
{
    // However long the window: in a short period the charge still comes early in it.
    private const int LeastPartOfPeriod = 4;

    /// <summary>When the invoice of a period falls due that begins without anybody waiting for it. Never before its start.</summary>
    public static Instant DueAt(string subscriptionId, Period period, Duration window)
    {
        Duration width = Duration.Min(window, (period.End - period.Start) / LeastPartOfPeriod);
        return width <= Duration.Zero ? period.Start : period.Start + Duration.FromSeconds(Math.Floor(width.TotalSeconds * PlaceOf(subscriptionId)));
    }

    /// <summary>From 0 to below 1, evenly. FNV-1a with a last mix: the same on every machine and in every version.</summary>
    private static double PlaceOf(string id)
    {
        uint hash = 2_166_136_261;
        foreach (char c in id)
        {
            hash = unchecked((hash ^ c) * 16_777_619);
        }

        hash ^= hash >> 16;
        hash = unchecked(hash * 0x85EB_CA6B);
        hash ^= hash >> 13;
        return hash / (uint.MaxValue + 1.0);
    }
}
