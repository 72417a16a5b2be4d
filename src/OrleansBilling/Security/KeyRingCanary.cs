using System.Data.Common;
using Dapper;
using OrleansBilling.Storage;

namespace OrleansBilling.Security;

/// <summary>
/// What every silo must be able to read before it charges: a hash by the ring's hash secret, and one secret for each key that was ever current.
/// A silo with another ring, or with one that lacks a key, would write what others cannot read, or dun customers for cards that it cannot.
/// </summary>
public sealed class KeyRingCanary(Database database, KeyRing ring, SecretCipher cipher, KeyedHash hash, TimeProvider time)
{
    private const string HashName = "hash";
    private const string KeyPrefix = "key:";
    private const string Text = "orleans-billing";

    /// <summary>False when this ring is not the one that the database was written with. Adds a row for a key that is current for the first time.</summary>
    public async Task<bool> VerifyAsync(CancellationToken cancellationToken)
    {
        await using DbConnection connection = await database.OpenAsync(cancellationToken);
        List<Row> rows = await ReadAsync(connection, cancellationToken);
        if (rows.Count == 0)
        {
            // Of two first starts with different rings one writes this row, and the other one finds that it does not match.
            await WriteAsync(connection, HashName, hash.OfCanary(Text), cancellationToken);
            rows = await ReadAsync(connection, cancellationToken);
        }

        if (!rows.All(IsOurs))
        {
            return false;
        }

        if (!rows.Any(row => row.Name == KeyPrefix + ring.CurrentKeyId))
        {
            await WriteAsync(connection, KeyPrefix + ring.CurrentKeyId, cipher.Encrypt(Context(KeyPrefix + ring.CurrentKeyId), Text).ToStored(), cancellationToken);
            return (await ReadAsync(connection, cancellationToken)).All(IsOurs);
        }

        return true;
    }

    private bool IsOurs(Row row)
    {
        if (row.Name == HashName)
        {
            return row.Value == hash.OfCanary(Text);
        }

        try
        {
            return cipher.Decrypt(Context(row.Name), EncryptedSecret.FromStored(row.Value).Value) == Text;
        }
        catch (SecretUnreadableException)
        {
            return false;
        }
    }

    private static SecretContext Context(string name) => new("canary", "", name);

    private static async Task<List<Row>> ReadAsync(DbConnection connection, CancellationToken cancellationToken) =>
        [.. await connection.QueryAsync<Row>(new CommandDefinition("SELECT name AS Name, value AS Value FROM key_ring_canary", cancellationToken: cancellationToken))];

    private Task<int> WriteAsync(DbConnection connection, string name, string value, CancellationToken cancellationToken) =>
        connection.ExecuteAsync(new CommandDefinition(
            "INSERT INTO key_ring_canary (name, value, created_at_ms) VALUES (@name, @value, @now) ON CONFLICT (name) DO NOTHING",
            new { name, value, now = time.GetUtcNow().ToUnixTimeMilliseconds() },
            cancellationToken: cancellationToken));

    private sealed record Row(string Name, string Value);
}
