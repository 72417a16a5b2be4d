using System.Text.Json.Serialization;
using OrleansBilling.Domain;
using OrleansBilling.Storage;

namespace OrleansBilling.Subscriptions;

/// <summary>What is stored of a subscription grain.</summary>
public sealed record StoredSubscription : StoredRecord, IMayBeUnreadable
{
    /// <summary>The form that this program writes.</summary>
    public const int CurrentVersion = 1;

    /// <summary>The form in which it was written.</summary>
    public int Version { get; init; } = CurrentVersion;

    /// <summary>The oldest form whose readers understand this one. A program that is older refuses the activation and touches nothing.</summary>
    public int MinReader { get; init; } = CurrentVersion;

    /// <summary>Null until it is started.</summary>
    public Subscription? Subscription { get; init; }

    [JsonIgnore] string? IMayBeUnreadable.Unreadable { get; set; }
}
