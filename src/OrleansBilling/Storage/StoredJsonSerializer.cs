using System.Text.Json;
using Orleans.Storage;

namespace OrleansBilling.Storage;

/// <summary>Grain state as UTF-8 JSON in the payload column that Orleans knows.</summary>
internal sealed class StoredJsonSerializer : IGrainStorageSerializer
{
    public BinaryData Serialize<T>(T? input) => input is IMayBeUnreadable { Unreadable: not null }
        ? throw new InvalidOperationException("A state that could not be read is not written over.")
        : new(JsonSerializer.SerializeToUtf8Bytes(input, StoredJson.Options));

    public T Deserialize<T>(BinaryData input)
    {
        try
        {
            return JsonSerializer.Deserialize<T>(input, StoredJson.Options)!;
        }
        catch (Exception error) when (typeof(T).IsAssignableTo(typeof(IMayBeUnreadable)))
        {
            T state = Activator.CreateInstance<T>();
            ((IMayBeUnreadable)state!).Unreadable = error.GetType().Name;
            return state;
        }
    }
}
