namespace OrleansBilling.Storage;

/// <summary>
/// The storage cannot be used as it is configured. The message is a full sentence for the person who starts the program, says what to do and
/// holds no secret: the program prints it alone, without a stack trace, and ends with exit code 1.
/// </summary>
public sealed class StorageException : Exception
{
    public StorageException(string message)
        : base(message)
    {
    }

    public StorageException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
