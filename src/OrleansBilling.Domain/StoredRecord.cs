using System.Text.Json;
using System.Text.Json.Serialization;

namespace OrleansBilling.Domain;

/// <summary>
/// A record that is part of stored state. Members that a newer version of the program wrote and this one does not know survive
/// reading and rewriting, so that a rolling upgrade or a roll-back loses nothing.
/// </summary>
public abstract record StoredRecord
{
    [JsonExtensionData]
    public IDictionary<string, JsonElement>? UnknownMembers { get; init; }
}
