namespace OrleansBilling.Accounts;

/// <summary>A person who subscribes. The only place of a name and an address: everything else in the program carries the id.</summary>
public sealed class Customer
{
    /// <summary><c>cus_…</c>.</summary>
    public required string Id { get; init; }

    public required string Merchant { get; init; }

    /// <summary>The merchant's own id of the person, unique per merchant; null for people who signed up here.</summary>
    public string? ExternalId { get; init; }

    public required string Name { get; set; }

    public required string Email { get; set; }

    public required DateTimeOffset CreatedAt { get; init; }
}
