namespace OrleansBilling.Security;

/// <summary>The key ring cannot be used as it is configured. A full sentence for the person who starts the program; holds no key material.</summary>
public sealed class KeyRingException(string message) : Exception(message);
