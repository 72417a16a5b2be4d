using System.Globalization;

namespace OrleansBilling.Chaos;

/// <summary>What <c>tests/chaos.sh</c> passes on.</summary>
/// <param name="Minutes">Length of the faulty phase.</param>
/// <param name="Seed">Of the schedule: the same one kills the same silos at the same seconds.</param>
/// <param name="Postgres">Npgsql's form, of a role that may create databases.</param>
/// <param name="RestartPostgres">A program that restarts the server in the mode (smart, fast, immediate) that it is told.</param>
/// <param name="Work">A directory of this run's own: logs, ledger, key ring.</param>
internal sealed record ChaosOptions(int Silos, int Subscriptions, double Minutes, int Seed, int WaitsDividedBy, string Postgres, string RestartPostgres, string Work)
{
    public TimeSpan FaultyPhase => TimeSpan.FromMinutes(Minutes);

    /// <exception cref="ArgumentException">A sentence for the person who typed it.</exception>
    public static ChaosOptions Parse(string[] args)
    {
        Dictionary<string, string> given = [];
        for (int i = 0; i < args.Length; i += 2)
        {
            given[args[i]] = i + 1 < args.Length ? args[i + 1] : throw new ArgumentException($"{args[i]} has no value.");
        }

        ChaosOptions options = new(
            (int)Number(given, "--silos", 3, 2, 9),
            (int)Number(given, "--subscriptions", 3000, 1, 100_000),
            Number(given, "--minutes", 3, 0.5, 600),
            (int)Number(given, "--seed", Random.Shared.Next(1, 1_000_000), 0, int.MaxValue),
            (int)Number(given, "--waits-divided-by", 30, 1, 300),
            Text(given, "--postgres"),
            Text(given, "--restart-postgres"),
            Text(given, "--work"));
        return given.Count == 0 ? options : throw new ArgumentException($"Unknown: {string.Join(' ', given.Keys)}. Known: --silos, --subscriptions, --minutes, --seed, --waits-divided-by.");
    }

    private static double Number(Dictionary<string, string> given, string name, double otherwise, double least, double most)
    {
        if (!given.Remove(name, out string? text))
        {
            return otherwise;
        }

        return double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) && number >= least && number <= most
            ? number
            : throw new ArgumentException($"{name} is {text}: write a number from {least} to {most}.");
    }

    private static string Text(Dictionary<string, string> given, string name) =>
        given.Remove(name, out string? text) ? text : throw new ArgumentException($"{name} is missing; tests/chaos.sh sets it.");
}
