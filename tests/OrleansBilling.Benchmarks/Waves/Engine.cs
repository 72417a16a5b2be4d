using NodaTime;
using Npgsql;

namespace OrleansBilling.Benchmarks.Waves;

/// <summary>When the subscriptions of a run are due: a few to warm up, and then the ones that are measured.</summary>
internal sealed record Schedule(Instant Warm, Instant Due);

/// <summary>Where a run happens.</summary>
/// <param name="Database">A database of its own.</param>
/// <param name="BillingKey">The card that all its subscriptions share.</param>
/// <param name="Directory">For what the processes write.</param>
internal sealed record Place(string Database, Provider Provider, string BillingKey, string Directory);

/// <summary>One way to charge what is due. All keep the same tables of invoices, payments and events (<c>payments</c> has <c>order_id</c> and <c>invoice_number</c>).</summary>
internal abstract class Engine(Population population)
{
    protected Population Population { get; } = population;

    public abstract char Letter { get; }

    public abstract string Name { get; }

    /// <summary>How much of the lead the warm-up may last; the same for all.</summary>
    public const double WarmUp = 0.6;

    /// <summary>How much of the lead it needs from the start of its process until it is ready.</summary>
    public abstract double Start { get; }

    /// <summary>Fills the database of which each run gets a copy. Nothing in it is due soon.</summary>
    public abstract Task PrepareAsync(string database);

    /// <summary>Puts the subscriptions in, due when the schedule says.</summary>
    public abstract Task FillAsync(NpgsqlConnection connection, Place place, Schedule schedule);

    /// <summary>Starts it and returns when it is ready.</summary>
    public abstract Task<Child> StartAsync(Place place, int inFlight);

    /// <summary>How many of the subscriptions have paid their next invoice and have nothing left to be done.</summary>
    public virtual async Task<int> DoneAsync(NpgsqlConnection connection, Schedule schedule)
    {
        await using NpgsqlCommand command = new("SELECT count(*)::int FROM payments WHERE invoice_number = $1 AND state = 'approved'", connection)
        {
            Parameters = { new() { Value = Population.PaidPeriods + 1 } },
        };
        return (int)(await command.ExecuteScalarAsync())!;
    }

    protected IEnumerable<(string Id, Instant Due)> Subscriptions(Schedule schedule) =>
        Population.Warm.Select(id => (id, schedule.Warm)).Concat(Population.Due.Select(id => (id, schedule.Due)));
}
