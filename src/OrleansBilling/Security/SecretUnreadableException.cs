namespace OrleansBilling.Security;

/// <summary>A stored secret cannot be decrypted. Nothing may be charged with it; the message names the row, never the text.</summary>
public sealed class SecretUnreadableException(SecretContext context, string reason)
    : Exception($"The stored {context.Purpose} of {context.Merchant}/{context.Id} cannot be read: {reason}.");
