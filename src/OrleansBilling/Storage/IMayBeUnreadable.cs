namespace OrleansBilling.Storage;

/// <summary>A stored state whose grain wants to be told that its row cannot be read, instead of failing before it exists: only the grain knows whose row it is.</summary>
internal interface IMayBeUnreadable
{
    /// <summary>The type of the exception that reading threw; null when the state was read. Never stored; a state that has it must never be written.</summary>
    string? Unreadable { get; set; }
}
